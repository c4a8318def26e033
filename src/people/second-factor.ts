import { transact } from '../db/open.ts'
import { ownPassword } from './own-password.ts'
import type { Person } from './person.ts'
import { note, type Room, type Visit } from './room.ts'
import { headersOf } from './sessions.ts'
import { called } from './sign-in.ts'

export type Begun =
  | { readonly ok: true; readonly uri: string; readonly cookies: readonly string[] }
  | { readonly ok: false; readonly fault: string }

/** Makes a secret for an authenticator app. It counts once a code of it was given. */
export async function beginSecondFactor(
  room: Room,
  visit: Visit,
  person: Person,
  password: string,
): Promise<Begun> {
  const known = await ownPassword(room, visit, person, password)
  if (!known.ok) return known
  const asked = await called(() =>
    room.auth().api.enableTwoFactor({
      body: { password, method: 'totp' },
      headers: headersOf(visit),
      returnHeaders: true,
    }),
  )
  if (!asked.ok) return { ok: false, fault: 'The second factor is on already.' }
  const { response, headers } = asked.value
  if (!('totpURI' in response) || typeof response.totpURI !== 'string')
    throw new Error('no secret was made for the authenticator app')
  return { ok: true, uri: response.totpURI, cookies: headers.getSetCookie() }
}

export type Confirmed =
  | { readonly ok: true; readonly codes: readonly string[]; readonly cookies: readonly string[] }
  | { readonly ok: false; readonly fault: string }

/** Turns the second factor on with its first code, and hands the backup codes out, once. */
export async function confirmSecondFactor(
  room: Room,
  visit: Visit,
  person: Person,
  given: string,
): Promise<Confirmed> {
  const code = given.replaceAll(/\s/g, '').slice(0, 16)
  const { api } = room.auth()
  const asked = await called(() =>
    api.verifyTOTP({ body: { code }, headers: headersOf(visit), returnHeaders: true }),
  )
  if (!asked.ok)
    return {
      ok: false,
      fault:
        'This is not the code that the app shows now. Check that its clock is right, then give the next code.',
    }
  const { backupCodes } = await api.viewBackupCodes({ body: { userId: person.id } })
  transact(room.db, () => note(room, visit, person, 'person.second-factor-on', person))
  return { ok: true, codes: backupCodes, cookies: asked.value.headers.getSetCookie() }
}

/** Turns a person's own second factor off. */
export async function endSecondFactor(
  room: Room,
  visit: Visit,
  person: Person,
  password: string,
): Promise<
  { readonly ok: true; readonly cookies: readonly string[] } | { readonly ok: false; readonly fault: string }
> {
  const known = await ownPassword(room, visit, person, password)
  if (!known.ok) return known
  const { headers } = await room
    .auth()
    .api.disableTwoFactor({ body: { password }, headers: headersOf(visit), returnHeaders: true })
  transact(room.db, () => note(room, visit, person, 'person.second-factor-off', person))
  return { ok: true, cookies: headers.getSetCookie() }
}

/** New backup codes in the place of the old ones. */
export async function newBackupCodes(
  room: Room,
  visit: Visit,
  person: Person,
  password: string,
): Promise<Confirmed> {
  const known = await ownPassword(room, visit, person, password)
  if (!known.ok) return known
  const asked = await called(() =>
    room.auth().api.generateBackupCodes({ body: { password }, headers: headersOf(visit) }),
  )
  if (!asked.ok) return { ok: false, fault: 'The second factor is not on.' }
  transact(room.db, () => note(room, visit, person, 'person.backup-codes-made', person))
  return { ok: true, codes: asked.value.backupCodes, cookies: [] }
}
