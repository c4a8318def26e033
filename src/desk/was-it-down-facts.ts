import { raisedAt } from '../claim/raised.ts'
import type { Answer } from '../claim/was-it-down.ts'
import { type AskedFacts, wasItDown } from '../claim/was-it-down.ts'
import { closedFigures } from '../month/closed.ts'
import { absolute, outagePath } from '../page/address.ts'
import { outagesIn, type Report, type ReportedOutage } from '../page/report.ts'
import type { Contract } from '../sla/contract.ts'
import type { Duration, Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'

/** What the desk's answers need of the configuration; read anew for each. */
export interface DeskRules {
  readonly contract: Contract
  /** Public address; null where none is configured. */
  readonly url: string | null
  /** How far a reported time may lie from an outage and still mean it. */
  readonly tolerance: Duration
}

/** Everything that a question about a service is answered from. */
export interface Asking {
  readonly facts: AskedFacts
  readonly of: Report
  /** All that the record holds, in order. */
  readonly outages: readonly ReportedOutage[]
}

/** What is known of a service when somebody asks; `zone` is the customer's. */
export function asking(of: Report, rules: DeskRules, zone: string, now: Instant): Asking {
  const { record, life } = of
  const outages = life ? outagesIn(of, life, now) : []
  const { months, corrections } = record.settled
  return {
    of,
    outages,
    facts: {
      service: record.name,
      record,
      outages,
      contract: rules.contract,
      closed: new Map([...months].map(([month, closed]) => [month, closedFigures(closed, corrections)])),
      raised: new Map(
        [...months.keys()].flatMap(month => {
          const at = raisedAt(
            corrections.map(c => c.correction),
            month,
          )
          return at === null ? [] : [[month, at] as const]
        }),
      ),
      now,
      tolerance: rules.tolerance,
      zone,
      address: id => absolute(rules.url, outagePath(id)),
    },
  }
}

export const answerTo = (asked: Interval, { facts }: Asking): Answer => wasItDown(asked, facts)
