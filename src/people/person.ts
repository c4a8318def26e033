declare const brand: unique symbol

export type PersonId = string & { readonly [brand]: 'PersonId' }

/** One per person. An administrator may do all that the others may. */
export type Role = 'admin' | 'engineer' | 'support'

export const ROLES: readonly Role[] = ['admin', 'engineer', 'support']

export const isRole = (text: unknown): text is Role => ROLES.some(role => role === text)

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  admin: 'administrator',
  engineer: 'engineer',
  support: 'support agent',
}

export interface Person {
  readonly id: PersonId
  readonly name: string
  /** In lower case. */
  readonly email: string
  readonly role: Role
}

/** Whether `role` may do what is open to `roles`. */
export const mayAs = (role: Role, roles: readonly Role[]): boolean => role === 'admin' || roles.includes(role)

const LONGEST_NAME = 100

/** One line without control characters, of 1 to 100 characters; null where the text makes none. */
export function cleanName(text: string): string | null {
  const name = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return name === '' || [...name].length > LONGEST_NAME ? null : name
}

/** An address in lower case that a mail server would take (without quoted local parts); null for anything else. */
export function cleanEmail(text: string): string | null {
  const email = text.trim().toLowerCase()
  if (email.length > 254) return null
  return /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/.test(
    email,
  )
    ? email
    : null
}
