import { setMaxListeners } from 'node:events'
import type { ReferenceWord } from './check.ts'
import { addressAndPort, dial } from './dial.ts'
import { clean } from './outcome.ts'
import type { Resolve } from './resolve.ts'

/** `none`: there is nobody to ask. */
export type Standing = 'online' | 'offline' | 'none'

/** Tells "we are offline" from "they are down" by asking targets that are hardly ever down together. */
export interface References {
  /** Asks all at once; one that answers is enough. Never rejects. */
  standing(): Promise<Standing>
  /** What each that was waited for said the last time they were asked; null before. */
  said?(): readonly ReferenceWord[] | null
}

export interface ReferenceOptions {
  readonly resolve: Resolve
  /** How long all of them together are waited for, in ms. */
  readonly patience?: number
  /** A monotonic clock in ms. */
  readonly mono?: () => number
}

interface HostPort {
  readonly host: string
  readonly port: number
}

/** An outage of ours is over slowly, so that it is remembered; that all was well is soon out of date. In ms. */
const REMEMBERED = { offline: 5_000, online: 1_000 } as const

/** How many of them are quoted. */
const MOST_WORDS = 8

/** PURE. Reads `https://host[:port]/…`, `http://…`, `host:port` or `[::1]:port`; null where it is none of them. */
export function parseReference(text: string): HostPort | null {
  const bare = !text.includes('://')
  const full = bare ? `tcp://${text}` : text
  if (!URL.canParse(full)) return null
  const url = new URL(full)
  const standard = { 'https:': 443, 'http:': 80 }[url.protocol]
  if (!bare && standard === undefined) return null
  const port = url.port === '' ? standard : Number(url.port)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return port === undefined || port === 0 || host === '' ? null : { host, port }
}

/**
 * References by `parseReference`'s forms; texts that it cannot read are left out. A TCP connection is answer enough.
 * Whoever asks while a question is under way, or shortly after, gets the same answer.
 */
export function createReferences(texts: readonly string[], options: ReferenceOptions): References {
  const { resolve, patience = 2_000, mono = () => performance.now() } = options
  const targets = texts.map(parseReference).filter(target => target !== null)
  let asking: Promise<Standing> | null = null
  let known: { readonly standing: 'online' | 'offline'; readonly since: number } | null = null

  let words: readonly ReferenceWord[] | null = null

  const ask = async (): Promise<Standing> => {
    const begun = mono()
    const heard: ReferenceWord[] = []
    const late = new AbortController()
    setMaxListeners(0, late.signal)
    const timer = setTimeout(() => late.abort(), patience)
    try {
      const standing = await Promise.any(
        targets.map(async target => {
          const name = addressAndPort(target.host, target.port)
          try {
            await reach(target, resolve, late.signal)
            heard.push({ target: name, answered: true, observed: `in ${Math.round(mono() - begun)} ms` })
          } catch (error) {
            const why = error instanceof Error ? error.message : 'failed'
            heard.push({ target: name, answered: false, observed: clean(why, 80) })
            throw error
          }
        }),
      ).then(
        () => 'online' as const,
        () => 'offline' as const,
      )
      words = heard.slice(0, MOST_WORDS)
      known = { standing, since: mono() }
      return standing
    } finally {
      clearTimeout(timer)
      late.abort()
      asking = null
    }
  }

  return {
    standing: async () => {
      if (targets.length === 0) return 'none'
      if (known !== null && mono() - known.since < REMEMBERED[known.standing]) return known.standing
      asking ??= ask()
      return asking
    },
    said: () => words,
  }
}

/** Rejects where the target cannot be reached. */
async function reach(target: HostPort, resolve: Resolve, signal: AbortSignal): Promise<void> {
  const found = await resolve(target.host, signal)
  if (found.kind !== 'found') throw new Error(found.code)
  const dialled = await dial(found.addresses, target.port, signal)
  if (dialled.kind === 'failed') throw new Error(dialled.codes.join(', '))
  if (dialled.kind === 'aborted') throw new Error('no answer in time')
  dialled.socket.destroy()
}
