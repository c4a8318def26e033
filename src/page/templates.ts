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

/** Templates are compiled once; every interpolation is escaped. What is included with `kept` is written once for each such object. */
export function templates(directory: string): Render {
  const eta = new Eta({ views: directory, cache: true, autoEscape: true, escapeFunction: escaped })
  const texts = new WeakMap<object, string>()
  const write = eta.render
  eta.render = (template, data, meta) => {
    const kept: unknown = 'kept' in data ? data.kept : null
    if (typeof kept !== 'object' || kept === null) return write.call(eta, template, data, meta)
    const found = texts.get(kept)
    if (found !== undefined) return found
    const made = write.call(eta, template, data, meta)
    texts.set(kept, made)
    return made
  }
  return (template, view) => eta.render(template, view)
}
