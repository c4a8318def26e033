import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import type { EndpointId } from '../catalog/model.ts'
import { openDatabase } from '../db/open.ts'
import type { Policy } from '../outage/detect.ts'
import type { RawCheck } from '../record/check-store.ts'
import { type PastOptions, parsePastCheck } from '../record/past.ts'
import { RecordStore } from '../record/store.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { requireConfig } from './config.ts'
import { Failure } from './failure.ts'

export interface ImportOptions {
  readonly file: string
  readonly config: string
  readonly data: string
  readonly format: 'ndjson' | 'csv'
  /** How long a check holds, in ms; undefined as its endpoint is configured. */
  readonly hold: number | 'forever' | undefined
  readonly now: Instant
}

interface Line {
  readonly number: number
  readonly value: unknown
  readonly fault?: string
}

const MOST_FAULTS = 20

/** `nines import`: stores past checks, all or none. Throws a Failure that names each bad line. */
export async function importChecks(options: ImportOptions): Promise<void> {
  const config = await requireConfig(options.config)
  const policies = new Map<EndpointId, Policy>()
  for (const { id, hold, confirm } of config.services.flatMap(service => service.endpoints))
    policies.set(id, { hold: holdOf(options.hold, hold), failures: confirm.failures })
  // Read whole before anything is opened: a bad line leaves not even an empty database behind.
  const past = await collect(linesOf(options), { policyOf: id => policies.get(id) ?? null, now: options.now })
  const db = openDatabase(options.data, 30_000)
  try {
    const store = new RecordStore(db)
    await store.configure(config.services, config.maintenance, options.now, true)
    const { stored, known, closed } = await store.import(past, options.now)
    const left =
      closed > 0 ? `, ${closed} left out: their month is closed, or their time is past retention` : ''
    process.stdout.write(`${stored} checks stored, ${known} known already${left}\n`)
  } finally {
    db.close()
  }
}

const holdOf = (given: ImportOptions['hold'], configured: Policy['hold']): Policy['hold'] =>
  given === undefined ? configured : given === 'forever' ? null : given

async function collect(
  lines: AsyncIterable<Line>,
  options: PastOptions,
): Promise<Map<EndpointId, RawCheck[]>> {
  const past = new Map<EndpointId, Map<Instant, { check: RawCheck; line: number }>>()
  const faults: string[] = []
  for await (const line of lines) {
    const parsed =
      line.fault === undefined
        ? parsePastCheck(line.value, options)
        : { ok: false as const, message: line.fault }
    if (!parsed.ok) {
      if (faults.length === MOST_FAULTS) {
        faults.push('and perhaps more')
        break
      }
      faults.push(`line ${line.number}: ${parsed.message}`)
      continue
    }
    const { endpoint, check } = parsed
    const known = past.get(endpoint) ?? new Map()
    past.set(endpoint, known)
    const twin = known.get(check.at)
    if (!twin) known.set(check.at, { check, line: line.number })
    else if (twin.check.state !== check.state)
      faults.push(
        `line ${line.number}: says "${check.state}" of ${endpoint} at ${rfc3339(check.at)}, and line ${twin.line} "${twin.check.state}"`,
      )
  }
  if (faults.length > 0) throw new Failure(`${faults.join('\n')}\nnothing was stored`)
  return new Map([...past].map(([id, checks]) => [id, [...checks.values()].map(c => c.check)]))
}

async function* linesOf({ file, format }: ImportOptions): AsyncGenerator<Line> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  try {
    yield* format === 'csv' ? csvLines(input) : jsonLines(input)
  } catch (error) {
    if (error instanceof CsvError)
      throw new Failure(`line ${String(error['lines'] ?? '?')}: ${error.message}\nnothing was stored`)
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      throw new Failure(`${file} cannot be read: ${error.message}`)
    throw error
  } finally {
    // Its writer may live on, and must not keep this process.
    input.destroy()
  }
}

async function* jsonLines(input: Readable): AsyncGenerator<Line> {
  let number = 0
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    const line = number === 1 ? text.replace(/^\uFEFF/, '') : text
    if (line.trim() === '') continue
    try {
      yield { number, value: JSON.parse(line) }
    } catch {
      yield { number, value: null, fault: 'is not JSON' }
    }
  }
}

async function* csvLines(input: Readable): AsyncGenerator<Line> {
  const rows = input.pipe(
    parse({
      bom: true,
      columns: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
      max_record_size: 65_536,
    }),
  )
  input.on('error', error => rows.destroy(error))
  for await (const row of rows as AsyncIterable<{ record: unknown; info: { lines: number } }>)
    yield { number: row.info.lines, value: row.record }
}
