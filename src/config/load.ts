import type { Buffer } from 'node:buffer'
import { readFile, stat } from 'node:fs/promises'
import type { Config } from './config.ts'
import { crossCheck } from './cross.ts'
import { exampleAt, explain, inWords } from './explain.ts'
import { formatPath, type Problem } from './problem.ts'
import { type Cron, cronGaps, resolve } from './resolve.ts'
import { configSchema } from './schema.ts'
import { MAX_BYTES, parseSource, type Source } from './source.ts'
import type { Environment } from './substitute.ts'
import { type Finding, find, type Place, pathAt, plant } from './tree.ts'

export interface LoadOptions {
  readonly cron: Cron
}

export type Loaded =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads the text of a configuration file. Every mistake is reported at once, in the order of the file, as a problem:
 * no text makes it throw. `file` is only what problems call it.
 */
export function loadConfig(text: string, file: string, env: Environment, options: LoadOptions): Loaded {
  const source = parseSource(text.startsWith('\uFEFF') ? text.slice(1) : text)
  const { document, faults } = source
  const planted = document && plant(document, env)
  const broken: Finding[] = faults.map(fault => ({
    ...fault,
    path: planted ? pathAt(planted.root, fault.offset) : [],
  }))
  if (!planted) return { ok: false, problems: toProblems(broken, file, source) }

  const { root } = planted
  const parsed = configSchema.safeParse(root.value, { error: inWords, reportInput: false })
  const inner = [
    ...planted.findings,
    ...(parsed.success ? [] : explain(parsed.error.issues, root)),
    ...crossCheck(root, text => options.cron.isCron(text)),
  ]
  if (broken.length > 0) {
    return { ok: false, problems: toProblems([...broken, ...before(broken, inner, root)], file, source) }
  }
  if (!parsed.success || inner.length > 0) return { ok: false, problems: toProblems(inner, file, source) }
  const { gaps, never } = cronGaps(parsed.data, options.cron)
  if (never.length === 0) return { ok: true, config: resolve(parsed.data, gaps) }
  const idle = never.map(path => ({
    path,
    offset: find(root, path)?.offset ?? 0,
    message: 'never runs',
    example: exampleAt(path),
  }))
  return { ok: false, problems: toProblems(idle, file, source) }
}

/** Past the first slip in the YAML nothing can be relied on; of what stands before it, single values can. */
function before(broken: readonly Finding[], inner: readonly Finding[], root: Place): Finding[] {
  const first = Math.min(...broken.map(({ offset }) => offset))
  return inner.filter(({ path }) => {
    const place = find(root, path)
    if (place === undefined || (place.value === null && place.shown === '')) return false
    return place.children.size === 0 && place.end < first
  })
}

function toProblems(findings: readonly Finding[], file: string, { position }: Source): Problem[] {
  const seen = new Set<string>()
  const problems: Problem[] = []
  for (const { path, offset, message, example } of findings.toSorted((a, b) => a.offset - b.offset)) {
    const key = formatPath(path)
    // A value that is wrong in itself is reported once, however many aliases lead to it or rules it breaks.
    const marks = [`${offset} ${key}`, `${offset} ${path.at(-1)} ${message}`]
    if (marks.some(mark => seen.has(mark))) continue
    for (const mark of marks) seen.add(mark)
    problems.push({ file, ...position(offset), key, message, example: example ?? exampleAt(path) })
  }
  return problems
}

/** Reads and loads a configuration file. A file that is missing or cannot be read is a problem too. */
export async function readConfig(path: string, env: Environment, options: LoadOptions): Promise<Loaded> {
  const refuse = (message: string, example: string): Loaded => ({
    ok: false,
    problems: [{ file: path, line: 1, column: 1, key: '(root)', message, example }],
  })
  let bytes: Buffer
  try {
    const status = await stat(path)
    if (!status.isFile()) return refuse('is not a file', `--config ${path}/nines.yaml`)
    if (status.size > MAX_BYTES) return refuse('is larger than 1 MiB', exampleAt([]))
    bytes = await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return refuse('there is no such file', '--config nines.yaml')
    if (code === 'EACCES' || code === 'EPERM')
      return refuse('may not be read by this user', `chmod a+r ${path}`)
    return refuse(`cannot be read (${code})`, '--config nines.yaml')
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const { line, column } = firstBadByte(bytes)
    const problem = {
      file: path,
      line,
      column,
      key: '(root)',
      message: 'is not UTF-8 text',
      example: exampleAt([]),
    }
    return { ok: false, problems: [problem] }
  }
  return loadConfig(text, path, env, options)
}

function firstBadByte(bytes: Buffer): { line: number; column: number } {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const lines = text.slice(0, Math.max(text.indexOf('\uFFFD'), 0)).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
