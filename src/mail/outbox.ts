import type { MailConfig } from '../config/sections/mail.ts'
import { type Database, isPassing } from '../db/open.ts'
import { patiently } from '../db/patiently.ts'
import type { Instant } from '../time/instant.ts'
import { add } from '../time/interval.ts'
import { compose } from './compose.ts'
import { type Deliver, type Delivery, deliverOverSmtp } from './deliver.ts'
import { type Claim, outboxStore, type Pending } from './outbox-store.ts'
import { CLAIM } from './retry.ts'

export interface OutboxOptions {
  readonly db: Database
  readonly settings: () => Pick<MailConfig, 'from' | 'smtp'>
  readonly now: () => Instant
  /** Told of faults of ours; what a mail server says stands with the letter. */
  readonly onError: (error: Error) => void
  /** How a message is handed over, if not over SMTP. */
  readonly deliver?: Deliver
}

export interface Outbox {
  /** A letter may be due: looks now. */
  poke(): void
  /** Resolves when no letter is being sent. */
  settled(): Promise<void>
  /** What waits, and what keeps all of it waiting: null where nothing does. */
  pending(): Promise<Pending & { readonly held: string | null }>
  /** Starts no further letter; the one on its way has 10 s. */
  stop(): Promise<void>
}

/** All in ms. A delivery ends before its claim does. */
const DEADLINE = 100_000
const PAUSE = 60_000
const LONGEST_SLEEP = 60_000
const SHORTEST_SLEEP = 1_000
const LAST_GRACE = 10_000

/** Sends what is queued, one letter at a time, and tries again as long as it takes. A second worker beside it does no harm. */
export function startOutbox(options: OutboxOptions): Outbox {
  const { db, settings, now, onError, deliver = deliverOverSmtp() } = options
  const store = outboxStore(db)
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let asked = false
  let stopped = false
  let pausedUntil: Instant | null = null
  let trouble: string | null = null
  let timer: NodeJS.Timeout | undefined

  const fault = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
  const isPaused = () => pausedUntil !== null && now() < pausedUntil

  async function send({ letter }: Claim): Promise<Delivery> {
    const { from, smtp } = settings()
    if (from === undefined || smtp === undefined)
      return { kind: 'later', why: 'mail is no longer configured' }
    const message = compose(letter, from)
    if (message === null) return { kind: 'refused', why: `${letter.toAddress} is not a mail address` }
    try {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(DEADLINE)])
      return await deliver(message, smtp, signal)
    } catch (error) {
      onError(fault(error))
      return { kind: 'later', why: `a fault of ours: ${fault(error).message}` }
    }
  }

  /** What came of a letter must not be lost to a locked database: it would be sent again. */
  const keep = (work: () => Promise<void>): Promise<void> => patiently(work, stopped ? LAST_GRACE : CLAIM)

  const record = (claim: Claim, delivery: Delivery): Promise<void> =>
    keep(() => {
      switch (delivery.kind) {
        case 'sent':
          return store.sent(claim, now())
        case 'refused':
          return store.refuse(claim, delivery.why)
        case 'later':
        case 'unreachable':
          return store.postpone(claim, delivery.why, now())
      }
    })

  async function work(): Promise<void> {
    while (!stopped && !isPaused() && held(settings()) === null) {
      const claim = await store.claim(now())
      if (claim === null) return
      const delivery = await send(claim)
      await record(claim, delivery)
      trouble = delivery.kind === 'unreachable' ? delivery.why : null
      // The others would wait for the same server, and each would take its time.
      pausedUntil = delivery.kind === 'unreachable' ? add(now(), PAUSE) : null
    }
  }

  async function sleep(): Promise<number> {
    if (held(settings()) !== null) return LONGEST_SLEEP
    const due = await store.nextDue()
    if (due === null) return LONGEST_SLEEP
    const from = pausedUntil === null ? due : Math.max(due, pausedUntil)
    return Math.min(Math.max(from - now(), SHORTEST_SLEEP), LONGEST_SLEEP)
  }

  async function pass(): Promise<void> {
    let pause = LONGEST_SLEEP
    try {
      do {
        asked = false
        await work()
        pause = await sleep()
      } while (asked && !stopped)
    } catch (error) {
      if (isPassing(error)) pause = SHORTEST_SLEEP
      else onError(fault(error))
    }
    running = null
    if (stopped) return
    clearTimeout(timer)
    timer = setTimeout(poke, pause)
    timer.unref()
  }

  function poke(): void {
    if (stopped) return
    asked = true
    running ??= pass()
  }

  poke()
  return {
    poke,
    settled: async () => {
      while (running !== null) await running
    },
    pending: async () => ({ ...(await store.pending()), held: held(settings()) ?? trouble }),
    async stop() {
      stopped = true
      clearTimeout(timer)
      const grace = setTimeout(() => stopping.abort(), LAST_GRACE)
      await running
      clearTimeout(grace)
    },
  }
}

/** What is missing before any letter can be sent. */
function held({ from, smtp }: Pick<MailConfig, 'from' | 'smtp'>): string | null {
  if (smtp === undefined) return 'mail.smtp is not configured, so letters wait'
  if (from === undefined) return 'mail.from is not configured, so letters wait'
  return null
}
