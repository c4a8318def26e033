import { type Figures, figures } from '../../src/availability/figures.ts'
import { history } from '../../src/availability/history.ts'
import type { EndpointId } from '../../src/catalog/model.ts'
import { requireConfig } from '../../src/commands/config.ts'
import { openForReading } from '../../src/db/open.ts'
import { detect, type EndedRun, type Standing } from '../../src/outage/detect.ts'
import { reader } from '../../src/record/reader.ts'
import type { ServiceRecord } from '../../src/record/source.ts'
import { RecordStore } from '../../src/record/store.ts'
import { instant } from '../../src/time/instant.ts'
import type { Interval } from '../../src/time/interval.ts'
import { monthInterval, parseMonth } from '../../src/time/month.ts'
import { CONTRACT } from '../month-reads.ts'
import { spread } from '../numbers.ts'
import { givePast } from '../past.ts'
import type { Report } from '../report.ts'
import { place, type Stage } from '../stage.ts'

const RUNS = 15
const NOW = instant(Date.UTC(2026, 8, 2))

/** A month's figures of 100 services: how long they take, and whether they are what the stored checks say. */
export async function month(stage: Stage, report: Report): Promise<void> {
  const scale = { services: 100, endpoints: 2, every: '60s', origins: ['http://127.0.0.1:9'] }
  const where = place(stage.directory(), scale)
  const checks = await givePast(where, { from: Date.UTC(2026, 6, 30), to: NOW, every: 300_000 })
  const august = parseMonth('2026-08')
  if (!august) throw new Error('no month')
  const window = monthInterval(august, CONTRACT.timeZone)
  const config = await requireConfig(where.config)
  const db = openForReading(where.data)
  if (!db) throw new Error('nothing is stored')
  const store = new RecordStore(db)
  const source = reader(store, () => config)

  const all = async (): Promise<{
    readonly records: readonly ServiceRecord[]
    readonly found: Figures[]
  }> => {
    const records = await source.services(NOW)
    return { records, found: records.map(record => figures(record, window, CONTRACT, NOW)) }
  }
  const took: number[] = []
  let latest = await all()
  for (let run = 0; run < RUNS; run++) {
    const begun = performance.now()
    latest = await all()
    took.push(performance.now() - begun)
  }
  report.note(`${checks.toLocaleString('en')} checks of 200 endpoints in 34 days`)
  report.result('a month of 100 services', spread(took), 'ms', { most: 20 })

  let wrong = 0
  let down = 0
  const begun = performance.now()
  latest.records.forEach((record, i) => {
    const again = figures(refolded(store, record), window, CONTRACT, NOW)
    if (JSON.stringify(again) !== JSON.stringify(latest.found[i])) wrong++
    down += again.measure.down
  })
  report.result('the same from every stored check', performance.now() - begun, 'ms')
  report.result('services whose figures differ by a millisecond or more', wrong, '', { most: 0 })
  report.result('down time in them, so that there is something to differ', down / 3_600_000, 'h')
  db.close()
}

/** The record with histories folded anew from the stored checks. */
function refolded(store: RecordStore, record: ServiceRecord): ServiceRecord {
  const members = record.members.map(({ membership, history: { endpoint } }) => ({
    membership,
    history: fold(store, endpoint),
  }))
  return { ...record, members }
}

function fold(store: RecordStore, id: EndpointId): ReturnType<typeof history> {
  const key = store.memory.catalog.endpoints.get(id)?.key ?? Number.NaN
  const runs: EndedRun[] = []
  const unknown: Interval[] = []
  let standing: Standing | null = null
  for (const check of store.checks.read(key, 0, Number.MAX_SAFE_INTEGER)) {
    const step = detect(standing, check)
    standing = step.standing
    if (step.unknown) unknown.push(step.unknown)
    if (step.ended) runs.push(step.ended)
  }
  return history(id, { unknown, runs }, standing, NOW)
}
