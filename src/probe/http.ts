import type { Expect, HttpTarget } from '../catalog/model.ts'
import { decode, LIMITS } from './body.ts'
import type { Outcome, Timings } from './check.ts'
import { open } from './connect.ts'
import { type BodyUse, type Exchange, exchange, type Head } from './exchange.ts'
import { judgeBody, judgeCertificate, judgeLatency, judgeStatus, readsBody } from './expect.ts'
import { CONFIGURED, type Guard, redirectGuard } from './guard.ts'
import { codeOf, describeUrl, down, unknown, up } from './outcome.ts'
import type { Probe, ProbeContext } from './probe.ts'
import { follow, type HttpRequest, isRedirect } from './redirect.ts'
import type { Presented } from './secure.ts'

type Phase = Exclude<keyof Timings, 'total'>

/** What a check has gathered over its hops. */
interface Trace {
  readonly phases: Partial<Record<Phase, number>>
  address: string | undefined
  status: number | undefined
  /** The earliest end of a certificate that was presented, in UTC ms. */
  validTo: number | null
  /** Of the last hop, for the evidence. */
  resolved: readonly string[]
  presented: Presented | null
  last: Exchange | null
  readonly hops: URL[]
  /** Milliseconds that do not count as the target's. */
  aside: number
}

const DAY = 86_400_000

/**
 * Probes an HTTP target over fresh HTTP/1.1 connections, one a hop, following redirects by hand. The environment's
 * proxies are not used. Never rejects for anything that the target does.
 */
export const probeHttp: Probe<HttpTarget> = async (target, context) => {
  const started = performance.now()
  const trace: Trace = {
    phases: {},
    address: undefined,
    status: undefined,
    validTo: null,
    resolved: [],
    presented: null,
    last: null,
    hops: [],
    aside: 0,
  }
  let outcome: Outcome
  try {
    outcome = await run(target, context, trace, started)
  } catch (error) {
    outcome = unknown('unknown:internal', `the probe failed (${codeOf(error)})`)
  }
  return {
    outcome,
    timings: { ...trace.phases, total: performance.now() - started - trace.aside },
    ...(trace.address === undefined ? {} : { address: trace.address }),
    ...(trace.status === undefined ? {} : { status: trace.status }),
    findings: trace,
  }
}

async function run(
  target: HttpTarget,
  context: ProbeContext,
  trace: Trace,
  started: number,
): Promise<Outcome> {
  const { expect, redirects } = target
  if (!URL.canParse(target.url)) return unknown('unknown:internal', 'the configured URL is not one')
  let request = firstRequest(target)
  let guard: Guard = CONFIGURED
  for (let hop = 0; ; hop++) {
    const connection = await open(request, guard, hop, context)
    add(trace, connection.timings)
    trace.hops.push(request.url)
    trace.resolved = connection.resolved
    trace.presented = connection.presented
    trace.last = null
    trace.address = connection.address ?? trace.address
    if (connection.kind === 'failed') return connection.outcome
    if (connection.validTo !== null)
      trace.validTo = Math.min(trace.validTo ?? connection.validTo, connection.validTo)
    if (hop === 0) guard = redirectGuard(connection.resolved)

    const use = useOf(expect, redirects, context.excerpt === true)
    const found = await exchange(connection.socket, request, use, LIMITS, context.signal)
    add(trace, found.timings)
    trace.last = found
    trace.aside += found.aside
    trace.status = found.head?.status ?? trace.status
    if (found.kind === 'failed') return found.outcome
    if (found.kind === 'aborted') return late(found, request, context)

    const { status, header } = found.head
    if (redirects === 0 || !isRedirect(status)) return judge(expect, found.head, found.body, trace, started)
    if (hop >= redirects)
      return down(
        'redirect',
        `more than ${redirects} redirects, the last to be asked was ${describeUrl(request.url)}`,
      )
    const next = follow(request, status, header('location'))
    if (next.kind === 'bad') return down('redirect', next.observed)
    request = next.request
  }
}

/**
 * A body is only read where the response is the one to be judged. Where its status is a failure already, no more than its
 * beginning is, as evidence.
 */
function useOf(expect: Expect, redirects: number, excerpt: boolean): (head: Head) => BodyUse {
  return ({ status }) => {
    if (redirects > 0 && isRedirect(status)) return 'skip'
    if (judgeStatus(expect, status) !== null) return excerpt ? 'begin' : 'skip'
    return readsBody(expect) ? 'keep' : 'count'
  }
}

function judge(expect: Expect, head: Head, body: Buffer | null, trace: Trace, started: number): Outcome {
  const daysLeft = trace.validTo === null ? null : (trace.validTo - Date.now()) / DAY
  const total = performance.now() - started
  const miss =
    judgeStatus(expect, head.status) ??
    judgeBody(
      expect,
      body === null || !readsBody(expect) ? '' : decode(body, head.header('content-type') ?? ''),
    ) ??
    judgeCertificate(expect, daysLeft) ??
    judgeLatency(expect, total)
  return miss === null ? up(`status ${head.status}`) : down(miss.reason, miss.observed)
}

function late(found: Exchange, request: HttpRequest, context: ProbeContext): Outcome {
  const what = found.head === null ? 'no response' : 'no complete response'
  return down('timeout', `${what} from ${describeUrl(request.url)} within ${context.timeout} ms`)
}

function firstRequest(target: HttpTarget): HttpRequest {
  const url = new URL(target.url)
  const own = Object.entries(target.headers).map(([name, value]) => [name.toLowerCase(), value])
  const user = decodeURIComponent(url.username)
  const password = decodeURIComponent(url.password)
  const basic =
    user === '' && password === ''
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
  url.username = ''
  url.password = ''
  url.hash = ''
  return {
    url,
    method: target.method,
    headers: {
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br',
      'user-agent': 'nines',
      ...basic,
      ...Object.fromEntries(own),
    },
    body: target.body,
  }
}

function add(trace: Trace, timings: Partial<Record<Phase, number>>): void {
  for (const phase of ['dns', 'connect', 'tls', 'firstByte', 'transfer'] as const) {
    const spent = timings[phase]
    if (spent !== undefined) trace.phases[phase] = (trace.phases[phase] ?? 0) + spent
  }
}
