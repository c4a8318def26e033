import { isAPIError } from 'better-auth/api'
import { symmetricDecrypt } from 'better-auth/crypto'
import { transact } from '../db/open.ts'
import { DEVICE_COOKIE, deviceOf } from './device.ts'
import type { Guesser } from './guesses.ts'
import { cleanEmail, type Person, type PersonId } from './person.ts'
import { note, type Room, type Visit } from './room.ts'
import { cookieOf, deviceCookie, headersOf, sessionOf } from './sessions.ts'
import { endSession, findByEmail, findPerson, storedSecondFactor } from './store.ts'

export type SignIn =
  | { readonly kind: 'signed-in'; readonly person: Person; readonly cookies: readonly string[] }
  /** The password is right; the second factor is asked for. */
  | { readonly kind: 'second-factor'; readonly cookies: readonly string[] }
  /** The password is right, but the second factor is encrypted with a secret that is lost. */
  | { readonly kind: 'unreadable' }
  /** Nobody has this address and password: which of them is wrong is not said. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'wait'; readonly ms: number }

/** An address that nobody can have, for what is none: the answer then takes as long as any other. */
const NOBODY = 'nobody@nines.invalid'

export async function signIn(
  room: Room,
  visit: Visit,
  given: { readonly email: string; readonly password: string },
): Promise<SignIn> {
  const email = cleanEmail(given.email) ?? NOBODY
  const device = deviceOf(room.secret, email, cookieOf(visit, DEVICE_COOKIE))
  const who: Guesser = { account: email, device, address: visit.address }
  const wait = room.guesses.take(who, room.now())
  if (wait > 0) return failed(room, visit, email, { kind: 'wait', ms: wait })
  const before = await sessionOf(room, visit)
  // What a browser sends along of an earlier session must not decide what becomes of this one.
  const headers = headersOf({ ...visit, cookie: undefined })
  const asked = await room.guesses.hashing(() =>
    called(() =>
      room.auth().api.signInEmail({
        body: { email, password: given.password },
        headers,
        returnHeaders: true,
      }),
    ),
  )
  if (asked === null) return { kind: 'wait', ms: 5_000 }
  if (!asked.ok) return failed(room, visit, email, { kind: 'refused' })
  room.guesses.right(who)
  const cookies = asked.value.headers.getSetCookie()
  const answer: object = asked.value.response
  const person = findByEmail(room.db, email)
  if ('twoFactorRedirect' in answer)
    return person && !(await isReadable(room, person.id))
      ? { kind: 'unreadable' }
      : { kind: 'second-factor', cookies }
  if (!person?.active) return { kind: 'refused' }
  if (before) endSession(room.db, before.person.id, before.session)
  return entered(room, visit, person, 'password', cookies)
}

/** Whether a person's second factor can be decrypted with the secret that there is. */
async function isReadable(room: Room, id: PersonId): Promise<boolean> {
  const { secretConfig: key } = await room.auth().$context
  try {
    for (const data of storedSecondFactor(room.db, id) ?? []) await symmetricDecrypt({ key, data })
    return true
  } catch {
    return false
  }
}

export type SecondStep =
  | { readonly kind: 'signed-in'; readonly person: Person; readonly cookies: readonly string[] }
  | { readonly kind: 'wrong' }
  /** The first step is too long ago, or there were too many wrong codes. */
  | { readonly kind: 'again' }
  | { readonly kind: 'wait'; readonly ms: number }

/** Takes a code of the authenticator app, or one of the backup codes. */
export async function secondStep(room: Room, visit: Visit, given: string): Promise<SecondStep> {
  const who: Guesser = { account: null, device: null, address: visit.address }
  const wait = room.guesses.take(who, room.now())
  if (wait > 0) return { kind: 'wait', ms: wait }
  const code = given.replaceAll(/\s/g, '').slice(0, 32)
  const app = /^\d{6}$/.test(code)
  const { api } = room.auth()
  const call = { body: { code }, headers: headersOf(withoutSession(visit)), returnHeaders: true } as const
  const asked = await called(async () =>
    app ? await api.verifyTOTP(call) : await api.verifyBackupCode(call),
  )
  if (!asked.ok) {
    room.failures.add(room.now(), null, visit.address)
    switch (asked.code) {
      case 'INVALID_TWO_FACTOR_COOKIE':
      case 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE':
        return { kind: 'again' }
      case 'ACCOUNT_TEMPORARILY_LOCKED':
        return { kind: 'wait', ms: 15 * 60_000 }
      default:
        return { kind: 'wrong' }
    }
  }
  const { user, token } = asked.value.response
  if (app && !room.guesses.firstUse(user.id, code, room.now())) {
    if (token) await (await room.auth().$context).internalAdapter.deleteSession(token)
    room.failures.add(room.now(), user.id, visit.address)
    return { kind: 'wrong' }
  }
  room.guesses.right(who)
  const person = findPerson(room.db, user.id)
  if (!person?.active) return { kind: 'again' }
  return entered(room, visit, person, 'password and second factor', asked.value.headers.getSetCookie())
}

/** Ends the session that a request belongs to; the cookies take it out of the browser. */
export async function signOut(room: Room, visit: Visit): Promise<readonly string[]> {
  const found = await sessionOf(room, visit)
  const { headers } = await room.auth().api.signOut({ headers: headersOf(visit), returnHeaders: true })
  if (found)
    transact(room.db, () => {
      endSession(room.db, found.person.id, found.session)
      note(room, visit, found.person, 'person.signed-out', found.person)
    })
  return headers.getSetCookie()
}

/** Notes that somebody came in, and lets their browser be known from now on. */
export function entered(
  room: Room,
  visit: Visit,
  person: Person,
  by: string,
  cookies: readonly string[],
): { readonly kind: 'signed-in'; readonly person: Person; readonly cookies: readonly string[] } {
  transact(room.db, () => note(room, visit, person, 'person.signed-in', person, { after: { by } }))
  const secure = cookies.some(text => /;\s*secure/i.test(text))
  return { kind: 'signed-in', person, cookies: [...cookies, deviceCookie(room, person, secure)] }
}

function failed<T extends SignIn>(room: Room, visit: Visit, email: string, answer: T): T {
  room.failures.add(room.now(), findByEmail(room.db, email)?.id ?? null, visit.address)
  return answer
}

/** The second step belongs to the sign-in that waits for it, not to a session from before. */
function withoutSession(visit: Visit): Visit {
  if (visit.cookie === undefined) return visit
  const kept = visit.cookie.split(';').filter(part => !part.includes('nines.session_token'))
  return { ...visit, cookie: kept.join(';') }
}

/** What a call of better-auth gives: its refusals as values, faults thrown. */
export async function called<T>(
  call: () => Promise<T>,
): Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string }> {
  try {
    return { ok: true, value: await call() }
  } catch (error) {
    if (!isAPIError(error) || error.statusCode >= 500) throw error
    return { ok: false, code: String(error.body?.code ?? '') }
  }
}
