import { mayAs, type Role } from '../people/person.ts'
import type { DeskRoute } from './route.ts'

/** In this order; what has another name comes after Attainment. */
const ORDER = [
  'Was it down?',
  'Requests',
  'Claims',
  'Corrections',
  'Attainment',
  '',
  'Audit',
  'People',
  'Account',
]

const place = (name: string): number => {
  const at = ORDER.indexOf(name)
  return at < 0 ? ORDER.indexOf('') : at
}

export interface NavEntry {
  readonly name: string
  readonly path: string
  readonly current: boolean
  /** Whether it is about the desk itself and not about its work. */
  readonly apart: boolean
}

/** The entries that a role sees. */
export function navigation(routes: readonly DeskRoute[], role: Role, path: string): readonly NavEntry[] {
  return routes
    .filter(route => route.nav !== undefined && route.roles !== 'public' && mayAs(role, route.roles))
    .map(route => ({
      name: route.nav ?? '',
      path: route.path,
      current: path === route.path || path.startsWith(`${route.path}/`),
      apart: place(route.nav ?? '') > place(''),
    }))
    .sort((a, b) => place(a.name) - place(b.name))
}
