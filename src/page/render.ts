import type { EndpointId, ServiceId } from '../catalog/model.ts'
import type { PictureSource } from '../evidence/picture.ts'
import { contractAsOf } from '../month/as-of.ts'
import type { Months } from '../month/months.ts'
import type { RecordedPerformance } from '../month/record.ts'
import type { ServiceRecord, Source } from '../record/source.ts'
import type { Contract } from '../sla/contract.ts'
import { statementView } from '../statement/statement.ts'
import type { Interval } from '../time/interval.ts'
import type { Month } from '../time/month.ts'
import {
  absolute,
  checkPath,
  dataPath,
  feedPath,
  monthPath,
  outagePath,
  prefixOf,
  servicePath,
  statementPath,
} from './address.ts'
import { calendarMonth, lastDays } from './calendar.ts'
import { checkView } from './check-view.ts'
import { evidence } from './evidence.ts'
import type { Published } from './evidence-view.ts'
import { feedView } from './feed-view.ts'
import { frontView } from './front-view.ts'
import { issueOf } from './issue.ts'
import { monthView } from './month-view.ts'
import { outageAt, outageView } from './outage-view.ts'
import type { Reading } from './records.ts'
import { report } from './report.ts'
import type { Route } from './route.ts'
import { LATENCY_DAYS, serviceView } from './service-view.ts'
import type { Content } from './snapshot.ts'
import type { Rendered } from './snapshot-cache.ts'
import type { Render } from './templates.ts'
import { monthName } from './words.ts'

/** What the operator sets of the pages; read anew for each rendering, since the configuration reloads. */
export interface PageSettings {
  readonly title: string
  /** Public address, for links in feeds and claims; null where none is configured. */
  readonly url: string | null
  readonly contract: Contract
  /** How much of the addresses that are probed is published; host names where not given. */
  readonly published?: Published
}

/** Instead of a page: none at this address, or it is at another. */
export type Other = { readonly kind: 'missing' } | { readonly kind: 'moved'; readonly to: string }

export interface RendererOptions {
  readonly source: Source
  /** Of outages; none where not given. */
  readonly pictures?: PictureSource | undefined
  readonly settings: () => PageSettings
  readonly read: () => Promise<Reading>
  /** Closed months; none where not given. */
  readonly months: Months | undefined
  readonly template: Render
  /** Addresses of the style sheet, the script and the icon. */
  readonly assets: {
    readonly css: string
    readonly js: string
    readonly icon: string
    readonly statement: string
    readonly verify: string | null
    readonly verifyWorker: string | null
  }
}

interface Head {
  readonly title: string
  readonly description: string
  readonly path: string | null
  readonly feed?: string
  readonly trail?: readonly { readonly name: string; readonly href: string | null }[]
  readonly data?: string
}

const MISSING = { other: { kind: 'missing' } as const }

/** Makes pages from the record: the one place where views meet templates. */
export function renderer(options: RendererOptions): (route: Route) => Promise<Rendered<Other>> {
  const { source } = options

  const page = (template: string, head: Head, view: object): { content: Content } => {
    const { title, url, contract } = options.settings()
    const body = options.template(template, {
      view,
      site: { title, timeZone: contract.timeZone, rules: rulesWords(contract), ...options.assets },
      head: {
        ...head,
        title: head.title === '' ? title : `${head.title} · ${title}`,
        feed: head.feed ?? feedPath(null),
        canonical: url === null || head.path === null ? null : absolute(url, head.path),
        trail: head.trail ?? null,
        data: head.data ?? null,
      },
    })
    return {
      content: {
        type: 'text/html; charset=utf-8',
        body: Buffer.from(underPrefix(body, prefixOf(url))),
        cacheControl: 'public, max-age=1, stale-if-error=86400',
      },
    }
  }

  async function front() {
    const { records, now } = await options.read()
    const view = frontView(
      records.filter(record => !record.removed),
      options.settings().contract,
      now,
    )
    const description = [view.headline.sentence, view.headline.rest].filter(Boolean).join(' ')
    return page('/front', { title: '', description, path: '/', data: '/api/v1/services' }, view)
  }

  async function service(id: string) {
    const { records, now } = await options.read()
    const record = records.find(r => r.id === id)
    if (!record) return MISSING
    const { contract } = options.settings()
    const days = lastDays(now, LATENCY_DAYS, contract.timeZone)
    const latency = await source.latency(
      record.endpoints.map(e => e.id),
      days,
    )
    const view = serviceView(record, latency, contract, now)
    const head = {
      title: record.name,
      description: view.headline.sentence,
      path: servicePath(id),
      feed: feedPath(id),
      trail: [{ name: record.name, href: null }],
      data: `/api/v1/outages?service=${encodeURIComponent(id)}`,
    }
    return page('/service', head, view)
  }

  async function month(route: Extract<Route, { page: 'month' }>) {
    const { records, now } = await options.read()
    const record = records.find(r => r.id === route.id)
    if (!record) return MISSING
    const { contract } = options.settings()
    const calendar = calendarMonth(route.month, contractAsOf(record, route.month, contract).timeZone)
    const watched = record.members.some(m => m.membership.from < calendar.to) && calendar.from <= now
    const past = watched ? calendar.days.filter(day => day.from <= now) : []
    const endpoints = [...new Set(record.members.map(m => m.history.endpoint))]
    const latency = past.length > 0 ? await source.latency(endpoints, past) : []
    const measured = await performanceOf(record, route.month, calendar, endpoints)
    const view = monthView(record, route.month, latency, measured, contract, now)
    if (!view) return MISSING
    const head = {
      title: `${record.name}, ${view.month}`,
      description: `${view.verdict.opening} ${view.verdict.sentence}`,
      path: monthPath(route.id, route.month),
      feed: feedPath(route.id),
      trail: [
        { name: record.name, href: servicePath(route.id) },
        { name: monthName(route.month), href: null },
      ],
      data: dataPath(route.id, route.month),
    }
    return page('/month', head, view)
  }

  /** How a month stands to the informal targets: as sealed, or so far from roll-ups. */
  async function performanceOf(
    record: ServiceRecord,
    month: Month,
    window: Interval,
    endpoints: readonly EndpointId[],
  ): Promise<readonly RecordedPerformance[]> {
    if (record.settled.months.has(month))
      return (await options.months?.sealed(record.id, month))?.record.performance ?? []
    if (record.performance.length === 0) return []
    const found = await source.percentiles(
      endpoints,
      window,
      record.performance.map(target => target.percentile),
    )
    return record.performance.map(({ percentile, below }, i) => {
      const ms = found.ms[i] ?? null
      return {
        percentile,
        belowMs: below,
        measuredUs: ms === null ? null : Math.round(ms * 1_000),
        checks: found.count,
        met: ms === null ? null : ms <= below,
      }
    })
  }

  /** A closed month and how it is issued. Null where it is not closed, or not signed yet. */
  async function issued(route: { readonly id: string; readonly month: Month }) {
    const sealed = await options.months?.sealed(route.id as ServiceId, route.month)
    const issue = sealed && issueOf(sealed, options.settings())
    return sealed && issue ? { sealed, issue } : null
  }

  async function statement(route: { readonly id: string; readonly month: Month }) {
    const found = await issued(route)
    if (!found) return MISSING
    const view = statementView(found.sealed.record, found.issue)
    const head = {
      title: `Statement: ${view.service}, ${view.month}`,
      description: view.figure.verdict.sentence,
      path: statementPath(route.id, route.month),
      trail: [
        { name: view.service, href: servicePath(route.id) },
        { name: view.month, href: monthPath(route.id, route.month) },
        { name: 'Statement', href: null },
      ],
      data: `${statementPath(route.id, route.month)}.json`,
    }
    return page('/statement', head, view)
  }

  async function check(route: { readonly id: string; readonly month: Month }) {
    const sealed = await options.months?.sealed(route.id as ServiceId, route.month)
    if (!sealed || options.assets.verify === null || options.assets.verifyWorker === null) return MISSING
    const view = checkView(sealed, options.settings().url)
    const head = {
      title: `Check: ${view.service}, ${view.monthName}`,
      description: `Recompute ${view.figure} yourself.`,
      path: checkPath(route.id, route.month),
      trail: [
        { name: view.service, href: view.serviceHref },
        { name: view.monthName, href: view.monthHref },
        { name: 'Check', href: null },
      ],
    }
    return page('/check', head, view)
  }

  async function outage(id: string) {
    const found = await source.findOutage(id)
    if (!found) return MISSING
    if (found.id !== id) return { other: { kind: 'moved', to: outagePath(found.id) } as const }
    const { records, now } = await options.read()
    const record = records.find(r => r.id === found.service)
    if (!record) return MISSING
    const corrected = report(record, now)
    const counts = outageAt(corrected, found.from, now)
    // One that a correction excluded stays to be seen, as it was recorded.
    const of = counts ? corrected : report({ ...record, declared: [] }, now)
    const seen = counts ?? outageAt(of, found.from, now)
    if (!seen) return MISSING
    const { contract, url } = options.settings()
    const view = outageView(
      {
        of,
        outage: seen,
        id,
        baseUrl: url,
        excluded: counts === null,
        ...(await evidence(source, of, seen, now, options.pictures)),
        published: options.settings().published ?? 'host',
      },
      contract,
      now,
    )
    const head = {
      title: view.title,
      description: view.sentence,
      path: outagePath(id),
      feed: feedPath(record.id),
      trail: [
        { name: record.name, href: servicePath(record.id) },
        { name: 'Outage', href: null },
      ],
      data: `/api/v1/outages/${encodeURIComponent(id)}`,
    }
    return page('/outage', head, view)
  }

  async function feed(id: string | null) {
    const { records, now } = await options.read()
    const record = id === null ? null : (records.find(r => r.id === id) ?? null)
    if (id !== null && !record) return MISSING
    const { title, url } = options.settings()
    const xml = options.template('/feed', { view: feedView({ records, service: record, title, url }, now) })
    return {
      content: {
        type: 'application/atom+xml; charset=utf-8',
        body: Buffer.from(xml.trimStart()),
        cacheControl: 'public, max-age=60, stale-if-error=86400',
      },
    }
  }

  return route => {
    switch (route.page) {
      case 'front':
        return front()
      case 'service':
        return service(route.id)
      case 'month':
        return month(route)
      case 'statement':
        return statement(route)
      case 'check':
        return check(route)
      case 'outage':
        return outage(route.id)
      case 'feed':
        return feed(route.service)
      case 'robots':
        return Promise.resolve(robots())
      case 'missing':
        return Promise.resolve(
          page('/missing', { title: 'No such page', description: 'No such page', path: null }, {}),
        )
    }
  }
}

/** Puts the prefix before every link of a page to itself. No text can look like one: its quotes are escaped. */
export const underPrefix = (html: string, prefix: string): string =>
  prefix === '' ? html : html.replaceAll(/ (href|src)="\//g, (_, name: string) => ` ${name}="${prefix}/`)

const robots = () => ({
  content: {
    type: 'text/plain; charset=utf-8',
    body: Buffer.from('User-agent: *\nAllow: /\nDisallow: /api/\nDisallow: /desk\nDisallow: /cases/\n'),
    cacheControl: 'public, max-age=86400',
  },
})

/** How the contract counts what is neither up nor down. */
function rulesWords(contract: Contract): string {
  const { maintenance, unknown } = contract
  const unknownWords = {
    excluded: 'Time of which nothing is known is left out',
    'counted-as-down': 'Time of which nothing is known counts as down',
    'counted-as-up': 'Time of which nothing is known counts as up',
  }[unknown]
  return `${unknownWords}; announced maintenance ${maintenance === 'excluded' ? 'is left out' : 'counts as up'}.`
}
