import type { MiddlewareHandler } from 'hono'
import type { Room } from './app.ts'
import { CLAIMS_JOB } from './casework/job.ts'
import { checksNeededSince } from './casework/retention.ts'
import type { ServiceId } from './catalog/model.ts'
import { openMonths } from './claim/assessment-store.ts'
import type { Counter, CounterOptions } from './counter.ts'
import type { Door, DoorSettings } from './mail/door.ts'
import { startOutbox } from './mail/outbox.ts'
import { prefixOf, withoutPrefix } from './page/address.ts'
import { setupLink } from './people/link-store.ts'
import { loadSecrets } from './people/secrets.ts'
import type { Job } from './record/housekeeping.ts'
import type { Instant } from './time/instant.ts'
import type { Month } from './time/month.ts'

export interface OfficeOptions extends Omit<CounterOptions, 'poke'> {
  /** Does work again for a while where another process holds the database. */
  readonly unlocked: <T>(work: () => T) => Promise<T>
}

/** The part of the server that people use: who signs in, what customers ask, the mail. */
export interface Office {
  readonly rooms: readonly Room[]
  readonly jobs: readonly Job[]
  /** A month was closed: claims that waited for it are looked at. */
  monthClosed(service: ServiceId, month: Month): void
  /** From when on claims need raw checks. */
  checksNeededSince(now: Instant): Instant
  /** The path of the page that makes the first administrator; null where there is one. */
  readonly setup: string | null
  stop(): Promise<void>
}

/** Opens the desk, the customers' forms and the mail. Throws where the secrets or the mail's port are not to be had. */
export async function openOffice(options: OfficeOptions): Promise<Office> {
  const { db, config, now, logger } = options
  // A broken file of secrets is told at the start, and not to the first who comes.
  loadSecrets(options.data)
  const token = await options.unlocked(() => setupLink(db, now()))
  const outbox = startOutbox({
    db,
    settings: () => config().mail,
    now,
    onError: error => logger.error({ err: error }, 'a letter could not be sent; it will be tried again'),
  })
  let opening: Promise<Counter> | null = null
  /** Opened when somebody comes: most servers are read far more often than they are written to. */
  const counter = (): Promise<Counter> => {
    opening ??= import('./counter.ts')
      .then(({ openCounter }) => openCounter({ ...options, poke: () => outbox.poke() }))
      .catch((error: unknown) => {
        opening = null
        throw error
      })
    return opening
  }
  const unfinished = (error: unknown) => logger.error({ err: error }, 'claims wait to be assessed')
  const waiting = () => openMonths(db, now()).length > 0
  const doorSettings = config().mail.door
  const openDoor = async (at: DoorSettings): Promise<Door> =>
    (await import('./mail/door.ts')).startDoor({
      settings: () => config().mail.door ?? at,
      onMail: async mail => {
        await (await counter()).cases.mailArrived(mail)
        outbox.poke()
      },
      now,
      log: (message, error) => logger.warn(error ? { err: error } : {}, `mail: ${message}`),
    })
  const door = doorSettings
    ? await openDoor(doorSettings).catch(async error => {
        await outbox.stop()
        throw error
      })
    : null

  if ((doorSettings || config().mail.smtp) && config().page.url === null)
    logger.warn('letters lead nowhere: give the public address of the pages as page.url')

  return {
    rooms: [{ door: whoComes(counter, () => prefixOf(config().page.url)) }],
    jobs: [
      {
        ...CLAIMS_JOB,
        work: async at => {
          if (waiting()) await (await counter()).cases.catchUp(at)
        },
      },
    ],
    monthClosed(service, month) {
      if (waiting())
        counter()
          .then(({ cases }) => cases.monthClosed(service, month))
          .catch(unfinished)
    },
    checksNeededSince: at => checksNeededSince({ db, settings: () => ({ contract: config().contract }) }, at),
    setup: token === null ? null : `/desk/setup?token=${token}`,
    async stop() {
      await Promise.all([door?.stop(), outbox.stop()])
      const opened = await opening?.catch(() => null)
      opened?.close()
    },
  }
}

/** Opens the counter for requests to the desk, to the forms and to cases, and lets all others pass. */
function whoComes(counter: () => Promise<Counter>, prefix: () => string): MiddlewareHandler {
  return async (c, next) => {
    if (!/^\/(?:desk|claim|request|cases)(?:\/|$)/.test(withoutPrefix(c.req.path, prefix()))) return next()
    const { front, desk } = await counter()
    return front.door(c, async () => {
      const answer = await desk.door(c, next)
      if (answer) c.res = answer
    })
  }
}
