import { createHmac } from 'node:crypto'
import { ABSOLUTE, ADDRESS_HEADER, IDLE } from './auth.ts'
import { DEVICE_COOKIE, DEVICE_LASTS, deviceFor } from './device.ts'
import type { Person } from './person.ts'
import type { Room, Visit } from './room.ts'
import { endSession, findPerson, type Member } from './store.ts'

export interface SignedIn {
  readonly person: Member
  readonly session: string
  /** To be sent with the answer. */
  readonly cookies: readonly string[]
}

/** What better-auth is told of a request, and no more. */
export function headersOf(visit: Visit): Headers {
  const headers = new Headers()
  if (visit.cookie !== undefined) headers.set('cookie', visit.cookie)
  if (visit.address !== null) headers.set(ADDRESS_HEADER, visit.address)
  if (visit.agent !== null) headers.set('user-agent', visit.agent.slice(0, 300))
  return headers
}

/** Who sent a request; null where nobody is signed in, or their session is over. */
export async function sessionOf(room: Room, visit: Visit): Promise<SignedIn | null> {
  if (!visit.cookie?.includes('nines.session_token')) return null
  const { headers, response } = await room
    .auth()
    .api.getSession({ headers: headersOf(visit), returnHeaders: true })
  if (!response) return null
  const { session, user } = response
  const now = room.now()
  const person = findPerson(room.db, user.id)
  if (
    !person?.active ||
    session.createdAt.getTime() + ABSOLUTE <= now ||
    session.updatedAt.getTime() + IDLE * 1_000 <= now
  ) {
    if (person) endSession(room.db, person.id, session.id)
    return null
  }
  return { person, session: session.id, cookies: headers.getSetCookie() }
}

/** Begins a session for somebody whom we know by other means than a sign-in: a link, or a password just changed. */
export async function openSession(room: Room, visit: Visit, person: Person): Promise<readonly string[]> {
  const context = await room.auth().$context
  const session = await context.internalAdapter.createSession(person.id, false, {
    ipAddress: visit.address ?? '',
    userAgent: visit.agent?.slice(0, 300) ?? '',
  })
  if (!session) return []
  const { name, attributes } = context.authCookies.sessionToken
  const signature = createHmac('sha256', room.secret).update(session.token).digest('base64')
  const value = encodeURIComponent(`${session.token}.${signature}`)
  return [
    cookie(name, value, IDLE, attributes.secure === true),
    deviceCookie(room, person, attributes.secure === true),
  ]
}

export const deviceCookie = (room: Room, person: Person, secure: boolean): string =>
  cookie(DEVICE_COOKIE, deviceFor(room.secret, person.email), DEVICE_LASTS, secure)

const cookie = (name: string, value: string, seconds: number, secure: boolean): string =>
  `${name}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

/** The value of a cookie of a request. */
export function cookieOf(visit: Visit, name: string): string | undefined {
  for (const part of (visit.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}
