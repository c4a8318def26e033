import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MonthRecord } from '../../src/month/record.ts'
import { templates } from '../../src/page/templates.ts'
import { statementCsv } from '../../src/statement/csv.ts'
import type { Issue } from '../../src/statement/issue.ts'
import { performanceView } from '../../src/statement/performance-view.ts'
import { statementView } from '../../src/statement/statement.ts'
import { hostile, withTexts } from './hostile.ts'
import { busy, excluded, flat, HOUR, issue, OCTOBER, plus, record } from './scene.ts'

const render = templates(fileURLToPath(new URL('../../views', import.meta.url)))
const head = {
  title: 'Statement',
  description: '',
  feed: '/feed.xml',
  canonical: null,
  trail: null,
  data: null,
}
const site = {
  title: 'Example',
  timeZone: 'Europe/London',
  rules: '',
  css: '/p.css',
  js: '/p.js',
  icon: '/i.svg',
}
const page = (month: MonthRecord, of: Issue): string =>
  flat(render('/statement', { view: statementView(month, of), site, head }))

/** The tags of a page, without what its texts say. */
const markup = (html: string): string => (html.match(/<[^>]*>/g) ?? []).join('').replaceAll(/="[^"]*"/g, '')

describe('the page of a statement', () => {
  const month = busy()

  it('shows the figure, each outage with its address, and the checkpoint', () => {
    const html = page(month, issue())
    expect(html).toContain('99.764 %')
    for (const o of month.outages) expect(html).toContain(`href="/outages/${o.id}"`)
    expect(html).toContain('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=')
    expect(html).toContain('2,677,380,000 × 1 = 2,677,380,000')
    expect(html).toContain('Not announced')
    expect(html).toContain('href="https://status.example.com/services/iam/2026-10/statement.pdf"')
  })

  it('says of maintenance that was entered after it had begun that it was, as the table does', () => {
    const window = { ...OCTOBER, to: plus(OCTOBER.from, HOUR) }
    const late = record({ maintenance: [{ ...window, noted: plus(window.to, HOUR) }] })
    expect(page(late, issue())).toContain('<b class="zoned">Entered after it had begun, on 1 Oct 2026</b>')
    expect(statementCsv(late, issue())).toContain('; entered 2026-10-01T01:00:00.000Z')
    const early = record({ maintenance: [{ ...window, noted: plus(window.from, -HOUR) }] })
    expect(page(early, issue())).not.toContain('after it had begun')
    expect(statementCsv(record({ maintenance: [window] }), issue())).toContain(
      '; entered at a time that is not known',
    )
  })

  it('shows the corrected figure before the one as closed', () => {
    const html = page(month, issue([excluded(month)]))
    expect(html.indexOf('99.786 %')).toBeLessThan(html.indexOf('99.764 %'))
    expect(html.indexOf('99.764 %')).toBeGreaterThan(0)
    expect(html).toContain('Changed by correction')
    expect(html).toContain('<p class="lead">As the month was closed: 6,310,250 ms down.')
    expect(html).toContain('takes an outage out: 6,310,250 ms − 600,000 ms = 5,710,250 ms.')
  })

  it('is also there for a month without anything in it', () => {
    expect(page({ ...record(), blips: [], performance: [], endpoints: [] }, issue())).toContain(
      'No outage in October 2026.',
    )
  })

  it('loads its own style sheet where it is told of one', () => {
    const view = statementView(month, issue())
    const html = render('/statement', { view, site: { ...site, statement: '/assets/s.css' }, head })
    expect(html).toContain('<link rel="stylesheet" href="/assets/s.css">')
  })
})

describe('the informal targets on a page', () => {
  it('are said in a sentence each', () => {
    const performance = performanceView(record().performance, { month: '2026-10', running: false })
    expect(flat(render('/performance', { performance }))).toContain('October: 612.345 ms (met).')
  })
})

describe('hostile texts', () => {
  const word = 'calm'
  const { month, of } = withTexts({
    name: word,
    title: word,
    reason: word,
    why: word,
    author: word,
    site: word,
    endpoint: word,
  })
  const calm = markup(page(month, of))
  const steering = /[\p{Bidi_Control}\p{Cs}]|(?!\n)\p{Cc}/u

  it('never become markup', () => {
    fc.assert(
      fc.property(hostile, texts => {
        const { month, of } = withTexts(texts)
        const html = page(month, of)
        expect(markup(html) === calm).toBe(true)
        expect(steering.exec(html)?.[0]).toBeUndefined()
        expect(html.length).toBeLessThan(120_000)
      }),
      { numRuns: 60 },
    )
  })

  it('never become a formula or another row of a table', () => {
    fc.assert(
      fc.property(hostile, texts => {
        const { month, of } = withTexts(texts)
        const rows = parse(statementCsv(month, of)) as string[][]
        expect(rows).toHaveLength(1 + 2 * 3 + 3 + 1 + 2 + 1 + 1)
        for (const row of rows.slice(1))
          row.forEach((cell, column) => {
            if (column === 6 || column === 7) expect(cell).toMatch(/^(-?\d+)?$/)
            else expect(cell).not.toMatch(/^[=+\-@\t\r]/)
          })
      }),
      { numRuns: 60 },
    )
  })
})
