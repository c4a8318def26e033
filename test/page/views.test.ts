import { describe, expect, it } from 'vitest'
import { calendarMonth, lastDays, lastMonths } from '../../src/page/calendar.ts'
import { checkStrip, checkWindows } from '../../src/page/checks-view.ts'
import { failuresView } from '../../src/page/failures-view.ts'
import { frontView } from '../../src/page/front-view.ts'
import { headlineView } from '../../src/page/headline-view.ts'
import { lanesView } from '../../src/page/month-lanes-view.ts'
import { monthView } from '../../src/page/month-view.ts'
import { outageAt, outageView } from '../../src/page/outage-view.ts'
import { monthReport, outagesIn, report } from '../../src/page/report.ts'
import { keyOf, routeOf } from '../../src/page/route.ts'
import { serviceView } from '../../src/page/service-view.ts'
import { severity, stripView } from '../../src/page/strip-view.ts'
import { brief, exact, listed, spoken, utcStamp } from '../../src/page/words.ts'
import type { Contract } from '../../src/sla/contract.ts'
import { type Month, parseMonth } from '../../src/time/month.ts'
import { at, CONTRACT, DAY, HOUR, MINUTE, NOW, plus, run, SECOND, service } from './fixture.ts'
import { calmScene, manyServices, scene } from './scene.ts'

const plain = (text: string | null | undefined) => text?.replaceAll('\u00a0', ' ') ?? null
const month = (text: string): Month => parseMonth(text) as Month
const named = (id: string) => {
  const found = scene().find(s => s.id === id)
  if (!found) throw new Error(id)
  return found
}

describe('words', () => {
  it.each([
    [brief(724_000), '12 min 4 s'],
    [brief(2_677_980), '44 min 37 s'],
    [brief(3 * DAY + 2 * HOUR + MINUTE), '3 d 2 h'],
    [brief(250), '0.250 s'],
    [brief(0), '0 s'],
    [exact(DAY + 60_250), '1 d 1 min 0.250 s'],
    [spoken(20 * SECOND), 'less than a minute'],
    [spoken(MINUTE), '1 minute'],
    [spoken(23 * MINUTE + 59 * SECOND), '23 minutes'],
    [spoken(3 * HOUR + 12 * MINUTE), '3 hours 12 minutes'],
    [spoken(21 * DAY), '21 days'],
    [listed(['a', 'b', 'c']), 'a, b and c'],
    [utcStamp(at('2026-10-04T01:02:03.250Z')), '4 October 2026, 01:02:03.250 UTC'],
  ])('%s', (words, expected) => expect(plain(words)).toBe(expected))
})

describe('addresses', () => {
  it.each([
    ['/', '/'],
    ['/services/iam', '/services/iam'],
    ['/services/iam/2026-10', '/services/iam/2026-10'],
    ['/services/%69am/feed.xml', '/services/iam/feed.xml'],
    ['/services/a%2Fb', '/services/a%2Fb'],
    ['/outages/x', '/outages/x'],
    ['/services', 'missing'],
    ['/services/', 'missing'],
    ['/services/iam/2026-13', 'missing'],
    ['/services/iam/2026-10/x', 'missing'],
    ['/outages/a/b', 'missing'],
    ['/services/%ff', 'missing'],
    ['/services/iam/%ff', 'missing'],
  ])('%s is kept as %s', (path, key) => expect(keyOf(routeOf(path))).toBe(key))
})

describe('the calendar', () => {
  it('counts days and months of the zone, today last', () => {
    const days = lastDays(NOW, 90, 'Europe/London')
    expect(days).toHaveLength(90)
    expect(days.at(-1)?.date).toBe('2026-11-12')
    expect(lastMonths(NOW, 12, 'Europe/London').map(m => m.month)).toEqual([
      ...['2025-12', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05'],
      ...['2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'],
    ])
  })
})

describe('the headline', () => {
  const headline = (...ids: string[]) =>
    headlineView(
      ids.map(id => report(named(id), NOW)),
      NOW,
    )

  it.each([
    [['iam', 'gateway'], 'Everything is working.', null, 'up'],
    [
      ['iam', 'portal'],
      'Customer portal has been down for 23 minutes.',
      'Everything else is working.',
      'down',
    ],
    [
      ['iam', 'search'],
      'A check of Search failed; it is being verified.',
      'Everything else is working.',
      'verifying',
    ],
    [['pending'], 'No checks yet: the first is due in a moment.', null, 'pending'],
    [[], 'No service is being watched yet.', null, 'pending'],
  ])('%j', (ids, sentence, rest, state) => {
    const view = headline(...ids)
    expect([plain(view.sentence), view.rest, view.state.key]).toEqual([sentence, rest, state])
  })

  it('says unknown, maintenance and paused as such', () => {
    const of = (spec: object) =>
      plain(
        headlineView([report(service({ id: 'a', name: 'A', endpoints: [{ id: 'e' }], ...spec }), NOW)], NOW)
          .sentence,
      )
    const unknown = [{ from: plus(NOW, -HOUR), to: NOW }]
    expect(of({ endpoints: [{ id: 'e', unknown }] })).toBe('Nothing certain is known of A.')
    const window = {
      id: 'm',
      from: plus(NOW, -HOUR),
      to: plus(NOW, HOUR),
      title: 'M',
      announced: null,
      noted: null,
    }
    expect(of({ maintenance: [window] })).toBe('A is under maintenance.')
    expect(of({ endpoints: [{ id: 'e', unknown, state: 'paused' }] })).toBe(
      'Nothing is being checked: every endpoint is paused.',
    )
  })

  it('says when the last check was, and how often', () => {
    const view = headline('iam')
    expect([plain(view.checked?.words ?? null), plain(view.every)]).toEqual(['09:23:30 UTC', '30 s'])
  })
})

describe('a strip', () => {
  const stripOf = (id: string) => {
    const { past, today } = stripView(report(named(id), NOW), lastDays(NOW, 90, 'Europe/London'), CONTRACT)
    return [...past.days, ...today.days]
  }

  it('shows how much of each day failed, on a scale that keeps a second and a day legible', () => {
    const shares = [0.001, 0.01]
    expect(severity(0.001, shares)).toBeCloseTo(1 / 3)
    expect(severity(0.01, shares)).toBeCloseTo(2 / 3)
    expect(severity(1, shares)).toBeCloseTo(1)
    expect(severity(0.0001, shares)).toBeGreaterThan(0)
  })

  it('names each day and leads to it', () => {
    const strip = stripOf('iam')
    const day = strip.find(d => d.href.endsWith('#d2026-10-04'))
    expect(plain(day?.label)).toBe('Sun 4 Oct: 43 min 30 s down')
    expect(day?.href).toBe('/services/iam/2026-10#d2026-10-04')
    expect(strip[0]?.label).toBe('Sat 15 Aug: no downtime')
  })

  it('does not make days before the first check good', () => {
    const strip = stripOf('fresh')
    expect(strip.filter(d => d.known)).toHaveLength(4)
    expect(strip[0]?.label).toContain('not watched yet')
  })
})

describe('a strip’s days', () => {
  const days = lastDays(NOW, 90, 'Europe/London')
  const of = (down: readonly [string, number][], unknown: readonly [string, number][] = []) =>
    report(
      service({
        id: 'strip',
        name: 'Strip',
        endpoints: [
          {
            id: 'e',
            runs: down.map(([from, ms]) => run({ from: at(from), to: plus(at(from), ms) })),
            unknown: unknown.map(([from, ms]) => ({ from: at(from), to: plus(at(from), ms) })),
          },
        ],
      }),
      NOW,
    )
  const day = (view: ReturnType<typeof stripView>, date: string) =>
    [...view.past.days, ...view.today.days].find(d => d.href.endsWith(date))

  it('show four unknown minutes, also above downtime', () => {
    const minutes = stripView(of([], [['2026-10-04T13:00:00Z', 4 * MINUTE]]), days, CONTRACT)
    expect(day(minutes, '2026-10-04')?.unknown).toEqual({ y: 26, height: 14 })
    const both = stripView(
      of([['2026-10-04T18:00:00Z', HOUR]], [['2026-10-04T13:00:00Z', 4 * MINUTE]]),
      days,
      CONTRACT,
    )
    const { down, unknown } = day(both, '2026-10-04') ?? {}
    expect((unknown?.y ?? 0) + (unknown?.height ?? 0)).toBeLessThanOrEqual(down?.y ?? 0)
  })

  it('are drawn anew only when one of them changed', () => {
    const first = stripView(of([['2026-10-04T13:00:00Z', MINUTE]]), days, CONTRACT)
    const today = stripView(
      of([
        ['2026-10-04T13:00:00Z', MINUTE],
        ['2026-11-12T08:00:00Z', MINUTE],
      ]),
      days,
      CONTRACT,
    )
    expect(today.past).toBe(first.past)
    expect(day(today, '2026-11-12')?.down).not.toBeNull()
    const other = stripView(of([['2026-10-04T13:00:00Z', 2 * MINUTE]]), days, CONTRACT)
    expect(day(other, '2026-10-04')?.label).toContain('2')
    const one = { ...CONTRACT, thresholds: CONTRACT.thresholds.slice(1) }
    expect(stripView(of([['2026-10-04T13:00:00Z', 2 * MINUTE]]), days, one).past).not.toBe(other.past)
  })
})

describe('figures that are kept', () => {
  const months = lastMonths(NOW, 12, 'Europe/London')
  const record = (id: string, over: Partial<Parameters<typeof service>[0]['endpoints'][number]> = {}) => {
    const runs = [
      run({ from: at('2026-03-03T11:00:04Z'), to: at('2026-03-03T11:20:34Z') }),
      run({ from: at('2026-08-31T20:00:00Z'), to: at('2026-09-01T05:00:00Z') }),
    ]
    return service({ id, name: 'S', endpoints: [{ id: 'e', runs, ...over }] })
  }
  const all = (of: ReturnType<typeof service>, contract = CONTRACT) => {
    const seen = report(of, NOW)
    return months.map(m => monthReport(seen, m, contract, NOW).figures)
  }
  const run3 = (from: string, to: string | null) => run({ from: at(from), to: to === null ? null : at(to) })
  const changes: [string, Parameters<typeof record>[1], Contract?][] = [
    ['nothing', {}],
    ['a run added in the middle', { runs: [run3('2026-05-03T11:00:00Z', '2026-05-03T12:00:00Z')] }],
    ['a run that goes on', { runs: [run3('2026-07-30T11:00:00Z', null)] }],
    ['unknown time', { unknown: [{ from: at('2026-04-30T11:00:00Z'), to: at('2026-05-02T00:00:00Z') }] }],
    ['a later first check', { since: at('2026-06-10T00:00:00Z') }],
    ['another contract', {}, { ...CONTRACT, unknown: 'counted-as-down' }],
  ]

  it.each(changes)('are those of the record as it is: %s', (name, over, contract) => {
    const id = `kept ${name}`
    all(record(id))
    all(record(id, { unknown: [{ from: at('2026-02-03T11:00:00Z'), to: at('2026-02-03T12:00:00Z') }] }))
    all(record(id))
    expect(all(record(id, over), contract)).toEqual(all(record(`${id} alone`, over), contract))
  })

  it('are the same object for months before the first change', () => {
    const before = all(record('same'))
    const after = all(
      record('same', {
        runs: [
          run({ from: at('2026-03-03T11:00:04Z'), to: at('2026-03-03T11:20:34Z') }),
          run({ from: at('2026-08-31T20:00:00Z'), to: at('2026-09-01T05:00:01Z') }),
        ],
      }),
    )
    expect(after.map((f, i) => f === before[i])).toEqual(months.map(m => m.month < '2026-08'))
  })
})

describe('failures besides the outages', () => {
  const of = (id: string) => report(named(id), NOW)
  const whole = { from: at('2026-01-01T00:00:00Z'), to: NOW }

  it('are listed where the service stayed up, while they last too', () => {
    const { failures } = failuresView(of('storage'), whole, NOW)
    expect(failures.map(f => [f.endpoint, f.to, plain(f.length), f.share])).toEqual([
      ['Cell c', null, '2 hours so far', null],
    ])
  })

  it('tell for how long the service was down with them', () => {
    const from = at('2026-10-04T10:00:00Z')
    const two = service({
      id: 'two',
      name: 'Two',
      rule: { kind: 'all' },
      endpoints: [
        { id: 'a', name: 'A', runs: [run({ from, to: plus(from, 3 * HOUR) })] },
        { id: 'b', name: 'B', runs: [run({ from: plus(from, HOUR), to: plus(from, HOUR + 600_000) })] },
      ],
    })
    const { failures } = failuresView(report(two, NOW), whole, NOW)
    expect(failures.map(f => [f.endpoint, plain(f.share)])).toEqual([
      ['A', 'for 10 min of it the service was down'],
    ])
  })

  it('list every blip that is counted, with its time, endpoint, checks and reason', () => {
    const { blips } = failuresView(of('iam'), calendarMonth(month('2026-10'), 'Europe/London'), NOW)
    expect(blips.map(b => [b.at.iso, b.endpoint, plain(b.checks), b.reason])).toEqual([
      ['2026-10-27T08:00:00.000Z', 'Login', '5 checks', 'no answer in time'],
    ])
    for (const m of lastMonths(NOW, 12, 'Europe/London'))
      expect(failuresView(of('iam'), m, NOW).blips).toHaveLength(
        monthReport(of('iam'), m, CONTRACT, NOW).figures.blips,
      )
  })
})

describe('the month to scale', () => {
  const lanes = (id: string, text: string) => {
    const of = report(named(id), NOW)
    const calendar = calendarMonth(month(text), CONTRACT.timeZone)
    return lanesView(of, calendar, outagesIn(of, calendar, NOW), NOW)
  }

  it('gives the day of 25 hours its length, and the others theirs', () => {
    const { lanes: days, hours } = lanes('iam', '2026-10')
    expect(days).toHaveLength(31)
    const long = days[24]
    expect([long?.label, plain(long?.hours), long?.watched?.width]).toEqual(['Sun 25', '25 h', 100])
    expect([days[0]?.hours, days[0]?.watched?.width]).toEqual([null, 96])
    expect(hours.at(-1)?.x).toBe(96)
    expect(long?.marks[0]?.x).toBeCloseTo(((60 + 40) / 1500) * 100)
  })

  it('gives the day of 23 hours its length', () => {
    const short = lanes('iam', '2026-03').lanes[28]
    expect([short?.label, plain(short?.hours), short?.watched?.width]).toEqual(['Sun 29', '23 h', 95.833])
  })

  it('draws an outage at its place, as a link, and maintenance and unknown time apart', () => {
    const outage = lanes('iam', '2026-10').lanes[3]?.marks[0]
    expect(outage?.href).toMatch(/^\/outages\/iam-/)
    expect(lanes('reports', '2026-10').lanes[17]?.marks.map(m => m.kind)).toEqual(['maintenance', 'spared'])
    expect(lanes('reports', '2026-10').spared).toBe(true)
    expect(lanes('mail', '2026-08').lanes[5]?.marks.map(m => m.kind)).toEqual(['unknown', 'down'])
  })

  it('tells days to come from days that were not watched', () => {
    expect(lanes('iam', '2026-11').lanes[29]?.words).toBe('to come')
    expect(lanes('fresh', '2026-11').lanes[0]?.words).toBe('not watched')
  })
})

describe('the month page', () => {
  const view = (id: string, text: string) => monthView(named(id), month(text), [], [], CONTRACT, NOW)

  it('lists maintenance, and says of what was entered after it had begun that it was', () => {
    const [rack, ...none] = view('reports', '2026-10')?.maintenance ?? []
    expect(none).toEqual([])
    expect(rack).toMatchObject({ title: 'Rack move', state: 'over' })
    expect(plain(rack?.entered ?? '')).toBe('entered after it had begun, on 3 Nov 2026')
    expect(view('reports', '2026-11')?.maintenance.map(m => [m.title, m.state, m.entered])).toEqual([
      ['Database upgrade', 'planned', null],
    ])
  })

  it('has four parts that sum to the month, and the computation with its numbers', () => {
    const v = view('reports', '2026-10')
    expect(v?.parts.parts.map(p => plain(p.ms))).toEqual([
      '2,667,600,000 ms',
      '14,400,000 ms',
      '0 ms',
      '0 ms',
    ])
    expect(plain(v?.parts.totalMs)).toBe('2,682,000,000 ms')
    expect(plain(v?.computation[1])).toBe(
      'Base: 2,682,000,000 ms − maintenance 14,400,000 ms − unknown 0 ms = 2,667,600,000 ms.',
    )
    expect(plain(view('iam', '2026-10')?.computation[4])).toContain(
      '99.9 % allows 2,682,000 ms; 2,760,000 ms > that: missed',
    )
  })

  it('exists for the running month of a service never checked, and for no month that was not watched', () => {
    expect(view('pending', '2026-11')?.verdict.figure).toBe('no data')
    expect(view('iam', '2025-08')).toBeNull()
    expect(view('iam', '2026-12')).toBeNull()
    expect(view('iam', '2025-09')?.before).toBeNull()
    expect(view('iam', '2025-09')?.after?.name).toBe('October 2025')
  })
})

describe('the front page', () => {
  const view = frontView(scene(), CONTRACT, NOW)

  it('groups services, and shows what each month came to', () => {
    expect(view.groups.map(g => g.name)).toContain('Other services')
    const storage = view.grid.find(r => r.name === 'Object storage')
    expect(storage?.cells.map(c => c?.grade)[6]).toBe('failed')
    expect(view.grid.find(r => r.name === 'Mail delivery')?.cells[8]?.grade).toBe('uncertain')
    expect(view.grid.find(r => r.name === 'Archive')?.cells.filter(c => c !== null)).toHaveLength(1)
  })

  it('notes endpoints that are down while the service is not', () => {
    const rows = view.groups.flatMap(g => g.rows)
    expect(rows.find(r => r.id === 'storage')?.note).toBe('1 of 3 endpoints is down')
    expect(plain(rows.find(r => r.id === 'portal')?.note)).toBe('for 23 minutes')
  })

  it('shows the budget to scale', () => {
    const rows = view.groups.flatMap(g => g.rows)
    const budget = rows.find(r => r.id === 'iam')?.budget
    expect(plain(budget?.words)).toBe('12 min 4 s of 43 min 12 s spent')
    expect(budget?.used).toBeCloseTo((724 / 2_592) * 100, 1)
    expect(budget?.even).toBeCloseTo((11.39 / 30) * 100, 0)
  })

  it('lists outages newest first, with until when they may be claimed', () => {
    const october = view.outages.find(o => o.from.iso.startsWith('2026-10-04'))
    expect(october?.claim).toBe('You can claim until 24 November 2026.')
    expect(view.outages[0]?.to).toBeNull()
    const spared = view.outages.find(o => o.service === 'Reports')
    expect([plain(spared?.counted), plain(spared?.spared)]).toEqual(['0 s', '30 min maintenance'])
    expect(spared?.claim).toBeNull()
  })

  it('teaches where there is nothing yet', () => {
    const empty = frontView([], CONTRACT, NOW)
    expect(empty.headline.sentence).toBe('No service is being watched yet.')
    expect(frontView(calmScene(), CONTRACT, NOW).headline.sentence).toBe('Everything is working.')
  })
})

describe('a running month', () => {
  const view = frontView(scene(), CONTRACT, NOW)

  it('has a shape of its own in grid and marks, and says so', () => {
    const cell = view.grid.find(r => r.name === 'IAM Services')?.cells.at(-1)
    expect([cell?.grade, cell?.month, cell?.words]).toEqual(['running', 'Nov so far', 'not over: met so far'])
    const row = view.groups.flatMap(g => g.rows).find(r => r.id === 'iam')
    expect(row?.verdict.marks.map(m => m.grade)).toEqual(['running', 'running'])
  })

  it('that is missed already is not that shape, and can be claimed', () => {
    const from = at('2026-11-03T05:00:00Z')
    const missed = service({
      id: 'm',
      name: 'M',
      endpoints: [{ id: 'e', runs: [run({ from, to: plus(from, 50 * MINUTE) })] }],
    })
    const front = frontView([missed], CONTRACT, NOW)
    const cell = front.grid[0]?.cells.at(-1)
    expect([cell?.grade, plain(cell?.words)]).toEqual(['missed', '99.9 % missed already'])
    expect(front.lastMonth?.rows.map(r => plain(`${r.words}. ${r.claim}`))).toEqual([
      '99.695 %, 99.9 % missed already in November 2026. You can claim 7 days of credit until 3 December 2026.',
    ])
  })

  it('of a young service measures its spending from the first check', () => {
    const since = plus(NOW, -9 * MINUTE)
    const young = service({ id: 'y', name: 'Y', endpoints: [{ id: 'e', since }] })
    const budget = frontView([young], CONTRACT, NOW).groups[0]?.rows[0]?.budget
    expect(budget?.even).toBeLessThan(0.1)
  })
})

describe('the headline without trouble', () => {
  it('tells since when, and is not spoilt by a service that is new', () => {
    const view = frontView([named('iam'), named('pending')], CONTRACT, NOW)
    expect([view.headline.sentence, view.headline.rest]).toEqual([
      'Everything is working.',
      'Billing has not been checked yet.',
    ])
    expect([view.lastOutage?.row?.service, plain(view.lastOutage?.row?.to?.words)]).toEqual([
      'IAM Services',
      '3 Nov 2026, 05:22 UTC',
    ])
    expect(frontView(scene(), CONTRACT, NOW).lastOutage).toBeNull()
    expect(frontView([named('fresh')], CONTRACT, NOW).lastOutage).toEqual({
      row: null,
      none: 'No outage in the last 90 days.',
    })
  })

  it('lists the newest outages of all services', () => {
    const records = manyServices(50)
    const newest = records
      .flatMap(r => outagesIn(report(r, NOW), { from: plus(NOW, -90 * DAY), to: NOW }, NOW))
      .map(o => o.from)
      .sort((a, b) => b - a)
      .slice(0, 12)
    expect(frontView(records, CONTRACT, NOW).outages.map(o => at(o.from.iso))).toEqual(newest)
  })
})

describe('the service page', () => {
  it.each([
    ['iam', 'IAM Services is working.'],
    ['pending', 'Billing has not been checked yet: the first check is due in a moment.'],
    ['portal', 'Customer portal has been down for 23 minutes.'],
  ])('of %s opens with its name', (id, sentence) => {
    expect(plain(serviceView(named(id), [], CONTRACT, NOW).headline.sentence)).toBe(sentence)
  })

  it('reads out a state when it changes, not with every minute', () => {
    expect(serviceView(named('portal'), [], CONTRACT, NOW).headline.announcement).toBe(
      'Customer portal is down.',
    )
  })

  it('shows its endpoints as they are', () => {
    const view = serviceView(named('storage'), [], CONTRACT, NOW)
    expect(view.endpoints.map(e => e.state.key)).toEqual(['up', 'up', 'down'])
    expect(view.rule).toBe('The service is down when fewer than 2 of its endpoints are up.')
  })
})

describe('the outage page', () => {
  const view = (id: string, from: string) => {
    const of = report(named(id), NOW)
    const outage = outageAt(of, at(from), NOW)
    if (!outage) throw new Error('no outage')
    const input = {
      of,
      outage,
      id: outage.id ?? '',
      strips: [],
      course: null,
      observations: [],
      baseUrl: 'https://s.example/',
    }
    return outageView(input, CONTRACT, NOW)
  }

  it('tells begin, end, length and their bounds', () => {
    const v = view('iam', '2026-10-04T13:02:03Z')
    expect(plain(v.sentence)).toBe('IAM Services was down for 43 min 30 s.')
    expect(plain(v.range)).toBe('It was down for at least 43 min and at most 44 min.')
    expect(plain(v.beginning)).toBe('The last good check before it was at 13:01:33 UTC, 30 s earlier.')
  })

  it('tells what it did to the month, and gives the text of a claim', () => {
    const v = view('iam', '2026-10-04T13:02:03Z')
    expect(plain(v.effects[0]?.words)).toBe(
      'It used 97 % of October 2026’s allowance: 43 min 30 s of the 44 min 42 s that 99.9 % allows.',
    )
    expect(v.claimText.split('\n')).toEqual([
      'Service: IAM Services',
      'Began: 2026-10-04T13:02:03.000Z',
      'Ended: 2026-10-04T13:45:33.000Z',
      'Length: 43 min 30 s',
      'Counted as down: 43 min 30 s',
      'Cause as seen: an unexpected status code',
      'Month: October 2026: 99.897 %. The 99.9 % guarantee was missed by 1 min 18 s; the 99 % guarantee was met.',
      'Claim: Customers may claim 7 days of service credit until 24 November 2026.',
      expect.stringMatching(/^Record: https:\/\/s\.example\/outages\/iam-/),
    ])
  })

  it('says once what was seen, with its address once where addresses are published', () => {
    const of = report(named('iam'), NOW)
    const outage = outageAt(of, at('2026-10-04T13:02:03Z'), NOW)!
    const seen = (observed: string, reason: string | null) => ({
      endpoint: 'iam-login' as never,
      at: outage.from,
      state: 'down' as const,
      reason,
      observed,
      timings: null,
      address: '192.0.2.10:443',
      status: null,
      evidence: null,
    })
    const observations = [
      seen('192.0.2.10:443 refused the connection', 'connect-refused'),
      seen('status 503', 'status'),
      seen('', 'timeout'),
    ]
    const input = { of, outage, id: 'x', strips: [], course: null, observations, baseUrl: null }
    expect(outageView({ ...input, published: 'full' }, CONTRACT, NOW).observations.map(o => o.seen)).toEqual([
      '192.0.2.10:443 refused the connection',
      'status 503, from 192.0.2.10:443',
      'no answer in time, from 192.0.2.10:443',
    ])
    expect(outageView(input, CONTRACT, NOW).observations.map(o => o.seen)).toEqual([
      'the target refused the connection',
      'status 503',
      'no answer in time',
    ])
  })

  it('tells what of it was not counted', () => {
    const v = view('reports', '2026-10-18T02:00:00Z')
    expect(plain(v.less)).toBe(
      'None of it counts as downtime: 30 min of it lay within announced maintenance.',
    )
  })

  it('tells unknown time in it apart from what counts, and as a part of it where the contract counts it', () => {
    const from = at('2026-10-04T13:00:00Z')
    const gap = { from: plus(from, 30 * SECOND), to: plus(from, 50 * SECOND) }
    const runs = [run({ from, to: plus(from, 90 * SECOND), lastFailed: plus(from, 80 * SECOND) })]
    const of = report(service({ id: 's', name: 'S', endpoints: [{ id: 'e', runs, unknown: [gap] }] }), NOW)
    const told = (unknown: 'excluded' | 'counted-as-down' | 'counted-as-up') => {
      const outage = outageAt(of, from, NOW)!
      const input = { of, outage, id: 'x', strips: [], course: null, observations: [], baseUrl: null }
      const { counted, spared, less, range, effects } = outageView(input, { ...CONTRACT, unknown }, NOW)
      return [counted, spared.join(' '), less, range, effects[0]?.words].map(words => plain(words ?? null))
    }
    const range =
      'It was down for at least 1 min, and for at most 2 min if it was down all the unknown time too.'
    for (const rule of ['excluded', 'counted-as-up'] as const)
      expect(told(rule).slice(0, 4)).toEqual([
        '1 min 10 s',
        'Besides, 20 s in it is unknown, and not counted.',
        '1 min 10 s of it counts as downtime: 20 s of it is unknown.',
        range,
      ])
    const [counted, spared, less, same, effect] = told('counted-as-down')
    expect([counted, less, same]).toEqual(['1 min 30 s', null, range])
    expect(spared).toBe('20 s of it is unknown, which the contract counts as down.')
    expect(effect).toContain('1 min 30 s of the')
  })

  it('accounts an outage to each month that it lies in', () => {
    const from = at('2026-08-31T20:00:00Z')
    const record = service({
      id: 's',
      name: 'S',
      endpoints: [{ id: 'e', runs: [run({ from, to: plus(from, 9 * HOUR) })] }],
    })
    const of = report(record, NOW)
    const outage = outageAt(of, from, NOW)!
    const v = outageView(
      { of, outage, id: 'x', strips: [], course: null, observations: [], baseUrl: null },
      CONTRACT,
      NOW,
    )
    expect(v.effects.map(e => plain(e.words)?.slice(0, 50))).toEqual([
      'It used 403 % of August 2026’s allowance: 3 h of t',
      'It used 833 % of September 2026’s allowance: 6 h o',
    ])
    expect(v.address).toBe('/outages/x')
  })
})

describe('the checks of an outage', () => {
  const NOTHING = { down: [], spared: [], unknown: [], maintenance: [] }
  const from = at('2026-10-04T13:00:00Z')
  const bounds = {
    from,
    to: plus(from, 10 * MINUTE),
    startsAfter: plus(from, -30_000),
    endsAfter: plus(from, 570_000),
  }

  it('are drawn on one scale while they are few, at both ends where they are many', () => {
    expect(checkWindows(bounds, 30_000, NOW)).toHaveLength(1)
    const long = { ...bounds, to: plus(from, 21 * DAY), endsAfter: plus(from, 21 * DAY - 30_000) }
    expect(checkWindows(long, 30_000, NOW).map(w => w.title)).toEqual([
      'How it began, to scale',
      'How it ended, to scale',
    ])
  })

  it('shade the stretches of doubt', () => {
    const [window] = checkWindows(bounds, 30_000, NOW)
    const strip = checkStrip(window!, [{ endpoint: { name: 'E' }, checks: [] }], bounds, NOTHING)
    expect(strip.doubt).toHaveLength(2)
    expect(strip.doubt[0]?.width).toBeCloseTo(strip.doubt[1]?.width ?? 0)
    expect(strip.lanes[0]?.words).toBe('0 checks: 0 up, 0 down, 0 unknown')
  })
})
