import { lookup, Resolver } from 'node:dns'
import { isIP } from 'node:net'
import { hostsFile } from './hosts.ts'
import { codeOf } from './outcome.ts'

/** `not-found`: the resolver answered that there is no such name. `failed`: it gave no answer at all. */
export type Resolution =
  | { readonly kind: 'found'; readonly addresses: readonly string[] }
  | { readonly kind: 'not-found'; readonly code: string }
  | { readonly kind: 'failed'; readonly code: string }

/** Finds the IP addresses of a host name (an IP literal is its own), giving up as soon as the signal aborts. */
export type Resolve = (hostname: string, signal: AbortSignal) => Promise<Resolution>

export interface ResolverOptions {
  /** DNS servers instead of those of the system, as `address:port`. */
  readonly servers?: readonly string[]
  /** The hosts file. */
  readonly hosts?: string
  /** How long one query waits for one server, in ms, before it is repeated. */
  readonly attempt?: number
}

/** How long a first family's answer waits for the other one's, in ms: a resolver that drops AAAA is common. */
const OTHER_FAMILY = 300
/** c-ares reads resolv.conf only when it is made, so it is made anew this often, in ms. */
const FRESH = 60_000

/**
 * Names are resolved by c-ares on sockets, after the hosts file, and by getaddrinfo only where c-ares quickly found
 * nothing or the name has no dot (search domains, mDNS and the like are the C library's). `dns.lookup` for all would
 * queue every check behind libuv's four threads as soon as one name server is slow, and an ES module cannot raise
 * UV_THREADPOOL_SIZE: on Node 20 loading the module has already started the pool.
 */
export function createResolve(options: ResolverOptions = {}): Resolve {
  const hosts = hostsFile(options.hosts ?? '/etc/hosts')
  const resolver = renewed(options)
  return async (hostname, signal) => {
    if (isIP(hostname) !== 0) return { kind: 'found', addresses: [hostname] }
    const name = hostname.replace(/\.$/, '')
    const listed = hosts(name)
    if (listed.length > 0) return { kind: 'found', addresses: listed }
    // RFC 6761: these two are answered without asking anyone.
    if (/(^|\.)invalid$/i.test(name)) return { kind: 'not-found', code: 'ENOTFOUND' }
    if (/(^|\.)localhost$/i.test(name)) return { kind: 'found', addresses: ['127.0.0.1', '::1'] }
    return abandonable(search(name, hostname, resolver(), options.servers === undefined), signal)
  }
}

function renewed(options: ResolverOptions): () => Resolver {
  let current: { readonly resolver: Resolver; readonly since: number } | null = null
  return () => {
    const now = performance.now()
    if (current === null || now - current.since > FRESH) {
      const resolver = new Resolver({ timeout: options.attempt ?? 2_000, tries: 3 })
      if (options.servers) resolver.setServers(options.servers)
      current = { resolver, since: now }
    }
    return current.resolver
  }
}

async function search(
  name: string,
  asWritten: string,
  resolver: Resolver,
  system: boolean,
): Promise<Resolution> {
  if (system && !name.includes('.')) return viaSystem(asWritten)
  const found = await viaDns(name, resolver)
  const quick = found.kind === 'not-found' || (found.kind === 'failed' && found.code === 'ECONNREFUSED')
  return system && quick ? viaSystem(asWritten) : found
}

/** Asks for both families at once; an answer of one is enough. */
function viaDns(name: string, resolver: Resolver): Promise<Resolution> {
  return new Promise(done => {
    const answers: { four: readonly string[]; six: readonly string[] } = { four: [], six: [] }
    const codes: string[] = []
    let open = 2
    let patience: NodeJS.Timeout | undefined
    const finish = (): void => {
      clearTimeout(patience)
      const addresses = [...answers.six, ...answers.four]
      if (addresses.length > 0) done({ kind: 'found', addresses })
      else done(verdict(codes))
    }
    const take =
      (family: 'four' | 'six') => (error: NodeJS.ErrnoException | null, found: readonly string[]) => {
        if (error) codes.push(codeOf(error))
        else answers[family] = found
        open--
        if (open === 0) finish()
        else if (!error && found.length > 0) patience = setTimeout(finish, OTHER_FAMILY)
      }
    resolver.resolve4(name, take('four'))
    resolver.resolve6(name, take('six'))
  })
}

const ABSENT = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'ENONAME'])

function verdict(codes: readonly string[]): Resolution {
  const failed = codes.find(code => !ABSENT.has(code))
  if (failed !== undefined) return { kind: 'failed', code: failed }
  return { kind: 'not-found', code: codes[0] ?? 'ENODATA' }
}

function viaSystem(name: string): Promise<Resolution> {
  return new Promise(done => {
    lookup(name, { all: true, verbatim: true }, (error, found) => {
      if (!error) done({ kind: 'found', addresses: found.map(one => one.address) })
      else done(verdict([codeOf(error)]))
    })
  })
}

/** The query itself is left to end by its own tries: only its answer is no longer waited for. */
function abandonable(answer: Promise<Resolution>, signal: AbortSignal): Promise<Resolution> {
  return new Promise(done => {
    const abandon = (): void => done({ kind: 'failed', code: 'ETIMEOUT' })
    if (signal.aborted) return abandon()
    signal.addEventListener('abort', abandon, { once: true })
    void answer.then(found => {
      signal.removeEventListener('abort', abandon)
      done(found)
    })
  })
}

/**
 * Whether the system's resolver answers anything at all, within `patience` ms: any answer, even a refusal, shows that
 * a name which could not be resolved is not our fault.
 */
export function resolverAnswers(patience: number, servers?: readonly string[]): Promise<boolean> {
  return new Promise(done => {
    const resolver = new Resolver({ timeout: patience, tries: 1 })
    if (servers) resolver.setServers(servers)
    const late = setTimeout(() => resolver.cancel(), patience)
    resolver.resolveNs('.', error => {
      clearTimeout(late)
      done(error === null || !['ETIMEOUT', 'ECONNREFUSED', 'ECANCELLED'].includes(codeOf(error)))
    })
  })
}
