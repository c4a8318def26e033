import { readTimes } from '../casework/reading.ts'
import type { PictureSource } from '../evidence/picture.ts'
import { picturesOf } from '../page/evidence.ts'
import { pictureViews, type StaffEvidence, staffEvidence } from '../page/evidence-view.ts'
import { type Report, type ReportedOutage, report } from '../page/report.ts'
import { count, utcShort } from '../page/words.ts'
import type { ServiceRecord, Source } from '../record/source.ts'
import type { Instant } from '../time/instant.ts'
import { add, overlaps } from '../time/interval.ts'
import { isTimeZone } from '../time/month.ts'
import { timeZones } from '../time/zone-list.ts'
import { elsewhere } from './other-zones.ts'
import type { GuardedRoute } from './route.ts'
import { answerTo, asking, type DeskRules } from './was-it-down-facts.ts'
import { answerView, readingView } from './was-it-down-view.ts'

export interface WasItDownOptions {
  readonly source: Source
  /** Of outages; none where not given. */
  readonly pictures?: PictureSource | undefined
  readonly rules: () => DeskRules
}

/** A text may name more times; the first ones are answered. */
const MOST_ANSWERS = 10
const MOST_EVIDENCE = 3
/** What a browser may put into an address, so that no server on the way refuses it. */
export const LONGEST_QUESTION = 1_500
/** Those that are asked for most, before all the others. */
const COMMON = [
  'UTC',
  'Europe/London',
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
  'Asia/Kolkata',
]

export const wasItDownPath = (service: string, when: string, zone: string): string =>
  `/desk/was-it-down?${new URLSearchParams({ service, when: when.slice(0, LONGEST_QUESTION), zone })}`

/** Whether a service was down when a customer says so: the first page of support. */
export function wasItDownRoutes(options: WasItDownOptions): readonly GuardedRoute[] {
  return [
    {
      method: 'GET',
      path: '/desk/was-it-down',
      nav: 'Was it down?',
      roles: ['support', 'engineer'],
      handle: async (c, { page, now, person }) => {
        const rules = options.rules()
        const text = (name: string, most: number) => (c.req.query(name) ?? '').slice(0, most)
        const when = text('when', 4_000)
        const faults: { field: string; words: string }[] = []
        const records = await options.source.services(now)
        const wanted = text('service', 200)
        const record = records.find(r => r.id === wanted) ?? (wanted === '' ? records[0] : undefined)
        if (!record && records.length > 0)
          faults.push({ field: 'service', words: 'There is no such service. Choose one of the list.' })
        const named = text('zone', 60)
        const known = named !== '' && isTimeZone(named)
        if (named !== '' && !known)
          faults.push({ field: 'zone', words: 'This is no time zone. Choose one of the list.' })
        const zone = known ? named : rules.contract.timeZone

        const asked = when.trim() !== ''
        const found = asked && record && faults.length === 0 ? readTimes(when, zone, now) : null
        if (found && found.readings.length === 0)
          faults.push({ field: 'when', words: found.problems[0]?.problem ?? '' })
        const readings = found?.readings.slice(0, MOST_ANSWERS) ?? []
        const about = record && readings.length > 0 ? asking(report(record, now), rules, zone, now) : null
        const link = (other: string) => wasItDownPath(record?.id ?? '', other, zone)
        const answers = about
          ? readings.map((reading, i) => {
              const answer = answerTo(reading, about)
              const up = answer.word === 'not-down' || answer.word === 'near'
              return {
                id: `answer-${i + 1}`,
                reading: readingView(reading, link),
                ...answerView(about, answer, rules.contract),
                elsewhere: (up ? elsewhere(when, i, reading, about.outages, now) : []).map(other => ({
                  href: wasItDownPath(about.of.record.id, when, other.zone),
                  zone: other.zone,
                  outage: utcShort(other.outage.from),
                })),
                ask:
                  person.role === 'engineer'
                    ? null
                    : `/desk/requests/new?${new URLSearchParams({ service: record?.id ?? '', seen: reading.text.slice(0, 500) })}`,
              }
            })
          : []
        const seen = about
          ? about.outages.filter(o => readings.some(r => overlaps(r, { from: o.from, to: o.to ?? now })))
          : []
        const evidence = about
          ? await Promise.all(
              seen.slice(0, MOST_EVIDENCE).map(async outage => ({
                title: `${about.of.record.name}, outage of ${utcShort(outage.from)}`,
                ...(await evidenceOf(options, about.of, outage, now)),
              })),
            )
          : []
        return page(
          'was-it-down',
          {
            services: records.map(r => choice(r, record)),
            zones: zoneChoices(zone, rules.contract.timeZone),
            when: when.slice(0, LONGEST_QUESTION),
            longest: LONGEST_QUESTION,
            answers,
            more: Math.max(0, (found?.readings.length ?? 0) - MOST_ANSWERS),
            unread: found && readings.length > 0 ? found.unread.slice(0, 2_000) : '',
            evidence,
            moreEvidence: Math.max(0, seen.length - MOST_EVIDENCE),
            asked,
            faults,
            contractZone: rules.contract.timeZone,
          },
          { title: 'Was it down?', status: faults.length > 0 ? 422 : 200 },
        )
      },
    },
  ]
}

const choice = (record: ServiceRecord, chosen: ServiceRecord | undefined) => ({
  value: record.id,
  words: record.removed ? `${record.name} (no longer watched)` : record.name,
  chosen: record === chosen,
})

/** Those that are asked for most come first. */
export function zoneChoices(chosen: string, contract: string) {
  const first = [...new Set([contract, chosen, ...COMMON])]
  return [...first, ...timeZones().filter(zone => !first.includes(zone))].map(zone => ({
    value: zone,
    words: zone === contract ? `${zone} (the contract’s)` : zone,
    chosen: zone === chosen,
  }))
}

/** All that is kept of what the prober saw of an outage. */
export async function evidenceOf(
  { source, pictures }: Pick<WasItDownOptions, 'source' | 'pictures'>,
  of: Report,
  outage: ReportedOutage,
  now: Instant,
): Promise<{ readonly words: string; readonly evidence: StaffEvidence }> {
  const names = new Map<string, string>(of.record.endpoints.map(e => [e.id, e.name]))
  const observations = await source.observations(outage.endpoints, {
    from: outage.startsAfter ?? outage.from,
    to: add(outage.to ?? now, 1),
  })
  const kept = pictures && outage.id !== null ? await picturesOf(pictures, of, outage, now) : []
  const views = outage.id === null ? [] : pictureViews(kept, names, { id: outage.id, from: outage.from })
  const evidence = staffEvidence(observations, names, views)
  return { evidence, words: `${count(evidence.checks.length, 'check')}, ${count(views.length, 'picture')}` }
}
