import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { and, asc, desc, eq, gte, isNull, lt } from 'drizzle-orm'
import { type Database, transact } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { canonicalBytes } from './canonical.ts'
import { contradiction } from './contradiction.ts'
import { readKey } from './key.ts'
import { currentKey, type LogKey, readKeys } from './key-store.ts'
import { markFile, readMark, signedSize, writeMark } from './mark.ts'
import { checkpointText, type Signer, signNote } from './note.ts'
import { logCheckpoints, logEntries } from './tables.ts'
import { growTree, type Hash, type Tree } from './tree.ts'

export interface LogEntry {
  readonly index: number
  /** When it was appended. */
  readonly at: Instant
  /** Its `type`. */
  readonly kind: string
  /** Canonical JSON (RFC 8785). */
  readonly data: Uint8Array
  readonly leafHash: Hash
}

export interface Checkpoint {
  readonly size: number
  readonly at: Instant
  /** A signed note (C2SP tlog-checkpoint). */
  readonly note: string
  /** An RFC 3161 token over the note, in DER. */
  readonly timestamp: Uint8Array | null
}

/** That entries are missing which were signed already: what would be added now would contradict them. */
export class LogRewound extends Error {}

export type Signed =
  /** `checkpoint` is null while the log is empty. */
  | { readonly ok: true; readonly checkpoint: Checkpoint | null }
  | { readonly ok: false; readonly message: string }

const hashOf = (data: Uint8Array): Buffer =>
  createHash('sha256').update(Uint8Array.of(0)).update(data).digest()

/**
 * Appends an entry and returns its index. Its `type` is its kind. To be called inside the caller's transaction. Throws a
 * TypeError for an entry that is no canonical JSON, or of another type than `kind`, and a `LogRewound` where the database
 * holds less than was signed of it.
 */
export function appendEntry(db: Database, kind: string, entry: object, at: Instant): number {
  if (!('type' in entry) || entry.type !== kind)
    throw new TypeError(
      `an entry of the kind ${kind} says so itself, in "type": the log seals its bytes alone`,
    )
  const data = Buffer.from(canonicalBytes(entry))
  const index = countEntries(db)
  const directory = dirname(db.connection.name)
  const signed = signedSize(directory)
  if (signed > index)
    throw new LogRewound(
      `the log has ${index} entries, but was signed with ${signed} already: the database was put back from an older copy, and nothing is added to it. Put back the newest one. If what is missing is gone for good, delete ${markFile(directory)}: whoever kept the signed state will see that the log was rewound`,
    )
  db.orm
    .insert(logEntries)
    .values({ idx: index, at, kind, data, leafHash: hashOf(data) })
    .run()
  return index
}

/** How many entries there are. */
export function countEntries(db: Database): number {
  const last = db.orm.select().from(logEntries).orderBy(desc(logEntries.idx)).limit(1).get()
  return last ? last.idx + 1 : 0
}

/** The tree of all entries, grown from one that was read before: a new one where that is not how this log begins. */
export function readTree(db: Database, before: Tree = growTree()): Tree {
  const rows = db.orm
    .select({ idx: logEntries.idx, leafHash: logEntries.leafHash })
    .from(logEntries)
    .where(gte(logEntries.idx, before.size - 1))
    .orderBy(asc(logEntries.idx))
    .all()
  // What was read inside a transaction may have gone with it.
  const known = before.size > 0 ? rows.shift() : undefined
  if (before.size > 0 && !known?.leafHash.equals(before.leaf(before.size - 1))) return readTree(db)
  for (const { idx, leafHash } of rows) {
    if (idx !== before.size) throw new Error(`the log has a gap: entry ${before.size} is missing`)
    before.append(leafHash)
  }
  return before
}

const entryOf = (row: typeof logEntries.$inferSelect): LogEntry => {
  if (!hashOf(row.data).equals(row.leafHash))
    throw new Error(`entry ${row.idx} of the log was damaged: its bytes are not those that were sealed`)
  return { index: row.idx, at: row.at as Instant, kind: row.kind, data: row.data, leafHash: row.leafHash }
}

const checkpointOf = (row: typeof logCheckpoints.$inferSelect): Checkpoint => ({
  ...row,
  at: row.at as Instant,
})

/** Those from `from` to before `to`, in order. Throws where one is not what was sealed. */
function readEntries(db: Database, from: number, to: number): LogEntry[] {
  return db.orm
    .select()
    .from(logEntries)
    .where(and(gte(logEntries.idx, from), lt(logEntries.idx, to)))
    .orderBy(asc(logEntries.idx))
    .all()
    .map(entryOf)
}

function newestCheckpoint(db: Database): Checkpoint | null {
  const row = db.orm.select().from(logCheckpoints).orderBy(desc(logCheckpoints.size)).limit(1).get()
  return row ? checkpointOf(row) : null
}

/**
 * Signs a log that stands as `tree`, if that is not done yet, and checks first that it contradicts nothing that was signed.
 * To be called inside the transaction in which the tree was read; `keepMark` after it.
 */
export function signHead(
  db: Database,
  data: string,
  tree: Tree,
  signers: readonly Signer[],
  now: Instant,
): Signed {
  const [signer] = signers
  if (!signer) throw new RangeError('a checkpoint has at least one signer')
  const origin = signer.key.name
  const keys = readKeys(db).map(({ key }) => key)
  const newest = newestCheckpoint(db)
  const mark = readMark(data)
  const wrong = newest && contradiction(tree, newest.note, origin, keys)
  if (wrong) return { ok: false, message: `${wrong}. Nothing was signed. Put the database back from a copy` }
  const rewound = mark === null ? null : contradiction(tree, mark, origin, keys)
  if (rewound)
    return {
      ok: false,
      message: `${rewound} (${markFile(data)}). Nothing was signed. Was the database put back from an older copy, or made anew? Put back the newest one. If what is missing is gone for good, delete that file: whoever kept the signed state will see that the log was rewound`,
    }
  // What is about to be sealed must be what was appended.
  readEntries(db, newest?.size ?? 0, tree.size)
  if (newest?.size === tree.size) return { ok: true, checkpoint: newest }
  const note = signNote(checkpointText({ origin, size: tree.size, root: tree.root() }), signers)
  db.orm.insert(logCheckpoints).values({ size: tree.size, at: now, note }).run()
  return { ok: true, checkpoint: { size: tree.size, at: now, note, timestamp: null } }
}

/** Keeps a checkpoint that is stored for certain, to hold it against the database later. */
export function keepMark(data: string, { note }: Checkpoint): void {
  if (readMark(data) !== note) writeMark(data, note)
}

/** The log of sealed months, and what was signed of it. */
export class LogStore {
  readonly #db: Database
  readonly #data: string
  #tree = growTree()

  /** `data` is the directory that the keys lie under. */
  constructor(db: Database, data: string) {
    this.#db = db
    this.#data = data
  }

  async append(kind: string, entry: object, at: Instant): Promise<number> {
    return transact(this.#db, () => appendEntry(this.#db, kind, entry, at))
  }

  async size(): Promise<number> {
    return this.#refreshed().size
  }

  async entry(index: number): Promise<LogEntry | null> {
    return readEntries(this.#db, index, index + 1)[0] ?? null
  }

  /** Those from `from` to before `to`, in order. */
  async entries(from: number, to: number): Promise<LogEntry[]> {
    return readEntries(this.#db, from, to)
  }

  async leafHashes(): Promise<Hash[]> {
    const tree = this.#refreshed()
    return Array.from({ length: tree.size }, (_, index) => tree.leaf(index))
  }

  /** All keys, from the first to the one that signs now. */
  async keys(): Promise<LogKey[]> {
    return readKeys(this.#db)
  }

  /** The newest; null while nothing is signed. */
  async checkpoint(): Promise<Checkpoint | null> {
    return newestCheckpoint(this.#db)
  }

  async checkpointOf(size: number): Promise<Checkpoint | null> {
    const row = this.#db.orm.select().from(logCheckpoints).where(eq(logCheckpoints.size, size)).get()
    return row ? checkpointOf(row) : null
  }

  /**
   * Signs the log as it stands, if that is not done yet: after an append, and at every start, which catches up what a kill
   * left undone. Refuses where the key is not there, or where the log contradicts what was signed of it.
   */
  async sign(now: Instant): Promise<Signed> {
    const signed = transact(this.#db, (): Signed => {
      const tree = this.#refreshed()
      if (tree.size === 0) return { ok: true, checkpoint: null }
      const key = currentKey(this.#db)
      if (!key) return { ok: false, message: 'the log has no key yet' }
      const read = readKey(this.#data, key)
      return read.ok ? signHead(this.#db, this.#data, tree, [read.signer], now) : read
    })
    if (signed.ok && signed.checkpoint) keepMark(this.#data, signed.checkpoint)
    return signed
  }

  /** That the entry `index` is among the first `size`. Null where it is not, or there are not so many. */
  async inclusion(index: number, size: number): Promise<Hash[] | null> {
    const tree = this.#refreshed()
    return index < size && size <= tree.size ? tree.inclusion(index, size) : null
  }

  /** That the first `from` entries begin the first `to`. Null where there are not so many. */
  async consistency(from: number, to: number): Promise<Hash[] | null> {
    const tree = this.#refreshed()
    return from <= to && to <= tree.size ? tree.consistency(from, to) : null
  }

  /** Sets the timestamp of a checkpoint that has none; the first one stays. */
  async setTimestamp(size: number, token: Uint8Array): Promise<void> {
    this.#db.orm
      .update(logCheckpoints)
      .set({ timestamp: Buffer.from(token) })
      .where(and(eq(logCheckpoints.size, size), isNull(logCheckpoints.timestamp)))
      .run()
  }

  #refreshed(): Tree {
    this.#tree = readTree(this.#db, this.#tree)
    return this.#tree
  }
}
