import type { Context } from 'hono'
import type { Database } from '../db/open.ts'
import type { Person, Role } from '../people/person.ts'
import type { Visit } from '../people/room.ts'
import type { Instant } from '../time/instant.ts'
import type { DeskForm } from './form.ts'

export interface PageAbout {
  readonly title: string
  /** 200 by default. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** What a page of the desk works with. */
export interface DeskContext<Who = Person> {
  readonly person: Who
  /** The id of the session that the request belongs to. */
  readonly session: Who extends null ? string | null : string
  readonly visit: Visit
  /** Whom the request came from, behind the proxies that are trusted. */
  readonly address: string | null
  readonly now: Instant
  readonly db: Database
  /** The fields that were sent. Throws where they are too many, or none of a form (answered with 413, 415 or 400). */
  readonly form: () => Promise<DeskForm>
  /** Renders `views/desk/TEMPLATE.eta`, which sees `it.view` and, for the layout, `it.desk`. */
  readonly page: (template: string, view: object, about: PageAbout) => Response
  /** Goes to a path of ours (303); `flash` is shown once on the page that follows. */
  readonly redirect: (path: string, flash?: string) => Response
  /** The public address of a path of ours, to be handed to somebody. */
  readonly link: (path: string) => string
  /** Sends cookies along with the answer. */
  readonly send: (cookies: readonly string[]) => void
}

interface Way {
  readonly method: 'GET' | 'POST'
  /** Hono's notation, from the root: `/desk/claims/:id`. */
  readonly path: string
  /** The name of its entry in the navigation, for those who may see it. For GET without parameters. */
  readonly nav?: string
  /** Takes files, and bodies up to 17 MB. */
  readonly upload?: boolean
}

/** A page or a form of the desk, for those who have one of the roles; administrators may see all. */
export interface GuardedRoute extends Way {
  readonly roles: readonly Role[]
  readonly handle: (c: Context, context: DeskContext) => Response | Promise<Response>
}

/** A page or a form for anyone. */
export interface PublicRoute extends Way {
  readonly roles: 'public'
  readonly handle: (c: Context, context: DeskContext<Person | null>) => Response | Promise<Response>
}

export type DeskRoute = GuardedRoute | PublicRoute
