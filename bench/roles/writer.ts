import { readFileSync } from 'node:fs'
import { requireConfig } from '../../src/commands/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import type { Check, Outcome } from '../../src/probe/check.ts'
import { packChecks } from '../../src/record/pack-store.ts'
import { RecordStore } from '../../src/record/store.ts'
import { phase } from '../../src/schedule/due.ts'
import { instant } from '../../src/time/instant.ts'
import { randoms } from '../numbers.ts'
import type { Place } from '../stage.ts'

const BEGIN = Date.UTC(2026, 0, 5)
const EVERY = 60_000
/** As the housekeeping does it. */
const PACK_EVERY = 2 * 3_600_000
const PACK_AFTER = 30 * 60_000

export interface Written {
  readonly checks: number
  /** Time in the appends, and in packing, in ms. */
  readonly appending: number
  readonly packing: number
  /** Bytes handed to the kernel to be written, and bytes that it sent to the disk. */
  readonly wchar: number
  readonly writeBytes: number
}

/** Stores checks as a server would in simulated time: all endpoints once a minute, a group each second, packed every two hours. */
export async function writer({ config: file, data }: Place) {
  const { services } = await requireConfig(file)
  const store = new RecordStore(openDatabase(data, 0))
  await store.configure(services, [], instant(BEGIN))
  const endpoints = services.flatMap(service => service.endpoints)
  const policies = new Map(
    endpoints.map(({ id, hold, confirm }) => [id, { hold, failures: confirm.failures }]),
  )
  const groups = Array.from({ length: EVERY / 1_000 }, (): { index: number; offset: number }[] => [])
  endpoints.forEach(({ id }, index) => {
    const offset = phase(id, EVERY)
    groups[Math.floor(offset / 1_000)]?.push({ index, offset })
  })
  for (const group of groups) group.sort((a, b) => a.offset - b.offset)
  const random = randoms(1)
  let at = BEGIN

  const checkOf = (index: number, when: number): Check => {
    const endpoint = endpoints[index]
    if (!endpoint) throw new Error('no such endpoint')
    // Around 80 ms, each time a little different, with a long tail.
    const total = 20 + (index % 97) + 30 * random() + (random() < 0.01 ? 400 * random() : 0)
    return {
      endpoint: endpoint.id,
      at: instant(when),
      outcome: outcomeOf(index, when),
      timings: { dns: 1.2, connect: 8.4, firstByte: total - 10, transfer: 0.4, total },
      address: '192.0.2.7:443',
      status: 200,
    }
  }

  return {
    told: null,
    ask: async ({ hours }: { readonly hours: number }): Promise<Written> => {
      const before = written()
      let checks = 0
      let appending = 0
      let packing = 0
      for (const end = at + hours * 3_600_000; at < end; at += 1_000) {
        const minute = at - (at % EVERY)
        const group = groups[(at - minute) / 1_000]?.map(({ index, offset }) =>
          checkOf(index, minute + offset),
        )
        const begun = performance.now()
        await store.append(group ?? [], id => policies.get(id) ?? null)
        appending += performance.now() - begun
        checks += group?.length ?? 0
        if (at % PACK_EVERY === 0) {
          const from = performance.now()
          await packChecks(store, instant(at - PACK_AFTER))
          packing += performance.now() - from
        }
      }
      const after = written()
      return {
        checks,
        appending,
        packing,
        wchar: after.wchar - before.wchar,
        writeBytes: after.writeBytes - before.writeBytes,
      }
    },
  }
}

/** Each endpoint fails for five minutes a day, once for a single check, and is unknown for two minutes. */
function outcomeOf(index: number, when: number): Outcome {
  const minute = Math.floor(when / 60_000 + index * 7) % 1_440
  if (minute < 5 || minute === 300)
    return { state: 'down', reason: 'status', observed: 'status 503, expected 200-299' }
  if (minute === 600 || minute === 601)
    return { state: 'unknown', reason: 'unknown:offline', observed: 'no reference target answers either' }
  return { state: 'up', observed: 'status 200' }
}

function written(): { readonly wchar: number; readonly writeBytes: number } {
  const io = readFileSync('/proc/self/io', 'utf8')
  const read = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1])
  return { wchar: read('wchar'), writeBytes: read('write_bytes') }
}
