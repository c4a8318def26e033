import { Eta } from 'eta'

/** Renders a view model with the template of a name. */
export type Render = (template: string, view: object) => string

const UNSAFE = /[&<>"']/
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For text and quoted attributes, of HTML and XML alike. Most of a page is numbers, which need nothing. */
function escaped(value: unknown): string {
  const text = String(value)
  if (typeof value === 'number' || !UNSAFE.test(text)) return text
  return text.replaceAll(/[&<>"']/g, char => REFERENCES[char] ?? '')
}

/** Templates are compiled once; every interpolation is escaped. */
export function templates(directory: string): Render {
  const eta = new Eta({ views: directory, cache: true, autoEscape: true, escapeFunction: escaped })
  return (template, view) => eta.render(template, view)
}
