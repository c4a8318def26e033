import { z } from 'zod'
import { key, label, length, zone } from './scalars.ts'

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const A_TIME = 'must be a time of day from "00:00" to "24:00", in quotes'
const timeOfDay = z.string({ error: A_TIME }).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: A_TIME })
const A_DATE = 'must be a date, YYYY-MM-DD, in quotes'
const date = z.string({ error: A_DATE }).regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, {
  error: A_DATE,
})

const HOURS = 'How soon the first answer must come'
const tier = (name: string, most: string) =>
  key(length({ least: 60_000 }).prefault(most), `${HOURS} to a request of priority ${name}.`, most)

const DESK = {
  name: 'London',
  timeZone: 'Europe/London',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '08:00',
  to: '22:00',
}

const desk = z.strictObject({
  name: key(label, 'What the desk is called.', 'London'),
  timeZone: key(zone, 'IANA time zone of its hours.', 'Europe/London'),
  days: key(
    z.array(z.enum(WEEK)).min(1).prefault(['mon', 'tue', 'wed', 'thu', 'fri']),
    'The days on which it answers.',
    DESK.days,
  ),
  from: key(timeOfDay.prefault('08:00'), 'When it opens.', '08:00'),
  to: key(timeOfDay.prefault('22:00'), 'When it closes; earlier than `from`: on the next day.', '22:00'),
  holidays: key(z.array(date).max(1_000).prefault([]), 'Dates on which it is closed.', ['2026-12-25']),
})

export const supportSchema = z
  .strictObject({
    tiers: key(
      z
        .strictObject({
          urgent: tier('urgent', '1h'),
          high: tier('high', '4h'),
          medium: tier('medium', '8h'),
          low: tier('low', '24h'),
        })
        .prefault({}),
      'How soon the first answer must come, by priority: urgent at all hours, the others within support hours.',
      { urgent: '1h', high: '4h', medium: '8h', low: '24h' },
    ),
    desks: key(
      z
        .array(desk)
        .min(1, { error: 'needs at least one desk' })
        .max(20)
        .prefault([DESK as never]),
      'Who answers when; support is open while any desk is.',
      [DESK],
    ),
    tolerance: key(
      length({ least: 0 }).prefault('30m'),
      'How far a time that a customer reports may lie from an outage and still mean it.',
      '30m',
    ),
    evidence: key(
      z.enum(['required', 'optional']).prefault('required'),
      'Whether a claim needs a file that shows the failure.',
      'required',
    ),
  })
  .meta({ description: 'The support desk.', examples: [{ desks: [DESK] }] })

export type SupportConfig = z.output<typeof supportSchema>
