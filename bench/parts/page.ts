import { setTimeout as sleep } from 'node:timers/promises'
import { ratios, spread } from '../numbers.ts'
import { givePast } from '../past.ts'
import type { Report } from '../report.ts'
import type { Question, Read } from '../roles/reader.ts'
import { type Actor, cpuOf, place, type Stage } from '../stage.ts'

const ROUNDS = 5
const MEASURED = 2_000
const READERS = 20
const DAY = 86_400_000
const GZIP = { 'accept-encoding': 'gzip' }

/** The front page of 50 endpoints over 90 days: rendered cold, stampeded, and served from memory beside a bare server. */
export async function page(stage: Stage, report: Report): Promise<void> {
  const target = await stage.role('target', { delay: 0 })
  const { origins } = target.told
  const where = place(stage.directory(), { services: 50, endpoints: 1, every: '60s', origins })
  const now = Date.now()
  await givePast(where, { from: now - 90 * DAY, to: now, every: 600_000 })
  const client = await stage.role('reader', null)
  const slowest = ({ latencies }: Read) => Math.max(...latencies)

  const pages = await stage.role('pages', where)
  const burst = (port: number) =>
    client.ask({ kind: 'burst', port, path: '/', headers: GZIP, connections: READERS })
  const [first = Number.NaN] = await pages.ask({ kind: 'render', times: 1 })
  report.result('first rendering of a process', first, 'ms')
  await pages.ask({ kind: 'render', times: 30 })
  report.result('cold rendering', spread(await pages.ask({ kind: 'render', times: 15 })), 'ms', { most: 15 })
  const stampedes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await pages.ask({ kind: 'expire' })
    stampedes.push(slowest(await burst(pages.told.port)))
    await sleep(100)
  }
  report.result(`the last of ${READERS} cold readers at once`, spread(stampedes), 'ms', { most: 50 })
  await pages.stop()

  const afterStarts: number[] = []
  for (let round = 0; round < 3; round++) {
    const fresh = await stage.nines(where)
    afterStarts.push(slowest(await burst(fresh.port)))
    await fresh.stop()
  }
  report.result(`the last of the ${READERS} first readers after a start`, spread(afterStarts), 'ms', {
    most: 50,
  })

  const nines = await stage.nines(where)
  const hello = await stage.role('hello', null)
  const { size } = await burst(nines.port)
  const servers = {
    nines: { pid: nines.pid, port: nines.port },
    hello: { pid: hello.pid, port: hello.told.port },
  }
  const rates: Record<string, number[]> = {}
  const cores: Record<string, number[]> = {}
  const costs: Record<string, number[]> = {}
  const measure = async (name: string, { pid, port }: { pid: number; port: number }, ask: Asked) => {
    const before = cpuOf(pid)
    const read = await client.ask({
      kind: 'load',
      port,
      path: '/',
      headers: {},
      connections: READERS,
      ms: MEASURED,
      ...ask,
    })
    const wanted = ask.status ?? '200'
    if (read.statuses[wanted] !== read.count) throw new Error(`${name}: ${JSON.stringify(read.statuses)}`)
    const busy = (cpuOf(pid) - before) / 1e6 / read.seconds
    cores[name] = [...(cores[name] ?? []), busy]
    costs[name] = [...(costs[name] ?? []), (busy * read.seconds * 1e6) / read.count]
    rates[name] = [...(rates[name] ?? []), read.count / read.seconds]
  }
  await warm(client, servers.hello.port)
  await warm(client, servers.nines.port)
  for (let round = 0; round < ROUNDS; round++) {
    await measure('hello', servers.hello, {})
    await measure('gzip', servers.nines, { headers: GZIP })
    await measure('query', servers.nines, { headers: GZIP, path: '/?utm=*' })
    await measure('304', servers.nines, { headers: { ...GZIP, 'if-none-match': '*' }, status: '304' })
  }
  const of = (name: string) => rates[name] ?? []
  report.result('bare node:http, requests a second', spread(of('hello')))
  report.result('the whole page in gzip, a second', spread(of('gzip')))
  report.result('whole page ÷ bare', ratios(of('gzip'), of('hello')), '', { least: 0.6 })
  report.result('whole page with another query each time ÷ bare', ratios(of('query'), of('hello')), '', {
    least: 0.6,
  })
  report.result('304 ÷ bare', ratios(of('304'), of('hello')), '', { least: 0.75 })
  report.result('cores that the bare server was busy with', spread(cores['hello'] ?? []))
  report.result('cores that ours was busy with', spread(cores['gzip'] ?? []))
  const cost = (name: string) => costs[name] ?? []
  report.result('CPU of a bare request ÷ of a whole page', ratios(cost('hello'), cost('gzip')))
  report.result('CPU of a bare request ÷ of a 304', ratios(cost('hello'), cost('304')))
  report.result('size in gzip', size / 1_000, 'kB', { most: 100 })
}

type Asked = Partial<Pick<Question, 'path' | 'headers'>> & { readonly status?: string }

const warm = (client: Actor<'reader'>, port: number) =>
  client.ask({ kind: 'load', port, path: '/', headers: GZIP, connections: READERS, ms: 1_000 })
