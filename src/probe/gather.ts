import type { Evidence, Target } from '../catalog/model.ts'
import { summarize } from './certificate.ts'
import type { CheckEvidence, ReferenceWord } from './check.ts'
import { cutToBytes, excerpt } from './excerpt.ts'
import { beginningOf } from './exchange.ts'
import { clean, describeUrl } from './outcome.ts'
import type { Findings } from './probe.ts'
import { type Redact, redactor } from './redact.ts'
import { secretsOf } from './secrets.ts'

const LONGEST_VALUE = 500
const MOST_ADDRESSES = 32
const MOST_HOPS = 8
/** The most that the evidence of a check may take as JSON, in bytes. */
const MOST = 6_656

/** Headers that look like keys and are none. */
const IDENTIFIERS = new Set([
  'x-request-id',
  'x-correlation-id',
  'x-amz-request-id',
  'x-amz-cf-id',
  'cf-ray',
  'etag',
  'traceparent',
])

const redactors = new WeakMap<Target, Redact>()

/** The redactor of a target: made when the first of its checks fails, and kept for as long as it is configured. */
export function redactorOf(target: Target): Redact {
  const known = redactors.get(target)
  if (known) return known
  const made = redactor(secretsOf(target))
  redactors.set(target, made)
  return made
}

/** Makes the evidence of a check from what its probe came upon: without secrets, and bounded in size. */
export function gather(
  findings: Findings,
  target: Target,
  wanted: Evidence,
  references: readonly ReferenceWord[] | null,
): CheckEvidence {
  const redact = redactorOf(target)
  const { last, presented, resolved, hops } = findings
  const head = last?.head ?? null
  const beginning = wanted.body && last ? beginningOf(last) : null
  const certificate = presented && summarize(presented)
  return bounded({
    resolved: resolved.slice(0, MOST_ADDRESSES),
    hops: hops.length > 1 ? shortened(hops.map(url => hopWords(url, redact))) : [],
    headers: wanted.headers.flatMap(name => {
      const value = head?.header(name)
      if (value === undefined) return []
      const shown = redact(withoutQuery(name, value), { identifier: IDENTIFIERS.has(name) })
      return [[name, clean(shown, LONGEST_VALUE)] as const]
    }),
    body:
      beginning && beginning.size > 0 ? excerpt(beginning, head?.header('content-type') ?? '', redact) : null,
    certificate,
    references,
  })
}

/** Where a redirect leads, without what it carries: its query may be a one-time key. */
const withoutQuery = (name: string, value: string): string =>
  name === 'location'
    ? value.replace(/[?#].*$/s, match => (match.length > 1 ? `${match[0]}…` : match))
    : value

const hopWords = (url: URL, redact: Redact): string =>
  clean(redact(`${describeUrl(url)}${url.pathname}`), 200)

const shortened = (hops: readonly string[]): readonly string[] =>
  hops.length <= MOST_HOPS ? hops : [...hops.slice(0, MOST_HOPS - 1), ...hops.slice(-1)]

/** Shortens the body first, then headers, names, hops and references, until it is small enough to be kept for ever. */
export function bounded(evidence: CheckEvidence): CheckEvidence {
  let shown = evidence
  for (const step of STEPS) {
    const over = Buffer.byteLength(JSON.stringify(shown)) - MOST
    if (over <= 0) return shown
    shown = step(shown, over)
  }
  return shown
}

const LEAST_BODY = 256

const shorterBody = (shown: CheckEvidence, over: number): CheckEvidence => {
  const { body } = shown
  if (body?.kind !== 'text') return shown
  // A character takes up to six bytes in JSON: half of the text goes at most, and then it is measured again.
  const length = Buffer.byteLength(body.text)
  const text = cutToBytes(body.text, Math.max(LEAST_BODY, length - over, Math.floor(length / 2)))
  return { ...shown, body: { ...body, whole: false, text } }
}

const STEPS: readonly ((shown: CheckEvidence, over: number) => CheckEvidence)[] = [
  ...Array.from({ length: 6 }, () => shorterBody),
  shown => ({ ...shown, headers: shown.headers.map(([name, value]) => [name, clean(value, 120)] as const) }),
  shown => ({ ...shown, headers: shown.headers.slice(0, 12) }),
  shown => ({
    ...shown,
    certificate: shown.certificate && { ...shown.certificate, names: shown.certificate.names.slice(0, 4) },
  }),
  shown => ({ ...shown, hops: shown.hops.slice(-2), references: shown.references?.slice(0, 2) ?? null }),
  shown => ({ ...shown, headers: [], hops: [] }),
  shown => ({ ...shown, body: null, resolved: shown.resolved.slice(0, 4) }),
]
