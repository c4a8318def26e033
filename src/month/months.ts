import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { ServiceId } from '../catalog/model.ts'
import { canonicalBytes } from '../log/canonical.ts'
import type { LogStore } from '../log/store.ts'
import type { RecordStore } from '../record/store.ts'
import type { Month } from '../time/month.ts'
import { makeBundle, type NoBundle } from './bundle.ts'
import type { StoredCorrection } from './closed.ts'
import type { MonthRecord } from './record.ts'
import { readMonthRecord } from './store.ts'

const compress = promisify(gzip)

/** A closed month with all that was said of it since. */
export interface SealedMonth {
  readonly record: MonthRecord
  /** Its place in the log. */
  readonly index: number
  /** Those that came after it was closed. */
  readonly corrections: readonly StoredCorrection[]
  /** What was last signed; null where the entry is not signed yet. */
  readonly checkpoint: { readonly size: number; readonly note: string; readonly at: number } | null
  /** The key that signs now. */
  readonly verifierKey: string | null
}

/** A bundle as it is sent. */
export interface PackedBundle {
  /** Canonical JSON, gzipped. */
  readonly gzip: Buffer
  /** Differs when the bundle does. */
  readonly tag: string
}

/** Closed months, as pages and the API read them. */
export interface Months {
  sealed(service: ServiceId, month: Month): Promise<SealedMonth | null>
  /** `busy`: too many others are being made. */
  bundle(service: ServiceId, month: Month): Promise<PackedBundle | NoBundle | 'busy'>
}

/** Bytes of bundles that are kept, and how many may wait to be made: each takes a second of work. */
const KEPT = 64 * 1024 * 1024
const MOST_WAITING = 20

export function months(store: RecordStore, log: LogStore): Months {
  const kept = new Map<string, Promise<PackedBundle | NoBundle>>()
  const sizes = new Map<string, number>()
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  const sealed = async (service: ServiceId, month: Month): Promise<SealedMonth | null> => {
    const found = readMonthRecord(store.db, service, month)
    if (!found) return null
    const { memory } = store
    memory.settled.refresh()
    const newest = await log.checkpoint()
    const signed = newest && newest.size > found.index ? newest : null
    return {
      ...found,
      corrections: memory.settled
        .of(service)
        .corrections.filter(c => c.index > found.index && c.correction.months.some(m => m.month === month)),
      checkpoint: signed && { size: signed.size, note: signed.note, at: signed.at },
      verifierKey: (await log.keys()).at(-1)?.key.text ?? null,
    }
  }

  async function pack(service: ServiceId, month: Month, tag: string): Promise<PackedBundle | NoBundle> {
    const made = await makeBundle(store, log, service, month)
    if (typeof made === 'string') return made
    return { gzip: await compress(canonicalBytes(made), { level: 6 }), tag }
  }

  return {
    sealed,
    async bundle(service, month) {
      const size = (await log.checkpoint())?.size ?? 0
      const tag = `${service}-${month}-${size}`
      const known = kept.get(tag)
      if (known) return known
      if (waiting >= MOST_WAITING) return 'busy'
      waiting++
      const making = last.then(() => pack(service, month, tag))
      last = making.catch(() => undefined).then(() => waiting--)
      kept.set(tag, making)
      try {
        const made = await making
        if (typeof made === 'string') kept.delete(tag)
        else sizes.set(tag, made.gzip.length)
        let total = [...sizes.values()].reduce((a, b) => a + b, 0)
        for (const [old, bytes] of sizes) {
          if (total <= KEPT || old === tag) break
          kept.delete(old)
          sizes.delete(old)
          total -= bytes
        }
        return made
      } catch (error) {
        kept.delete(tag)
        throw error
      }
    },
  }
}
