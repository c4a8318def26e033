import { describe, expect, it } from 'vitest'
import { type Answer, type AskedFacts, wasItDown } from '../../src/claim/was-it-down.ts'
import { duration } from '../../src/time/instant.ts'
import type { Month } from '../../src/time/month.ts'
import { contract, factsOf, MINUTE, outagesOf, type Past, recordOf, time, utc } from './scene.ts'

const now = utc('2026-11-05T12:00:00Z')
const past: Past = { down: [time('2026-10-14T14:02:10Z', '2026-10-14T14:49:33Z')], slack: 60_000 }

function ask(from: string, to: string, of: Past = past, changes: Partial<AskedFacts> = {}): Answer {
  const record = recordOf(of)
  const at = changes.now ?? now
  return wasItDown(time(from, to), {
    service: 'IAM Services',
    record,
    outages: outagesOf(record, at),
    contract,
    closed: new Map(),
    raised: new Map(),
    now: at,
    tolerance: duration(30 * MINUTE),
    zone: 'Europe/London',
    address: id => `https://status.example/outages/${id}`,
    ...changes,
  })
}

describe('whether it was down', () => {
  it('is told exactly, in UTC and in the customer’s zone, with bounds and the link', () => {
    const answer = ask('2026-10-14T14:10:00Z', '2026-10-14T14:11:00Z')
    expect(answer).toMatchObject({
      word: 'down',
      downMs: MINUTE,
      share: '100.000',
      before: null,
      after: null,
    })
    expect(answer.outages).toMatchObject([{ overlap: MINUTE, distance: 0, outage: { id: 'outage1' } }])
    expect(answer.paragraph).toBe(
      'Yes. IAM Services was down on 14 October 2026 from 14:02:10 to 14:49:33 UTC (15:02:10 to 15:49:33 in Europe/London), 47 min 23 s. ' +
        'Our last good check before it was at 14 October 2026 at 14:01:10 UTC (15:01:10 in Europe/London). ' +
        'Our last failed check in it was at 14 October 2026 at 14:48:33 UTC (15:48:33 in Europe/London). ' +
        'What we saw: no answer in time. Its record: https://status.example/outages/outage1 ' +
        'Availability in October 2026: 99.893 %, 47 min 23 s down. The guarantee of 99.9 % was missed: 7 days of credit, on request. ' +
        'A claim must reach us by the end of Fri 13 November 2026 (Europe/London).',
    )
  })

  it('is partly so where the outage covers a part, to the millisecond', () => {
    const answer = ask('2026-10-14T14:00:00Z', '2026-10-14T15:00:00Z')
    expect(answer).toMatchObject({ word: 'partly', downMs: 2_843_000, share: '78.972' })
    expect(answer.paragraph).toContain('Yes, for a part of that time. IAM Services was down')
    expect(answer.paragraph).toContain(
      'In the 1 h that you ask about, it was down for 47 min 23 s (78.972 %).',
    )
    expect(ask('2026-10-14T14:49:32.999Z', '2026-10-14T14:49:33.001Z')).toMatchObject({
      word: 'partly',
      downMs: 1,
    })
    expect(ask('2026-10-14T14:49:33Z', '2026-10-14T14:50:00Z').word).toBe('near')
    expect(ask('2026-10-14T14:00:00Z', '2026-10-14T14:02:10Z').word).toBe('near')
    expect(ask('2026-10-14T14:00:00Z', '2026-10-14T14:02:10.001Z').word).toBe('partly')
  })

  it('is near within the tolerance and no further', () => {
    expect(ask('2026-10-14T15:19:33Z', '2026-10-14T15:20:00Z')).toMatchObject({
      word: 'near',
      before: { distance: 30 * MINUTE },
    })
    const far = ask('2026-10-14T15:19:33.001Z', '2026-10-14T15:20:00Z')
    expect(far).toMatchObject({ word: 'not-down', before: { distance: 30 * MINUTE + 1 } })
    expect(far.paragraph).toContain(
      'No. We recorded no downtime of IAM Services on 14 October 2026 from 15:19:33.001 to 15:20:00 UTC',
    )
    expect(far.paragraph).toContain('The nearest outage before it was 30 min away.')
    expect(ask('2026-10-14T13:30:00Z', '2026-10-14T13:40:00Z').paragraph).toContain(
      'Not at that time, but close to it. The nearest outage was 22 min 10 s away. IAM Services was down',
    )
  })

  it('is near where an outage may have begun unseen', () => {
    const slow = { ...past, slack: 2 * 60 * MINUTE }
    expect(ask('2026-10-14T12:10:00Z', '2026-10-14T12:11:00Z', slow).word).toBe('near')
    expect(ask('2026-10-14T12:00:00Z', '2026-10-14T12:02:00Z', slow).word).toBe('not-down')
  })

  it('names the outages before and after', () => {
    const two = {
      down: [
        time('2026-10-10T10:00:00Z', '2026-10-10T10:05:00Z'),
        time('2026-10-12T10:00:00Z', '2026-10-12T10:05:00Z'),
      ],
    }
    const answer = ask('2026-10-11T10:05:00Z', '2026-10-11T10:06:00Z', two)
    expect(answer).toMatchObject({
      word: 'not-down',
      before: { distance: 24 * 60 * MINUTE },
      after: { distance: (24 * 60 - 6) * MINUTE },
    })
    expect(answer.before?.outage.id).toBe('outage1')
    expect(answer.after?.outage.id).toBe('outage2')
  })

  it('is not known where nothing is', () => {
    const gap = { unknown: [time('2026-10-14T14:00:00Z', '2026-10-14T15:00:00Z')] }
    expect(ask('2026-10-14T14:10:00Z', '2026-10-14T14:11:00Z', gap)).toMatchObject({
      word: 'unknown',
      unknownMs: MINUTE,
    })
    const half = ask('2026-10-14T14:59:00Z', '2026-10-14T15:01:00Z', gap)
    expect(half.word).toBe('unknown')
    expect(half.paragraph).toContain('For 1 min of that time we have no valid checks.')
    const never = ask('2025-10-14T14:10:00Z', '2025-10-14T14:11:00Z')
    expect(never).toMatchObject({ word: 'unknown', recorded: null, share: null })
    expect(never.paragraph).toContain('We have no record of IAM Services')
    expect(ask('2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z').word).toBe('unknown')
  })

  it('was maintenance where that was announced, which is no downtime', () => {
    const maintained = { ...past, maintenance: [time('2026-10-14T14:00:00Z', '2026-10-14T15:00:00Z')] }
    const answer = ask('2026-10-14T14:10:00Z', '2026-10-14T14:11:00Z', maintained)
    expect(answer).toMatchObject({ word: 'maintenance', downMs: 0, maintenanceMs: MINUTE })
    expect(answer.paragraph).toContain(
      'Announced maintenance ran on 14 October 2026 from 14:10:00 to 14:11:00 UTC',
    )
  })

  it('shows blips in it and near to it, which count as up', () => {
    const blips = {
      blips: [
        time('2026-10-14T14:10:00Z', '2026-10-14T14:10:10Z'),
        time('2026-10-14T14:30:00Z', '2026-10-14T14:30:10Z'),
      ],
    }
    const answer = ask('2026-10-14T14:09:00Z', '2026-10-14T14:11:00Z', blips)
    expect(answer.word).toBe('not-down')
    expect(answer.blips.map(b => b.inside)).toEqual([true, false])
    expect(answer.paragraph).toContain(
      'One check failed in it without being confirmed as an outage; that counts as up.',
    )
  })

  it('tells of an outage that lasts', () => {
    const record = recordOf(past)
    const [member] = record.members
    const open = { ...member!.history.runs[0]!, to: null }
    const lasting = { ...record, members: [{ ...member!, history: { ...member!.history, runs: [open] } }] }
    const at = utc('2026-10-14T14:30:00Z')
    const answer = ask('2026-10-14T14:10:00Z', '2026-10-14T14:40:00Z', past, {
      now: at,
      record: lasting,
      outages: outagesOf(lasting, at),
    })
    expect(answer).toMatchObject({
      word: 'down',
      downMs: 20 * MINUTE,
      months: [{ state: 'runs', open: true }],
    })
    expect(answer.paragraph).toContain(
      'IAM Services has been down since 14 October 2026 at 14:02:10 UTC (15:02:10 in Europe/London), 27 min 50 s so far.',
    )
  })

  it('tells of each month that is asked about, and of a closed one what was sealed', () => {
    const sealed = factsOf({}, '2026-10').judged
    const answer = ask('2026-10-31T12:00:00Z', '2026-11-01T12:00:00Z', past, {
      closed: new Map([['2026-10' as Month, sealed]]),
    })
    expect(answer.months.map(m => [m.month, m.state, m.judged.creditDays])).toEqual([
      ['2026-10', 'closed', 0],
      ['2026-11', 'runs', 0],
    ])
    expect(answer.paragraph).toContain('The guarantee of 99.9 % was met so far.')
  })

  it('says when the time for a claim ended, to the millisecond', () => {
    const open = (at: string) =>
      ask('2026-10-14T14:10:00Z', '2026-10-14T14:11:00Z', past, { now: utc(at) }).months[0]?.open
    expect(open('2026-11-13T23:59:59.999Z')).toBe(true)
    expect(open('2026-11-14T00:00:00.000Z')).toBe(false)
    const told = ask('2026-10-14T14:10:00Z', '2026-10-14T14:11:00Z', past, {
      now: utc('2026-11-14T00:00:00Z'),
      zone: 'Asia/Tokyo',
    })
    expect(told.paragraph).toContain(
      'The time for a claim ended at the end of Fri 13 November 2026 (Europe/London).',
    )
  })

  it('names the last day of a claim also where clocks leave out its midnight', () => {
    const cairo = { ...contract, timeZone: 'Africa/Cairo' }
    const spring: Past = { down: [time('2026-03-24T10:00:00Z', '2026-03-24T12:00:00Z')] }
    // On 24 April the clocks of Cairo go from 00:00 to 01:00.
    const { paragraph } = ask('2026-03-24T10:10:00Z', '2026-03-24T10:20:00Z', spring, {
      now: utc('2026-04-01T00:00:00Z'),
      contract: cairo,
    })
    expect(paragraph).toContain('A claim must reach us by the end of Thu 23 April 2026 (Africa/Cairo).')
  })

  it('gives the distance of an outage that is far away in two units', () => {
    expect(ask('2026-11-01T00:00:00Z', '2026-11-01T00:00:00.036Z').paragraph).toContain(
      'The nearest outage before it was 17 d 9 h away.',
    )
  })

  it('names the local day where it is another one', () => {
    const night: Past = { down: [time('2026-10-14T23:30:00Z', '2026-10-15T00:30:00Z')] }
    expect(ask('2026-10-14T23:40:00Z', '2026-10-14T23:41:00Z', night).paragraph).toContain(
      'was down on 14 October 2026 from 23:30:00 to 15 October 2026, 00:30:00 UTC (15 October 2026, 00:30:00 to 01:30:00 in Europe/London), 1 h.',
    )
    const utcOnly = ask('2026-10-14T23:40:00Z', '2026-10-14T23:41:00Z', night, { zone: 'UTC' })
    expect(utcOnly.paragraph.replace('(Europe/London)', '')).not.toContain('(')
  })

  it('keeps what a target said on one line', () => {
    const record = recordOf(past)
    const outages = outagesOf(record, now).map(o => ({ ...o, reason: 'bad\r\nBcc: x@example.com' }))
    const answer = ask('2026-10-14T14:10:00Z', '2026-10-14T14:11:00Z', past, { outages, service: 'A\r\nB' })
    expect(answer.paragraph).not.toMatch(/[\r\n]/)
  })
})
