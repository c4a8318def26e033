import fc from 'fast-check'
import type { MonthRecord } from '../../src/month/record.ts'
import type { Issue } from '../../src/statement/issue.ts'
import { busy, excluded, issue } from './scene.ts'

const NASTY = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '<%= it.view %> <% process.exit() %> {{7*7}}',
  "=cmd|'/C calc'!A0",
  '@SUM(1+1)',
  '+1',
  '\t=1',
  '\u202emirrored\u202c \u2066x',
  'two\r\nlines\u2028three',
  'null\u0000 bell\u0007 escape\u001b[31m',
  '\ud800 alone',
  'x'.repeat(10_000),
  '日本語 العربية 🎉',
  '&amp; &lt; \' " `',
  '',
]
const nasty = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 60 }))

export interface Texts {
  readonly name: string
  readonly title: string
  readonly reason: string
  readonly why: string
  readonly author: string
  readonly site: string
  readonly endpoint: string
}

/** A month and its issue with texts wherever others choose them. */
export function withTexts(t: Texts): { readonly month: MonthRecord; readonly of: Issue } {
  const plain = busy()
  const month: MonthRecord = {
    ...plain,
    service: { ...plain.service, name: t.name },
    outages: plain.outages.map(o => ({ ...o, reason: t.reason, endpoints: [t.endpoint, t.name] })),
    blips: plain.blips.map(b => ({ ...b, endpoint: t.endpoint, reason: t.reason })),
    maintenance: plain.maintenance.map(m => ({ ...m, title: t.title })),
    versions: {
      ...plain.versions,
      endpoints: plain.versions.endpoints.map(e => ({
        ...e,
        configuration: { ...e.configuration, name: t.name, address: t.title, expect: [t.why] },
      })),
    },
    endpoints: plain.endpoints.map(e => ({ ...e, name: t.name })),
  }
  const correction = excluded(month, { reason: t.why, author: t.author, reportedBy: t.author })
  return { month, of: issue([correction], { title: t.site }) }
}

export const hostile = fc.record({
  name: nasty,
  title: nasty,
  reason: nasty,
  why: nasty,
  author: nasty,
  site: nasty,
  endpoint: nasty,
})
