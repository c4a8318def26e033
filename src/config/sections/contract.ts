import { z } from 'zod'
import { key, length, zone } from './scalars.ts'

/** What an exact percentage looks like: no exponent, no sign, at most six decimals. */
export const DECIMAL = /^(\d{1,3})(?:\.(\d{1,6}))?$/

const A_PERCENTAGE = 'must be a decimal above 0 and below 100, with a point and at most 6 decimals'

/** The one way to write a percentage, so that equal ones are equal texts: `099.90` is `99.9`. */
export function canonicalPercent(text: string): string | null {
  const m = DECIMAL.exec(text)
  if (!m) return null
  const whole = Number(m[1])
  const decimals = (m[2] ?? '').replace(/0+$/, '')
  if (whole >= 100 || (whole === 0 && decimals === '')) return null
  return decimals === '' ? `${whole}` : `${whole}.${decimals}`
}

const percent = z
  .union([z.string().meta({ pattern: '^\\d{1,2}(\\.\\d{1,6})?$' }), z.number()], { error: A_PERCENTAGE })
  .transform((given, ctx): string => {
    const text = canonicalPercent(String(given))
    if (text !== null) return text
    ctx.addIssue(A_PERCENTAGE)
    return z.NEVER
  })

const threshold = z.strictObject({
  percent: key(percent, 'Availability below this percentage misses the threshold. An exact decimal.', '99.9'),
  creditDays: key(z.int().min(0).max(3650), 'Days of service credit for missing it.', 7),
})

const DEFAULT_ZONE = 'Europe/London'
const DEFAULT_THRESHOLDS = [
  { percent: '99.9', creditDays: 7 },
  { percent: '99', creditDays: 14 },
]

export const contractSchema = z
  .strictObject({
    timeZone: key(
      zone.prefault(DEFAULT_ZONE),
      'IANA time zone in which months begin and end.',
      'America/New_York',
    ),
    thresholds: key(
      z.array(threshold).max(20).prefault(DEFAULT_THRESHOLDS),
      'Monthly availability below `percent` earns `creditDays`; the lowest threshold missed counts.',
      DEFAULT_THRESHOLDS,
    ),
    claimWindow: key(length().prefault('30d'), 'How long after the downtime a claim may come.', '30d'),
    maintenance: key(
      z.enum(['excluded', 'counted-as-up']).prefault('excluded'),
      'Whether announced maintenance is left out of the month or counted as up.',
      'excluded',
    ),
    unknown: key(
      z.enum(['excluded', 'counted-as-down', 'counted-as-up']).prefault('excluded'),
      'What time counts as in which nothing is known.',
      'excluded',
    ),
    publish: key(
      z
        .strictObject({
          addresses: key(
            z.enum(['full', 'host', 'none']).prefault('host'),
            'How much of the addresses that are probed is published: without query, the host alone, or nothing.',
            'host',
          ),
        })
        .prefault({}),
      'What sealed months say in public of how they were measured.',
      { addresses: 'host' },
    ),
  })
  .meta({
    description: 'The rules of the service-level agreement.',
    examples: [{ timeZone: DEFAULT_ZONE, thresholds: DEFAULT_THRESHOLDS, claimWindow: '30d' }],
  })
