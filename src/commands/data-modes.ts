import { statSync } from 'node:fs'
import { databaseFile } from '../db/open.ts'

const GROUP_AND_OTHERS = 0o077

/** What to say where others on the machine may get at a data directory or its database, and how to mend it; null where not. */
export function openToOthers(directory: string): string | null {
  const file = databaseFile(directory)
  const open = [
    { path: directory, mend: `chmod 700 ${quoted(directory)}` },
    // What lies beside it (-wal, -shm) has the mode that it had.
    { path: file, mend: `chmod 600 ${quoted(file)}*` },
  ].filter(({ path }) => isOpen(path))
  if (open.length === 0) return null
  return `others on this machine may get at ${open.map(o => o.path).join(' and ')}, which holds what customers wrote and hashes of passwords: ${open.map(o => o.mend).join(' && ')}`
}

/** Windows has no such modes. */
const isOpen = (path: string): boolean =>
  process.platform !== 'win32' &&
  ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & GROUP_AND_OTHERS) !== 0

/** A path as a shell takes it for one word, and for no option. */
function quoted(path: string): string {
  const named = path.startsWith('-') ? `./${path}` : path
  return /^[\w./@%+=:,-]+$/.test(named) ? named : `'${named.replaceAll("'", "'\\''")}'`
}
