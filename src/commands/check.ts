import type { Target } from '../catalog/model.ts'
import type { ProbeResult } from '../probe/check.ts'
import { checkOnce } from '../probe/once.ts'
import { type Duration, duration } from '../time/instant.ts'
import { loadFile, requireConfig } from './config.ts'
import { Failure } from './failure.ts'

export interface CheckCommand {
  /** A URL, or the id of an endpoint. */
  readonly what: string
  readonly config: string
  readonly json: boolean
}

const EXIT = { up: 0, down: 1, unknown: 2 } as const

/** `nines check`: probes once and prints what came of it. Returns the exit code: 0 up, 1 down, 2 unknown. */
export async function checkCommand(options: CheckCommand): Promise<number> {
  const { target, timeout, references } = await find(options)
  const result = await checkOnce(target, timeout, references)
  process.stdout.write(
    options.json ? `${JSON.stringify(json(options.what, result), null, 2)}\n` : inWords(result),
  )
  return EXIT[result.outcome.state]
}

interface Found {
  readonly target: Target
  readonly timeout: Duration
  readonly references: readonly string[]
}

async function find({ what, config: file }: CheckCommand): Promise<Found> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(what)) {
    const loaded = await loadFile(file)
    const references = loaded.ok ? loaded.config.references : []
    return { target: plainTarget(what), timeout: duration(10_000), references }
  }
  const config = await requireConfig(file)
  const endpoints = config.services.flatMap(service => service.endpoints)
  const endpoint = endpoints.find(e => e.id === what)
  if (!endpoint) {
    throw new Failure(
      `${JSON.stringify(what)} is neither a URL such as https://example.com/health nor an endpoint; there are: ${endpoints.map(e => e.id).join(', ')}`,
    )
  }
  return { target: endpoint.target, timeout: endpoint.timeout, references: config.references }
}

function plainTarget(text: string): Target {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username || url.password)
    throw new Failure(
      'the URL must be http:// or https:// without a user name, such as https://example.com/health',
    )
  return {
    kind: 'http',
    url: url.href,
    method: 'GET',
    headers: {},
    body: '',
    redirects: 5,
    expect: { status: [[200, 299]], json: [] },
  }
}

const json = (what: string, { outcome, timings, address, status }: ProbeResult) => ({
  target: what.replace(/[?#].*$/, ''),
  state: outcome.state,
  reason: 'reason' in outcome ? outcome.reason : null,
  observed: outcome.observed,
  status: status ?? null,
  address: address ?? null,
  timings,
})

function inWords({ outcome, timings, address }: ProbeResult): string {
  const phases = [
    ['DNS', timings.dns],
    ['connect', timings.connect],
    ['TLS', timings.tls],
    ['first byte', timings.firstByte],
    ['transfer', timings.transfer],
    ['total', timings.total],
  ] as const
  const lines = [
    `${outcome.state}${'reason' in outcome ? `  ${outcome.reason}` : ''}  ${outcome.observed}`,
    ...(address === undefined ? [] : [`  ${'address'.padEnd(11)}${address}`]),
    ...phases.flatMap(([name, ms]) =>
      ms === undefined ? [] : [`  ${name.padEnd(11)}${ms.toFixed(1).padStart(8)} ms`],
    ),
  ]
  return `${lines.join('\n')}\n`
}
