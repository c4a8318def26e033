import { type Instant, rfc3339 } from '../time/instant.ts'
import type { ReportedOutage } from './report.ts'
import { exact, reasonWords } from './words.ts'

/** The text that a customer puts into a claim. */
export function claimText(of: {
  readonly service: string
  readonly outage: ReportedOutage
  /** Of the outage, in ms. */
  readonly counted: number
  readonly effects: readonly { readonly verdict: string; readonly claim: string | null }[]
  readonly address: string
  readonly now: Instant
}): string {
  const { outage } = of
  const lines = [
    `Service: ${of.service.replaceAll(/\s+/g, ' ')}`,
    `Began: ${rfc3339(outage.from)}`,
    outage.to === null ? `Not over at: ${rfc3339(of.now)}` : `Ended: ${rfc3339(outage.to)}`,
    `Length: ${exact((outage.to ?? of.now) - outage.from)}`,
    `Counted as down: ${exact(of.counted)}`,
    `Cause as seen: ${reasonWords(outage.reason)}`,
    ...of.effects.flatMap(e => [`Month: ${e.verdict}`, ...(e.claim === null ? [] : [`Claim: ${e.claim}`])]),
    `Record: ${of.address}`,
  ]
  return lines.join('\n').replaceAll('\u00a0', ' ')
}
