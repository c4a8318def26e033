import { stringify } from 'yaml'
import type { z } from 'zod'
import { type JsonSchema, jsonSchema } from './json-schema.ts'
import { nearest } from './nearest.ts'
import { formatPath, type Path, quote } from './problem.ts'
import { SMALLEST } from './source.ts'
import { type Finding, find, type Place } from './tree.ts'

const SCHEMA = jsonSchema()

/** Says in a sentence what a value must be, where the schema has no sentence of its own. */
export const inWords: z.core.$ZodErrorMap = issue => {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? 'is of the wrong type'
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`
    case 'too_small':
    case 'too_big': {
      const limit = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`
      if (issue.origin === 'array') return `must have ${limit} entries`
      return issue.origin === 'string' ? `must have ${limit} characters` : `must be ${limit}`
    }
    default:
      return 'is not right'
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'must be text; a number must be in quotes',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must be a mapping of keys to values',
  record: 'must be a mapping of keys to values',
}

/** Translates what the schema found into what to tell the person who wrote the file. */
export function explain(issues: readonly z.core.$ZodIssue[], root: Place): Finding[] {
  const flat = issues.flatMap(issue => inner(issue, []))
  const unknown = flat.flatMap(({ issue, path }) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map(name => unknownKey(root, path, name)) : [],
  )
  const meant = new Set(unknown.map(({ instead }) => instead && formatPath(instead)))
  const wrong = flat.flatMap(({ issue, path }) =>
    // A key that is there but misspelt is not missing as well.
    issue.code === 'unrecognized_keys' || meant.has(formatPath(path)) ? [] : [wrongValue(issue, root, path)],
  )
  return [...unknown.map(({ finding }) => finding), ...wrong]
}

interface Located {
  readonly issue: z.core.$ZodIssue
  readonly path: Path
}

/** An issue with its whole path; of a value that may be of several kinds, those of the kind that was meant. */
function inner(issue: z.core.$ZodIssue, base: Path): Located[] {
  const path = [...base, ...issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))]
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.find(branch => branch.some(({ path: deeper }) => deeper.length > 0))
    if (meant) return meant.flatMap(deeper => inner(deeper, path))
  }
  return [{ issue, path }]
}

function unknownKey(root: Place, path: Path, name: string): { finding: Finding; instead: Path | null } {
  const known = schemasAt(path).flatMap(({ properties }) => Object.keys(properties ?? {}))
  const near = nearest(name, known)
  const keyPath = [...path, name]
  const finding = {
    path: keyPath,
    offset: find(root, keyPath)?.keyOffset ?? find(root, path)?.offset ?? 0,
    message: `is not a key here; ${near === null ? `the keys are ${known.join(', ')}` : `did you mean ${near}?`}`,
    example: near === null ? exampleAt(path) : exampleAt([...path, near]),
  }
  return { finding, instead: near === null ? null : [...path, near] }
}

function wrongValue(issue: z.core.$ZodIssue, root: Place, path: Path): Finding {
  const place = find(root, path)
  if (place === undefined) {
    const holder = path.findLastIndex((_, i) => find(root, path.slice(0, i)) !== undefined)
    const offset = find(root, path.slice(0, Math.max(holder, 0)))?.offset ?? 0
    return { path, offset, message: 'is missing', example: exampleAt(path) }
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? 'is not a name that can stand here'
    return { path, offset: place.keyOffset ?? place.offset, message, example: exampleAt(path.slice(0, -1)) }
  }
  if (place.value === null && place.shown === '') {
    return {
      path,
      offset: place.keyOffset ?? place.offset,
      message: 'has no value',
      example: exampleAt(path),
    }
  }
  const params: Readonly<Record<string, unknown>> = (issue.code === 'custom' && issue.params) || {}
  const { secret, value, example } = params
  const hidden = secret === true || path.includes('headers') || path.includes('body')
  // What is near to a value tells of it: only where it stands in the file itself.
  const near = place.value === place.shown ? value : undefined
  const right = example ?? (near === undefined ? exampleAt(path) : line(path, near))
  return {
    path,
    offset: place.offset,
    message: `${issue.message}${hidden ? '' : seen(place)}`,
    example: String(right),
  }
}

/** What was written instead: as it stands in the file, and not where it may hold a password. */
function seen(place: Place): string {
  if (place.shown === null || /\/\/[^/]*@/.test(place.shown)) return ''
  return `, not ${typeof place.value === 'string' ? quote(place.shown) : place.shown.slice(0, 60)}`
}

/** A right line for a key, such as `timeout: 10s`; for a part of a value, that of the nearest key around it. */
export function exampleAt(path: Path): string {
  for (let end = path.length; end > 0; end--) {
    const last = path[end - 1]
    if (typeof last !== 'string') continue
    for (const { examples } of schemasAt(path.slice(0, end))) {
      if (examples?.length) return line([last], examples[0])
    }
  }
  return SMALLEST
}

/** `key: value` on one line of YAML. */
export function line(path: Path, value: unknown): string {
  const name = path.findLast(part => typeof part === 'string')
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
  return `${name}: ${text.replace(/\[ /g, '[').replace(/ \]/g, ']')}`
}

/** The schemas that may describe the value at a path. */
function schemasAt(path: Path): JsonSchema[] {
  let schemas: readonly JsonSchema[] = [SCHEMA]
  for (const part of path) {
    schemas = schemas
      .flatMap(schema => [schema, ...(schema.anyOf ?? [])])
      .flatMap(({ properties, items, additionalProperties: rest }) => {
        if (typeof part === 'number') return items ? [items] : []
        const own = properties && Object.hasOwn(properties, part) ? properties[part] : undefined
        return own ? [own] : typeof rest === 'object' ? [rest] : []
      })
  }
  return schemas.flatMap(schema => [schema, ...(schema.anyOf ?? [])])
}
