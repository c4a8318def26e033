import type { DownRule } from '../catalog/model.ts'
import type { Verdict } from '../sla/verdict.ts'

/** The rules by which checks become figures (README, How the number is made). A change that could move a figure by a millisecond raises it. */
export const FORMULA = 1

/** A half-open interval of RFC 3339 instants in UTC, to the millisecond. */
export interface TimeSpan {
  readonly from: string
  readonly to: string
}

/** A month's arithmetic: times in ms, percentages as texts cut to three decimals. */
export interface MonthFigures {
  /** up + down + unknown + maintenance = total. */
  readonly ms: {
    readonly total: number
    readonly up: number
    readonly down: number
    readonly unknown: number
    readonly maintenance: number
  }
  readonly bounds: { readonly bestDown: number; readonly worstDown: number }
  /** What the percentage is a share of. */
  readonly base: number
  /** What counts as down: the down time, and the unknown time where the contract says so. */
  readonly counted: number
  readonly availability: {
    readonly percent: string | null
    readonly best: string | null
    readonly worst: string | null
  }
  /** From the highest to the lowest. */
  readonly thresholds: readonly {
    readonly percent: string
    readonly creditDays: number
    readonly verdict: Verdict
    readonly certain: boolean
    readonly allowedMs: number
    readonly remainingMs: number
  }[]
  /** Of the lowest threshold missed; 0 where none is. */
  readonly creditDays: number
}

export interface RecordedOutage {
  readonly id: string
  /** Its true start, which may lie before the month. */
  readonly from: string
  /** Null where it lasted still when the month was closed. */
  readonly to: string | null
  /** Counted as down within the month, in ms: over all outages it sums to the month's down time. */
  readonly ms: number
  readonly unknownMs: number
  readonly maintenanceMs: number
  readonly startsAfter: string | null
  readonly endsAfter: string
  readonly reason: string
  readonly endpoints: readonly string[]
}

/** A stretch of time in which something was configured as it says. `from` null: since before the record; `to` null: still when the month was closed. */
export interface InForce {
  /**
   * SHA-256, in hex, of the canonical JSON of what was in force. Of an endpoint: of all of it, with a salt that is not
   * published, so that nothing can be guessed of what is left out here, and it can still be proven later.
   */
  readonly version: string
  readonly from: string | null
  readonly to: string | null
}

export interface RecordedContract {
  readonly timeZone: string
  readonly thresholds: readonly { readonly percent: string; readonly creditDays: number }[]
  readonly claimWindowMs: number
  readonly maintenance: 'excluded' | 'counted-as-up'
  readonly unknown: 'excluded' | 'counted-as-down' | 'counted-as-up'
}

/** An endpoint's configuration as it may be published: never a header's value, a body, a query, or a text that is looked for. */
export interface PublishedEndpoint {
  readonly name: string
  /** As the contract's `publish.addresses` allows. */
  readonly address: string | null
  readonly method: string
  readonly schedule: string
  readonly timeoutMs: number
  readonly holdMs: number | null
  readonly confirm: { readonly failures: number; readonly everyMs: number }
  readonly redirects: number
  /** What the response must be, in words. */
  readonly expect: readonly string[]
  readonly paused: boolean
}

/** An informal target, without credit. */
export interface RecordedPerformance {
  readonly percentile: number
  readonly belowMs: number
  /** The percentile of the month's `up` checks by nearest rank, in microseconds; null where there are none. */
  readonly measuredUs: number | null
  readonly checks: number
  readonly met: boolean | null
}

/** The checks of an endpoint that started on one day of the contract's zone. */
export interface DayDigest {
  readonly date: string
  readonly checks: number
  /** SHA-256, in hex, of the day's check lines (see `check-lines.ts`). */
  readonly sha256: string
}

/** Where an endpoint's checks stood before the month: the last one before it, and the run of failures it was in. */
export interface Opening {
  readonly last: {
    readonly at: number
    readonly state: string
    readonly reason: string | null
    readonly hold: number | null
    readonly failures: number
  }
  readonly lastUp: number | null
  readonly run: {
    readonly from: number
    readonly failures: number
    readonly lastFailed: number
    readonly startsAfter: number | null
    readonly reason: string
    readonly confirmedAt: number | null
  } | null
}

export interface RecordedEndpoint {
  readonly id: string
  readonly name: string
  /** When it counted for the service; `to` null: it still did. */
  readonly counted: readonly { readonly from: string; readonly to: string | null }[]
  readonly before: Opening | null
  readonly days: readonly DayDigest[]
  /** The checks from the month's end to the one that settled it. */
  readonly after: { readonly checks: number; readonly sha256: string }
}

/** What a correction declares of a stretch of time. */
export interface Correction {
  readonly type: 'nines.correction/1'
  readonly id: string
  readonly service: string
  readonly at: string
  readonly author: string
  readonly reason: string
  /** Who saw an outage that the prober missed. */
  readonly reportedBy: string | null
  readonly kind: 'exclude' | 'add' | 'bounds'
  /** The outage that is excluded or moved, or the id of the one that is added. */
  readonly outage: string
  readonly before: TimeSpan | null
  /** The last good check before the outage that is excluded or moved: the worst case began there. */
  readonly startsAfter: string | null
  readonly after: TimeSpan | null
  /** What it did to months that were closed. */
  readonly months: readonly {
    readonly month: string
    readonly before: MonthFigures
    readonly after: MonthFigures
  }[]
}

/** A closed month's sealed figures, as they stand in the log and in every statement. */
export interface MonthRecord extends MonthFigures {
  readonly type: 'nines.month/1'
  readonly service: { readonly id: string; readonly name: string; readonly down: DownRule }
  /** `YYYY-MM`. */
  readonly month: string
  readonly timeZone: string
  readonly calendar: TimeSpan
  /** From when its first endpoint counts until its last one stops counting, cut to the month. */
  readonly window: TimeSpan
  readonly closedAt: string
  /** Those that overlap the month, whole, in order. */
  readonly outages: readonly RecordedOutage[]
  /** Composed, outside maintenance, within the window. */
  readonly unknown: readonly TimeSpan[]
  readonly blips: readonly {
    readonly endpoint: string
    readonly from: string
    readonly to: string
    readonly failures: number
    readonly reason: string
  }[]
  readonly maintenance: readonly {
    readonly id: string
    readonly title: string
    readonly from: string
    readonly to: string
    readonly announced: string | null
    /** When all that it covers was first entered, by the clock of Nines; null where that is not known. */
    readonly noted: string | null
  }[]
  /** Those that were in force when it was closed. */
  readonly corrections: readonly Correction[]
  readonly performance: readonly RecordedPerformance[]
  readonly versions: {
    /** All that were in force in the month; it is judged by the last. */
    readonly contract: readonly (InForce & { readonly contract: RecordedContract })[]
    readonly service: readonly (InForce & { readonly name: string; readonly down: DownRule })[]
    readonly endpoints: readonly (InForce & {
      readonly endpoint: string
      readonly configuration: PublishedEndpoint
    })[]
    readonly formula: number
    /** Of Nines. */
    readonly software: string
    /** Of the IANA time-zone database, such as `2026a`. */
    readonly timeZoneData: string
  }
  readonly endpoints: readonly RecordedEndpoint[]
}
