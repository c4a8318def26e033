import { closeSync, fchownSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { keyDirectory, ownerOf, syncDirectory } from './key.ts'
import { parseCheckpoint, parseNote } from './note.ts'

// The newest checkpoint is kept beside the key too, outside the database: so a database that was put back from an older
// copy is noticed before the key signs something that contradicts what it has signed.

export const markFile = (data: string): string => join(keyDirectory(data), 'newest-checkpoint')

/** The newest checkpoint that was signed here; null where there is none. */
export function readMark(data: string): string | null {
  try {
    return readFileSync(markFile(data), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** How many entries were signed here; 0 where none, or where the mark cannot be read as one. */
export function signedSize(data: string): number {
  const mark = readMark(data)
  const note = mark === null ? null : parseNote(mark)
  const head = note?.ok ? parseCheckpoint(note.value.text) : null
  return head?.ok ? head.value.size : 0
}

export function writeMark(data: string, note: string): void {
  const draft = `${markFile(data)}.${process.pid}`
  const open = openSync(draft, 'w', 0o600)
  const owner = ownerOf(data)
  try {
    if (owner) fchownSync(open, owner.uid, owner.gid)
    writeSync(open, note)
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
  renameSync(draft, markFile(data))
  syncDirectory(keyDirectory(data))
}
