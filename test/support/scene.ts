import { join } from 'node:path'
import type { SupportConfig } from '../../src/config/sections/support.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import type { Guarantee } from '../../src/support/clock.ts'
import type { Intake } from '../../src/support/intake.ts'
import type { IncomingMail } from '../../src/support/receive.ts'
import type { SupportRequest } from '../../src/support/request.ts'
import { SupportStore } from '../../src/support/store.ts'
import { type Duration, duration, type Instant, parseInstant } from '../../src/time/instant.ts'
import { scratch } from '../record/scene.ts'

export const HOUR = 3_600_000
export const at = (text: string): Instant => parseInstant(text)!
/** A Monday, within support hours. */
export const monday = at('2026-11-23T10:00:00Z')
export const later = (from: Instant, ms: number): Instant => (from + ms) as Instant

const hours = (n: number): Duration => duration(n * HOUR)

const configured: SupportConfig = {
  tiers: { urgent: hours(1), high: hours(4), medium: hours(8), low: hours(24) },
  desks: [
    {
      name: 'London',
      timeZone: 'Europe/London',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      from: '08:00',
      to: '22:00',
      holidays: [],
    },
  ],
  tolerance: hours(1),
  evidence: 'required',
}
/** The configuration is a guarantee as it stands. */
export const guarantee: Guarantee = configured

export interface Scene {
  readonly db: Database
  readonly store: SupportStore
  readonly directory: string
  readonly attachments: string
  /** The store of an installation with another secret, on the same database. */
  withSecret(follow: string): SupportStore
  close(): void
}

export function openScene(): Scene {
  const { directory, remove } = scratch()
  const db = openDatabase(directory, 0)
  const withSecret = (follow: string) =>
    new SupportStore({
      db,
      data: directory,
      guarantee: () => guarantee,
      follow,
      own: () => ['support@example.com'],
    })
  return {
    db,
    store: withSecret('s'.repeat(43)),
    directory,
    attachments: join(directory, 'attachments'),
    withSecret,
    close: () => {
      db.close()
      remove()
    },
  }
}

export const intake = (more: Partial<Intake> = {}): Intake => ({
  via: 'form',
  kind: 'question',
  subject: 'Login is slow',
  body: 'Since this morning.',
  name: 'Jo',
  email: 'jo@example.org',
  ...more,
})

/** Files a request without evidence. Throws where it is refused. */
export async function filed(
  store: SupportStore,
  more: Partial<Intake> = {},
  now: Instant = monday,
): Promise<{ readonly request: SupportRequest; readonly secret: string }> {
  const outcome = await store.file(intake(more), [], now)
  if (outcome.kind !== 'filed') throw new Error(JSON.stringify(outcome))
  return outcome
}

let mails = 0
export const mail = (more: Partial<IncomingMail> = {}): IncomingMail => ({
  messageId: `<${++mails}@example.org>`,
  from: { name: 'Jo', address: 'jo@example.org' },
  subject: 'Login is slow',
  text: 'Since this morning.',
  at: monday,
  inReplyTo: [],
  attachments: [],
  automatic: false,
  ...more,
})
