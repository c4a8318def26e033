import { parseAsked } from '../api/asked.ts'
import { type AvailabilityJson, availabilityJson } from '../api/json.ts'
import type { Service } from '../catalog/model.ts'
import type { Config } from '../config/config.ts'
import { openForReading } from '../db/open.ts'
import { reader } from '../record/reader.ts'
import type { ServiceRecord } from '../record/source.ts'
import { RecordStore } from '../record/store.ts'
import { spell } from '../time/duration.ts'
import type { Instant } from '../time/instant.ts'
import { requireConfig } from './config.ts'
import { Failure } from './failure.ts'

export interface AvailabilityCommand {
  readonly service: string
  readonly month: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
  readonly config: string
  readonly data: string
  readonly json: boolean
  readonly now: Instant
}

/** `nines availability`: prints a service's figures for a month or a window. Throws a Failure for what cannot be asked. */
export async function availabilityCommand(options: AvailabilityCommand): Promise<void> {
  const asked = parseAsked(options.month, options.from, options.to, option => `--${option}`)
  if (!asked.ok) throw new Failure(asked.message)
  const config = await requireConfig(options.config)
  const record = await readService(config, options)
  const { page, contract } = config
  const found = availabilityJson(record, asked.value, { url: page.url, contract, now: options.now })
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : inWords(record.name, found))
}

async function readService(
  config: Config,
  { service, data, now }: AvailabilityCommand,
): Promise<ServiceRecord> {
  const db = openForReading(data)
  const records = db
    ? await reader(new RecordStore(db), () => config).services(now)
    : config.services.map(empty)
  db?.close()
  const found = records.find(record => record.id === service)
  if (!found) {
    const known = records.map(record => record.id).join(', ')
    throw new Failure(`there is no service ${JSON.stringify(service)}; there are: ${known}`)
  }
  if (!db) process.stderr.write(`nothing is recorded in ${data} yet\n`)
  return found
}

const empty = ({ id, name, group, down, performance }: Service): ServiceRecord => ({
  ...{ id, name, group, rule: down, removed: false, performance },
  endpoints: [],
  members: [],
  maintenance: [],
  outageIds: new Map(),
  settled: { months: new Map(), corrections: [] },
  declared: [],
  contracts: [],
})

function inWords(name: string, found: AvailabilityJson): string {
  const { percent, best, worst } = found.availability
  const share = percent === null ? 'no data' : `${percent} %  (best case ${best} %, worst case ${worst} %)`
  const lines = [
    `${name}, ${found.month ?? 'window'}${found.complete ? '' : ' so far'}`,
    `  from          ${found.from}`,
    `  to            ${found.to}  (months in ${found.timeZone})`,
    `  availability  ${share}`,
    ...(['up', 'down', 'unknown', 'maintenance'] as const).map(
      part => `  ${part.padEnd(13)} ${spell(found.ms[part])}  (${found.ms[part]} ms)`,
    ),
    ...found.thresholds.map(
      t =>
        `  ${`${t.percent} %`.padEnd(13)} ${t.verdict}${t.certain ? '' : ', uncertain'}; ${spell(t.allowedMs)} allowed, ${spell(t.remainingMs)} left`,
    ),
    `  credit        ${found.creditDays === 0 ? 'none' : `${found.creditDays} days`}`,
    `  outages       ${found.outages.length}, and ${found.blips} blips`,
    ...found.outages.map(
      o =>
        `    ${o.from} to ${o.to ?? 'now'}  ${spell(o.ms)} down  ${o.reason}  ${o.endpoints.join(', ')}  ${o.url}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}
