import { requireConfig } from '../src/commands/config.ts'
import { openDatabase } from '../src/db/open.ts'
import type { State } from '../src/probe/check.ts'
import type { RawCheck } from '../src/record/check-store.ts'
import { RecordStore } from '../src/record/store.ts'
import { phase } from '../src/schedule/due.ts'
import { type Instant, instant } from '../src/time/instant.ts'
import { randoms } from './numbers.ts'
import type { Place } from './stage.ts'

export interface Past {
  readonly from: number
  readonly to: number
  /** Time between two checks, in ms. */
  readonly every: number
}

/** Gives every endpoint of a place a past with some outages, blips and unknown time in each month. Returns the number of checks. */
export async function givePast(place: Place, past: Past): Promise<number> {
  const config = await requireConfig(place.config)
  const db = openDatabase(place.data, 0)
  try {
    // Nothing of it has to survive a power cut.
    db.connection.pragma('synchronous = OFF')
    const store = new RecordStore(db)
    await store.configure(config.services, config.maintenance, instant(past.to))
    let checks = 0
    for (const service of config.services) {
      const made = service.endpoints.map(
        ({ id }) => [id, pastChecks(past, phase(id, past.every), phase(id, 2 ** 31))] as const,
      )
      checks += (await store.import(new Map(made))).stored
    }
    return checks
  } finally {
    db.close()
  }
}

const DAY = 86_400_000

function pastChecks({ from, to, every }: Past, offset: number, seed: number): RawCheck[] {
  const random = randoms(seed)
  const policy = { hold: 2 * every + 10_000, failures: 2 }
  const out: RawCheck[] = []
  let state: State = 'up'
  let left = 0
  for (let at = from + offset; at < to; at += every) {
    if (left > 0) left--
    else {
      state = 'up'
      const drawn = (random() * 30 * DAY) / every
      // In 30 days on average two outages, three blips, and one stretch of unknown time or without a check.
      if (drawn < 2) left = 2 + Math.floor(random() * 6)
      else if (drawn < 5) left = 1
      else if (drawn < 5.5) left = 1 + Math.floor(random() * 4)
      if (drawn < 5) state = 'down'
      else if (drawn < 5.5) state = 'unknown'
      else if (drawn < 6) at += 4 * every
      if (left > 0) left--
    }
    const reason = state === 'up' ? null : state === 'down' ? 'timeout' : 'unknown:offline'
    out.push({ at: at as Instant, state, reason, policy, latency: Math.round(20_000 + 80_000 * random()) })
  }
  return out
}
