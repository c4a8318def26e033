import { Eta } from 'eta'

/** Renders a view model with the template of a name. */
export type Render = (template: string, view: object) => string

/** Templates are compiled once; every interpolation is escaped. */
export function templates(directory: string): Render {
  const eta = new Eta({ views: directory, cache: true, autoEscape: true, varName: 'it' })
  return (template, view) => eta.render(template, view)
}
