import type { Recorded } from '../../src/availability/figures.ts'
import type { Member } from '../../src/availability/measure.ts'
import { outagesIn } from '../../src/availability/outages.ts'
import type { EndpointId } from '../../src/catalog/model.ts'
import type { ClaimFacts, KnownOutage, MonthFacts } from '../../src/claim/facts.ts'
import { monthFacts } from '../../src/claim/month-facts.ts'
import type { Contract } from '../../src/sla/contract.ts'
import { duration, FOREVER, type Instant, instant } from '../../src/time/instant.ts'
import { add, type Interval } from '../../src/time/interval.ts'
import { type Month, monthInterval } from '../../src/time/month.ts'

export const utc = (text: string): Instant => instant(Date.parse(text))
export const time = (from: string, to: string): Interval => ({ from: utc(from), to: utc(to) })

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const contract: Contract = {
  timeZone: 'Europe/London',
  thresholds: [
    { percent: '99.9', creditDays: 7 },
    { percent: '99', creditDays: 14 },
  ],
  claimWindow: duration(30 * DAY),
  maintenance: 'excluded',
  unknown: 'excluded',
}

export interface Past {
  /** Confirmed outages; the bounds are `slack` ms wider and narrower. */
  readonly down?: readonly Interval[]
  readonly slack?: number
  readonly blips?: readonly Interval[]
  readonly unknown?: readonly Interval[]
  readonly maintenance?: readonly Interval[]
  readonly since?: Instant
}

/** One endpoint that was up but for what is told. */
export function recordOf(past: Past): Recorded {
  const slack = past.slack ?? 0
  const run = (i: Interval, confirmed: boolean) => ({
    from: i.from,
    to: i.to,
    failures: confirmed ? 5 : 1,
    lastFailed: add(i.to, -slack),
    startsAfter: add(i.from, -slack),
    confirmedAt: confirmed ? i.from : null,
    reason: 'timeout',
  })
  const runs = [...(past.down ?? []).map(i => run(i, true)), ...(past.blips ?? []).map(i => run(i, false))]
  const member: Member = {
    membership: { from: past.since ?? utc('2026-01-01T00:00:00Z'), to: FOREVER },
    history: {
      endpoint: 'login' as EndpointId,
      unknown: past.unknown ?? [],
      runs: runs.sort((a, b) => a.from - b.from),
    },
  }
  return { rule: { kind: 'any' }, members: [member], maintenance: past.maintenance ?? [] }
}

/** The outages with ids by their order. */
export const outagesOf = (record: Recorded, now: Instant): KnownOutage[] =>
  outagesIn(
    record.members,
    record.rule,
    record.maintenance,
    { from: utc('2026-01-01T00:00:00Z'), to: now },
    now,
  ).map((o, i) => ({
    ...o,
    id: `outage${i + 1}`,
  }))

/** The facts of a month that is closed an hour after its end. */
export function factsOf(
  past: Past,
  month: string,
  changes: Partial<MonthFacts> = {},
  by: Contract = contract,
): MonthFacts {
  const calendar = monthInterval(month as Month, by.timeZone)
  const closed = add(calendar.to, HOUR)
  const record = recordOf(past)
  const facts = monthFacts({
    service: 'iam',
    name: 'IAM Services',
    record,
    outages: outagesOf(record, closed),
    month: month as Month,
    contract: by,
    contractVersion: 'abcdef',
    sealed: null,
    raisedAt: changes.raisedAt ?? null,
    state: { kind: 'closed', closed },
    contractChanged: false,
    tolerance: duration(30 * MINUTE),
    evidence: 'required',
    now: closed,
  })
  return { ...facts, ...changes }
}

export const claimOf = (changes: Partial<ClaimFacts> = {}): ClaimFacts => ({
  reference: 'R-1',
  account: 'ACME',
  received: utc('2026-11-10T12:00:00Z'),
  reported: [],
  evidence: 1,
  others: [],
  promised: null,
  ...changes,
})
