export type Path = readonly (string | number)[]

/** One mistake in a configuration file, with where it stands and what would be right. */
export interface Problem {
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based, in UTF-16 units, as editors count. */
  readonly column: number
  /** Such as `services[0].endpoints[1].timeout`; `(root)` for the file as a whole. */
  readonly key: string
  /** What is wrong. Never holds a value that was substituted from the environment. */
  readonly message: string
  /** A line that would be right. */
  readonly example: string
}

/** `file:line:column key: what is wrong, e.g. a correct example`, on one line. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, key, message, example } = problem
  return `${file}:${line}:${column} ${key}: ${message}, e.g. ${example}`
}

/** Writes a path as `services[0].endpoints[1].timeout`. */
export function formatPath(path: Path): string {
  if (path.length === 0) return '(root)'
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (!/^[\w-]{1,64}$/.test(part)) text += `[${quote(part)}]`
    else text += text === '' ? part : `.${part}`
  }
  return text
}

/** A text in double quotes on one line, cut to 60 characters. */
export function quote(text: string): string {
  const chars = Array.from(text)
  return JSON.stringify(chars.length > 60 ? `${chars.slice(0, 60).join('')}…` : text)
}
