import { noteAudit } from '../audit/store.ts'
import { type Database, transact } from '../db/open.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { forgetKey, makeKey, readKey } from './key.ts'
import { bringInKey, currentKey } from './key-store.ts'
import type { VerifierKey } from './note.ts'
import { appendEntry, type Checkpoint, keepMark, readTree, signHead } from './store.ts'

/** That the log's key changed, as it stands in the log itself. */
export interface KeyEntry {
  readonly type: 'nines.key/1'
  readonly at: string
  /** Verifier keys (C2SP signed-note). */
  readonly old: string
  readonly new: string
  /** Whether the old key was lost, and so could not sign the checkpoint that brings in the new one. */
  readonly lost: boolean
}

export type Rotated =
  | {
      readonly ok: true
      readonly old: VerifierKey
      readonly new: VerifierKey
      /** Index of the entry in the log. */
      readonly entry: number
      readonly checkpoint: Checkpoint
    }
  | { readonly ok: false; readonly message: string }

class Refused extends Error {}

/**
 * Gives the log a new key: one entry, and one checkpoint over it that the old and the new key sign, stored together or not
 * at all. Where the old key is `lost`, the new one signs alone. Refuses what is not as it was said.
 */
export function rotateKey(db: Database, data: string, lost: boolean, now: Instant): Rotated {
  const old = currentKey(db)
  if (!old) return { ok: false, message: 'the log has no key yet: it is made when nines serve first starts' }
  const read = readKey(data, old, 'exposed')
  if (!read.ok && !lost) return { ok: false, message: read.message }
  if (read.ok && lost)
    return {
      ok: false,
      message: `the signing key is not lost: it can be read. Without --lost it signs for the new one, which is worth more`,
    }
  const made = makeKey(data, old.name)
  const stored = transactOrRefuse(() =>
    transact(db, () => {
      if (currentKey(db)?.text !== old.text) throw new Refused('another process changed the key just now')
      const change: KeyEntry = {
        type: 'nines.key/1',
        at: rfc3339(now),
        old: old.text,
        new: made.key.text,
        lost: !read.ok,
      }
      const entry = appendEntry(db, change.type, change, now)
      bringInKey(db, made.key, now, entry)
      const signers = read.ok ? [read.signer, made] : [made]
      noteAudit(db, {
        at: now,
        actor: { kind: 'system' },
        address: null,
        action: 'log-key.rotated',
        subject: { kind: 'log', id: made.key.name },
        before: { verifier: old.text },
        after: { verifier: made.key.text, lost },
        reason: 'Asked for on the command line.',
      })
      const signed = signHead(db, data, readTree(db), signers, now)
      if (!signed.ok) throw new Refused(signed.message)
      if (!signed.checkpoint) throw new Error('a log with an entry was not signed')
      return { entry, checkpoint: signed.checkpoint }
    }),
  )
  // After any other error the new key stays: nobody knows for certain that it is not in use.
  if (stored instanceof Refused) {
    forgetKey(data, made.key)
    return { ok: false, message: stored.message }
  }
  keepMark(data, stored.checkpoint)
  return { ok: true, old, new: made.key, ...stored }
}

function transactOrRefuse<T>(work: () => T): T | Refused {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}
