import { closeSync, openSync } from 'node:fs'

/**
 * Makes an empty file that its owner alone may read, for SQLite to fill: what it would make itself, everybody may read.
 * One that exists is left as it is. Where none can be made, whoever opens it next says why.
 */
export function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch {
    // It exists, or SQLite meets the same trouble.
  }
}
