import type { EndpointId, ServiceId } from '../catalog/model.ts'
import { parseNote, toHex } from '../log/note.ts'
import type { KeyEntry } from '../log/rotate.ts'
import type { LogStore } from '../log/store.ts'
import type { RecordStore } from '../record/store.ts'
import type { Month } from '../time/month.ts'
import type { Bundle, EndpointChecks, Rotation } from '../verify/bundle.ts'
import { checkLines } from './check-lines.ts'
import { spanOf } from './declared.ts'
import { checksAfter, monthChecks } from './read-month.ts'
import type { MonthRecord } from './record.ts'
import { readMonthRecord } from './store.ts'

/** Why there is no bundle. */
export type NoBundle = 'not-closed' | 'not-signed'

/** All that is needed to recompute a closed month. Reads a day of checks at a time. */
export async function makeBundle(
  store: RecordStore,
  log: LogStore,
  service: ServiceId,
  month: Month,
): Promise<Bundle | NoBundle> {
  const found = readMonthRecord(store.db, service, month)
  if (!found) return 'not-closed'
  const { record, index } = found
  const checkpoint = await log.checkpoint()
  if (!checkpoint || checkpoint.size <= index) return 'not-signed'
  store.memory.refresh()
  store.memory.settled.refresh()
  const corrections = store.memory.settled
    .of(service)
    .corrections.filter(
      c => c.index > index && c.index < checkpoint.size && c.correction.months.some(m => m.month === month),
    )
  const leaves = (await log.leafHashes()).slice(0, checkpoint.size)
  const note = parseNote(checkpoint.note)
  const keys = await log.keys()
  const signers = new Set(note.ok ? note.value.signatures.map(s => s.id) : [])
  return {
    type: 'nines.bundle/1',
    record,
    checks: await checksOf(store, record),
    corrections,
    log: {
      index,
      leaves: leaves.map(toHex),
      checkpoint: checkpoint.note,
      keys: keys
        .map(k => k.key)
        .filter(k => signers.has(k.id))
        .map(k => k.text),
      rotations: await rotationsOf(
        log,
        keys.flatMap(({ entry }) => (entry === null || entry >= checkpoint.size ? [] : [entry])),
      ),
    },
  }
}

/** The changes of the key at these entries. Throws where the log lacks one, or what was signed when it was made. */
async function rotationsOf(log: LogStore, entries: readonly number[]): Promise<Rotation[]> {
  const rotations: Rotation[] = []
  for (const index of entries) {
    const [sealed, checkpoint] = [await log.entry(index), await log.checkpointOf(index + 1)]
    if (!sealed || !checkpoint) throw new Error(`the log lacks what brought in its key at entry ${index}`)
    const entry = JSON.parse(new TextDecoder().decode(sealed.data)) as KeyEntry
    rotations.push({ index, entry, checkpoint: checkpoint.note })
  }
  return rotations
}

/** Null where retention has removed some of them. */
async function checksOf(store: RecordStore, record: MonthRecord): Promise<Bundle['checks']> {
  const checks: Record<string, EndpointChecks> = {}
  for (const { id, days, after } of record.endpoints) {
    const key = store.memory.catalog.endpoints.get(id as EndpointId)?.key
    if (key === undefined) return null
    const read: string[] = []
    const count: number[] = []
    for await (const part of monthChecks(store, key, spanOf(record.calendar), record.timeZone)) {
      read.push(checkLines(part.checks))
      count.push(part.checks.length)
    }
    const tail = await checksAfter(store, key, spanOf(record.calendar).to, all =>
      all.length >= after.checks ? after.checks : null,
    )
    if (tail.length < after.checks || days.some((day, i) => day.checks > (count[i] ?? 0))) return null
    checks[id] = { days: read, after: checkLines(tail) }
  }
  return checks
}
