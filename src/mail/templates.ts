import { Eta } from 'eta'
import { manyLines } from './text.ts'

/** Renders a view with the template of a name, as plain text. */
export type RenderText = (template: string, view: object) => string

const MOST = 1_000_000

/** Templates of plain text: what is put in keeps its characters, and loses those that control a terminal or a header. */
export function textTemplates(directory: string): RenderText {
  const eta = new Eta({
    views: directory,
    cache: true,
    autoEscape: true,
    autoTrim: false,
    escapeFunction: value => manyLines(String(value), MOST),
  })
  return (template, view) => eta.render(`./${template}`, view)
}
