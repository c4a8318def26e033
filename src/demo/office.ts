import { setImmediate as pause } from 'node:timers/promises'
import type { Casework } from '../casework/casework.ts'
import type { Doer } from '../casework/room.ts'
import type { ServiceId } from '../catalog/model.ts'
import type { Config } from '../config/config.ts'
import { type ClosingJob, closeAndSign } from '../month/closing.ts'
import { correct } from '../month/correct.ts'
import { outagesIn, report } from '../page/report.ts'
import type { Source } from '../record/source.ts'
import type { Instant } from '../time/instant.ts'
import { add } from '../time/interval.ts'
import { addMonths, type Month, monthInterval } from '../time/month.ts'
import { CASES, type CaseStory, CORRECTIONS, type CorrectionStory } from './cases.ts'
import { monthAgo, within } from './plan.ts'

export interface DemoDesk {
  readonly closing: ClosingJob
  readonly cases: Casework
  readonly source: Source
  readonly config: Config
  /** Sets the time that the desk believes it to be. */
  readonly setNow: (at: Instant) => void
}

interface Event {
  readonly at: Instant
  readonly run: () => Promise<unknown>
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Those of the desk whose names stand under its work. */
export const AGENT: Doer = { id: 'demo-agent', name: 'Sam Okafor', role: 'support', address: null }

/** Lives through the months before `now` again, as the desk did: months are closed when they were due, and claims come and are decided in between. */
export async function liveThrough(desk: DemoDesk, months: number, now: Instant): Promise<void> {
  const { config } = desk
  const month = (ago: number): Month => monthAgo(ago, config, now)
  const events: Event[] = []
  for (let ago = months; ago >= 1; ago--) {
    const { to } = monthInterval(month(ago), config.contract.timeZone)
    events.push({
      at: add(to, config.closing.after),
      run: () => closeAll(desk, add(to, config.closing.after)),
    })
  }
  const watched = new Set(config.services.map(service => service.id as string))
  const isWatched = ({ service }: { readonly service?: string }) =>
    service === undefined || watched.has(service)
  for (const story of CASES.filter(isWatched)) events.push(...caseEvents(desk, story, month, now))
  for (const story of CORRECTIONS.filter(isWatched))
    events.push(correctionEvent(desk, story, month(story.ago)))
  for (const { at, run } of events.sort((a, b) => a.at - b.at)) {
    // What would come later than now has not happened yet.
    if (at > now) continue
    desk.setNow(at)
    await run()
    await pause()
  }
  desk.setNow(now)
}

async function closeAll(desk: DemoDesk, at: Instant): Promise<void> {
  for (const outcome of await closeAndSign(desk.closing, at))
    if (outcome.closed) await desk.cases.monthClosed(outcome.service, outcome.month)
}

function caseEvents(desk: DemoDesk, story: CaseStory, month: (ago: number) => Month, now: Instant): Event[] {
  const begin =
    story.hoursAgo !== undefined
      ? add(now, -story.hoursAgo * HOUR)
      : within(monthInterval(month(story.ago), desk.config.contract.timeZone), story.day, story.time)
  const known: { reference: string | null } = { reference: null }
  const events: Event[] = [
    {
      at: begin,
      run: async () => {
        const sent = await file(desk, story, begin, month)
        known.reference = sent.kind === 'filed' ? sent.reference : null
        if (sent.kind !== 'filed')
          throw new Error(`the demo's case was refused: ${JSON.stringify(sent.problems)}`)
      },
    },
  ]
  for (const step of story.followed ?? []) {
    const at = add(begin, step.after * HOUR)
    events.push({
      at,
      run: async () => {
        if (known.reference === null) return
        const found = await desk.cases.caseOf(known.reference)
        if (!found) return
        const { version } = found.request
        if (step.kind === 'answer') await desk.cases.answer(known.reference, step.text, AGENT, version)
        else if (step.kind === 'note') await desk.cases.note(known.reference, step.text, AGENT)
        else {
          await desk.cases.assessClaim(known.reference)
          const fresh = await desk.cases.caseOf(known.reference)
          const about = month(story.about ?? story.ago)
          const found = fresh?.claims.flatMap(c => c.months).find(m => m.month === about)
          if (!found) return
          const ruling = await desk.cases.decide(known.reference, about, step.wish, AGENT, found.version)
          if (ruling.kind !== 'decided') throw new Error(`the demo's decision: ${JSON.stringify(ruling)}`)
        }
      },
    })
  }
  return events
}

async function file(desk: DemoDesk, story: CaseStory, begin: Instant, month: (ago: number) => Month) {
  const { who } = story
  const by = { id: null, address: '192.0.2.44' } as const
  if (story.kind !== 'claim')
    return desk.cases.fileRequest(
      {
        kind: story.kind,
        subject: story.subject,
        body: story.body,
        ...who,
        service: story.service ?? '',
        tier: story.tier ?? null,
        once: null,
      },
      [],
      'form',
      by,
    )
  const times = story.times ?? (await timesOf(desk, story, begin, month))
  return desk.cases.fileClaim(
    {
      ...who,
      service: story.service,
      times,
      zone: desk.config.contract.timeZone,
      seen: story.body,
      once: null,
    },
    story.picture ? [{ name: 'error-page.png', content: errorPage() }] : [],
    'form',
    by,
  )
}

/** The outage that the story is about, as a customer would write it. */
async function timesOf(
  desk: DemoDesk,
  story: Extract<CaseStory, { kind: 'claim' }>,
  begin: Instant,
  month: (ago: number) => Month,
): Promise<string> {
  const record = (await desk.source.services(begin)).find(r => r.id === story.service)
  const { timeZone } = desk.config.contract
  const calendar = monthInterval(month(story.about ?? story.ago), timeZone)
  const outages = record ? outagesIn(report(record, begin), calendar, begin) : []
  const found = outages.at(story.outage ?? -1)
  if (!found) throw new Error(`the demo knows no outage of ${story.service} in ${story.about ?? story.ago}`)
  return `${new Date(found.from).toISOString()} to ${new Date(found.to ?? begin).toISOString()}`
}

function correctionEvent({ closing, source, config }: DemoDesk, story: CorrectionStory, month: Month): Event {
  const calendar = monthInterval(month, config.contract.timeZone)
  const at = add(monthInterval(addMonths(month, 1), config.contract.timeZone).from, 3 * DAY)
  return {
    at,
    run: async () => {
      const service = story.service as ServiceId
      const record = (await source.services(at)).find(r => r.id === service)
      const outages = record ? outagesIn(report(record, at), calendar, at) : []
      const found = outages.toSorted((a, b) => b.ms - a.ms)[0]
      if (!found?.id) return
      const made = await correct(
        closing.store,
        {
          service,
          author: 'Ada Park, Network engineering',
          reason: story.reason,
          change:
            story.kind === 'exclude'
              ? { kind: 'exclude', outage: found.id }
              : {
                  kind: 'bounds',
                  outage: found.id,
                  span: { from: found.from, to: add(found.from, story.minutes * 60_000) },
                },
        },
        `demo-${service}-${month}`,
        at,
      )
      if (!made.ok) throw new Error(`the demo's correction was refused: ${made.message}`)
      await closing.log.sign(at)
    },
  }
}

/** A small picture of an error page: a PNG of one grey pixel. */
const errorPage = (): Uint8Array =>
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
    'base64',
  )
