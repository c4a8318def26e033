import type { KeptPicture } from '../evidence/picture.ts'
import type { BodyExcerpt, CertificateSummary, Timings } from '../probe/check.ts'
import type { Observation } from '../record/source.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { picturePath } from './address.ts'
import { milliseconds } from './latency-view.ts'
import { count, exact, listed, reasonWords, utcStamp } from './words.ts'

/** How much of what was probed is published: whole addresses, host names, or nothing. */
export type Published = 'full' | 'host' | 'none'

interface Moment {
  readonly iso: string
  readonly words: string
}

/** What anyone may read of a check that marks an outage. */
export interface PublicCheck {
  readonly at: Moment
  readonly endpoint: string
  /** What it is to the outage: `First failed`. */
  readonly role: string
  readonly state: Observation['state']
  readonly seen: string
  readonly timing: string | null
  /** `name 1.2 ms, connection 14.1 ms`; null where no phase was completed. */
  readonly phases: string | null
}

export interface PictureView {
  readonly endpoint: string
  readonly at: Moment
  /** Where the picture is; null where there is none. */
  readonly href: string | null
  readonly width: number | null
  readonly height: number | null
  readonly alt: string
  readonly sha256: string | null
  readonly note: string | null
}

/** What is known of a check beyond that, for those who are signed in. */
export interface StaffCheck extends PublicCheck {
  readonly status: number | null
  readonly address: string | null
  readonly facts: readonly { readonly name: string; readonly values: readonly string[] }[]
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: { readonly title: string; readonly text: string | null } | null
  /** Whether anything beyond the check's result is kept. */
  readonly kept: boolean
}

export interface StaffEvidence {
  readonly checks: readonly StaffCheck[]
  readonly pictures: readonly PictureView[]
}

type Names = ReadonlyMap<string, string>

const moment = (at: Instant): Moment => ({ iso: rfc3339(at), words: utcStamp(at) })

/** The checks that mark an outage without what an operator may not want to show: no address beyond what is published, no header, no body. */
export function publicEvidence(
  observations: readonly Observation[],
  names: Names,
  published: Published,
): PublicCheck[] {
  return withRoles(observations).map(([o, role]) => publicCheck(o, role, names, published))
}

/** The same with everything that is kept. `names` are of endpoints, by id. */
export function staffEvidence(
  observations: readonly Observation[],
  names: Names = new Map(),
  pictures: readonly PictureView[] = [],
): StaffEvidence {
  return {
    pictures,
    checks: withRoles(observations).map(([o, role]) => ({
      ...publicCheck(o, role, names, 'full'),
      seen: seenWords(o),
      status: o.status,
      address: o.address,
      facts: factsOf(o),
      headers: o.evidence?.headers ?? [],
      body: o.evidence?.body ? bodyView(o.evidence.body) : null,
      kept: o.evidence !== null,
    })),
  }
}

/** `outage` is the id of the service's outage, `from` when it began. */
export function pictureViews(
  pictures: readonly KeptPicture[],
  names: Names,
  outage: { readonly id: string; readonly from: Instant },
): PictureView[] {
  return pictures.map(p => {
    const endpoint = names.get(p.endpoint) ?? p.endpoint
    const after = p.at > outage.from ? `, ${exact(p.at - outage.from)} into the outage` : ''
    return {
      endpoint,
      at: moment(p.at),
      href: p.sha256 === null ? null : picturePath(outage.id, p.sha256),
      width: p.width,
      height: p.height,
      alt: `What a browser showed of ${endpoint} on ${utcStamp(p.at)}${after}`,
      sha256: p.sha256,
      note: p.note,
    }
  })
}

function publicCheck(o: Observation, role: string, names: Names, published: Published): PublicCheck {
  return {
    at: moment(o.at),
    endpoint: names.get(o.endpoint) ?? o.endpoint,
    role,
    state: o.state,
    seen: published === 'full' ? seenWords(o) : withoutAddresses(whatWords(o), o, published),
    timing: o.timings === null ? null : milliseconds(o.timings.total),
    phases: o.timings === null ? null : phaseWords(o.timings),
  }
}

const PHASES: readonly (readonly [phase: Exclude<keyof Timings, 'total'>, words: string])[] = [
  ['dns', 'name'],
  ['connect', 'connection'],
  ['tls', 'TLS'],
  ['firstByte', 'wait'],
  ['transfer', 'transfer'],
]

function phaseWords(timings: Timings): string | null {
  const parts = PHASES.flatMap(([phase, words]) => {
    const spent = timings[phase]
    return spent === undefined ? [] : [`${words} ${milliseconds(spent)}`]
  })
  return parts.length === 0 ? null : parts.join(', ')
}

/** Each check in order of time, with what it is to the run of failures that it belongs to. */
function withRoles(observations: readonly Observation[]): [Observation, string][] {
  const sorted = [...observations].sort((a, b) => a.at - b.at)
  return sorted.map(o => [o, roleOf(o, sorted)])
}

function roleOf(o: Observation, sorted: readonly Observation[]): string {
  const own = sorted.filter(other => other.endpoint === o.endpoint)
  const before = own.filter(other => other.at < o.at)
  if (o.state !== 'down')
    return before.some(other => other.state === 'down') ? 'First good' : 'Good before it'
  const begun = before.findLastIndex(other => other.state !== 'down') + 1
  if (begun === before.length) return 'First failed'
  const next = own.find(other => other.at > o.at)
  if (next?.state === 'down') return 'Confirmed it'
  return next ? 'Last failed' : 'Failed again'
}

/** What was seen at a check, in one sentence. */
const whatWords = ({ observed, reason }: Observation): string =>
  observed || (reason === null ? 'a good answer' : reasonWords(reason))

/** The same, naming the address once. */
function seenWords(o: Observation): string {
  const what = whatWords(o)
  return o.address === null || what.includes(o.address) ? what : `${what}, from ${o.address}`
}

/** Any IPv4 address, and IPv6 ones in brackets; those that the check names are known. */
const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b|\[[0-9a-f:.%]{2,60}\](?::\d{1,5})?/gi
const ADDRESS_URL = /\bhttps?:\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.%]{2,60}\])(?::\d{1,5})?/gi
/** Origins, and names with a dot. */
const HOST =
  /\bhttps?:\/\/[^\s"'<>]+|\b(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{1,61}\b(?::\d{1,5})?|\blocalhost\b(?::\d{1,5})?/gi
const TARGET = 'the target'

/** An observed line for everyone: of addresses, only what is published. */
function withoutAddresses(text: string, o: Observation, published: Published): string {
  // A URL whose host is an address goes whole.
  let shown = text.replace(ADDRESS_URL, TARGET).replace(ADDRESS, TARGET)
  const known = [o.address, ...(o.evidence?.resolved ?? [])].filter(address => address !== null)
  for (const address of known.sort((a, b) => b.length - a.length)) shown = shown.replaceAll(address, TARGET)
  return published === 'none' ? shown.replace(HOST, TARGET) : shown
}

function factsOf(o: Observation): { name: string; values: readonly string[] }[] {
  const { evidence: e } = o
  if (e === null) return []
  const facts: { name: string; values: readonly string[] }[] = []
  const add = (name: string, values: readonly string[]): void => {
    if (values.length > 0) facts.push({ name, values })
  }
  add('Asked in turn', e.hops)
  add('Resolved to', e.resolved)
  add('Connected to', o.address === null ? [] : [o.address])
  add('Status', o.status === null ? [] : [`${o.status}`])
  add('Certificate', e.certificate === null ? [] : certificateWords(e.certificate, o.at))
  add(
    'References',
    e.references?.map(
      r =>
        `${r.target} ${r.answered ? 'answered' : 'did not answer'}${r.answered ? ` ${r.observed}` : ` (${r.observed})`}`,
    ) ?? [],
  )
  return facts
}

function certificateWords(c: CertificateSummary, at: Instant): string[] {
  const stamp = (ms: number | null): string => (ms === null ? 'unreadable' : utcStamp(ms as Instant))
  const left = c.validTo === null ? null : Math.floor((c.validTo - at) / 86_400_000)
  return [
    c.refused === null ? `Trusted, ${c.protocol ?? 'TLS'}` : `Not trusted: ${c.refused}`,
    `Of ${c.subject}, issued by ${c.issuer}`,
    c.names.length === 0 ? 'For no name' : `For ${listed(c.names)}`,
    `Valid from ${stamp(c.validFrom)} to ${stamp(c.validTo)}${left === null ? '' : left < 0 ? ', which was over' : `, ${count(left, 'day')} left`}`,
    `SHA-256 ${c.fingerprint}`,
  ]
}

function bodyView(body: BodyExcerpt): StaffCheck['body'] {
  const read = `${count(body.bytes, 'byte')}${body.whole ? '' : ' read'}`
  if (body.kind === 'binary')
    return {
      title: `The body was no text but ${body.type}, ${read}; SHA-256 of ${body.whole ? 'it' : 'its first 4 KiB'}: ${body.sha256}`,
      text: null,
    }
  const title = body.whole
    ? `The body, ${read}, as ${body.charset}`
    : `The beginning of the body, ${read}, as ${body.charset}`
  return { title, text: body.text }
}
