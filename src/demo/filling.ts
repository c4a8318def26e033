import type { Interval } from '../time/interval.ts'
import type { Story } from './stories.ts'

const MINUTE = 60_000

/**
 * PURE. The longest down time in ms, in whole steps of `pace`, with which a month of `base` ms still displays `percent`
 * (three decimals, cut). Right as long as a step is less than a thousandth of a per cent of the base.
 */
export function downFor(base: number, percent: string, pace: number): number {
  const displayed = /^(\d{1,2})\.(\d{3})$/.exec(percent)
  if (!displayed) throw new RangeError(`not a displayed percentage: ${percent}`)
  const missing = 100_000n - BigInt(`${displayed[1]}${displayed[2]}`)
  const most = Number((BigInt(base) * missing) / 100_000n)
  return most - (most % pace)
}

/** PURE. How long a story lasts, in ms, where the other stories of its month take `besides` minutes. */
export function fillMonth(story: Story, besides: number, month: Interval, pace: number): number {
  const { lasts } = story
  if (typeof lasts === 'number') return Math.ceil((lasts * MINUTE) / pace) * pace
  return downFor(month.to - month.from, lasts.leaving, pace) - besides * MINUTE
}
