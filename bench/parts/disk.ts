import { readsOfMonth } from '../month-reads.ts'
import { spread } from '../numbers.ts'
import { givePast } from '../past.ts'
import type { Report } from '../report.ts'
import { bytesIn, endpointId, place, type Stage } from '../stage.ts'

const HOURS = 24
const DAY = 86_400_000
const RUNS = 7

/** What a check costs on disk: bytes kept and bytes written, over a simulated day of 1,000 endpoints checked each minute. */
export async function disk(stage: Stage, report: Report): Promise<void> {
  const origins = ['http://127.0.0.1:9']
  const where = place(stage.directory(), { services: 100, endpoints: 10, every: '60s', origins })
  const writer = await stage.role('writer', where)
  const written = await writer.ask({ hours: HOURS })
  const bytes = bytesIn(where.data)
  await writer.stop()
  const { checks } = written
  report.note(`${checks.toLocaleString('en')} checks of 1,000 endpoints, ${HOURS} h in groups of a second`)
  report.result('bytes kept of a check, indexes and log included', bytes / checks, '', { most: 30 })
  report.result('bytes written of a check (wchar)', written.wchar / checks, '', { most: 600 })
  report.result('bytes sent to the disk of a check (write_bytes)', written.writeBytes / checks)
  report.result('storing a check, to the disk and back', (written.appending / checks) * 1_000, 'µs')
  report.result('packing a check', (written.packing / checks) * 1_000, 'µs')

  // A month of checks each minute, among those of nine others.
  const past = place(stage.directory(), { services: 10, endpoints: 1, every: '60s', origins })
  const to = Date.UTC(2026, 8, 1)
  const from = to - 31 * DAY
  await givePast(past, { from, to, every: 60_000 })
  const { whole, raw, spans } = readsOfMonth(past, endpointId(4), { from, to }, RUNS)
  report.note(`a month of one endpoint, ${whole.toLocaleString('en')} checks, read anew each time`)
  report.result('all its checks', spread(raw), 'ms')
  report.result('its figures, from spans', spread(spans), 'ms')
}
