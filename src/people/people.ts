import { noteAudit } from '../audit/store.ts'
import { type Database, transact } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { type Auth, makeAuth } from './auth.ts'
import { failureCount } from './failures.ts'
import { guesses } from './guesses.ts'
import type { IssuerConfig } from './issuer.ts'
import { type IssuerDoor, issuerDoor } from './issuer-sign-in.ts'
import { sweepLinks } from './link-store.ts'
import type { Room } from './room.ts'
import { sweepSessions } from './store.ts'

const HOUR = 3_600_000

export interface PeopleSettings {
  /** The public address of the pages. */
  readonly url: string | null
  readonly oidc?: IssuerConfig
}

export interface PeopleOptions {
  readonly db: Database
  readonly secrets: { readonly auth: string }
  readonly settings: () => PeopleSettings
  readonly now: () => Instant
  /** Told of trouble in a line that holds nothing secret. */
  readonly onTrouble?: (message: string) => void
}

/** Who may sign in, and how they do. */
export interface People {
  readonly room: Room
  readonly settings: () => PeopleSettings
  /** The sign-in with the issuer; null where none is configured. */
  readonly issuer: () => { readonly name: string; readonly door: IssuerDoor } | null
  /** Writes down what was counted and not yet noted. */
  readonly close: () => void
}

export function people(options: PeopleOptions): People {
  const { db, settings, now } = options
  const onTrouble = options.onTrouble ?? (() => {})
  const secret = options.secrets.auth
  const failures = failureCount(failed =>
    transact(db, () =>
      noteAudit(db, {
        at: now(),
        actor: { kind: 'system' },
        address: null,
        action: 'sign-in.failed',
        subject: { kind: 'sign-in', id: String(failed.minute) },
        after: { count: failed.count, people: failed.people, addresses: failed.addresses },
      }),
    ),
  )
  let swept = now()
  /** What fails is told, and is no reason to end anything. */
  const carefully = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      onTrouble(error instanceof Error ? error.message : String(error))
    }
  }
  const tidy = (): void => {
    failures.flush(now())
    if (now() - swept < HOUR) return
    swept = now()
    transact(db, () => {
      sweepSessions(db, swept)
      sweepLinks(db, swept)
    })
  }
  const timer = setInterval(() => carefully(tidy), 30_000)
  timer.unref()

  const nobody = { onIssuerRole: () => {}, onIssuerNewcomer: () => {} }
  let made: { readonly url: string | null; readonly auth: Auth } | null = null
  const auth = (): Auth => {
    const { url } = settings()
    if (made?.url !== url)
      made = { url, auth: makeAuth({ db, secret, url, now, issuer: null, onTrouble, ...nobody }) }
    return made.auth
  }
  const room: Room = { db, secret, now, auth, guesses: guesses(), failures }
  return {
    room,
    settings,
    issuer() {
      const { url, oidc } = settings()
      if (!oidc) return null
      const door = issuerDoor(room, oidc, hooks =>
        makeAuth({ db, secret, url, now, issuer: oidc, onTrouble, ...hooks }),
      )
      return { name: oidc.name, door }
    },
    close() {
      clearInterval(timer)
      carefully(() => failures.flush(now(), true))
    },
  }
}
