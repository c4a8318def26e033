import type { Auth, makeAuth } from './auth.ts'
import { ISSUER, type IssuerConfig, issuerWords } from './issuer.ts'
import { followIssuer } from './members.ts'
import type { Person, PersonId, Role } from './person.ts'
import { note, type Room, type Visit } from './room.ts'
import { headersOf } from './sessions.ts'
import { entered } from './sign-in.ts'
import { findPerson } from './store.ts'

export type IssuerEntry =
  | {
      readonly kind: 'signed-in'
      readonly person: Person
      readonly next: string
      readonly cookies: readonly string[]
    }
  | { readonly kind: 'refused'; readonly words: string; readonly cookies: readonly string[] }
  | { readonly kind: 'wait'; readonly ms: number }

export interface IssuerDoor {
  /** Where to send a browser to sign in; `next` is a checked path of ours. */
  readonly begin: (
    visit: Visit,
    next: string,
  ) => Promise<{ readonly kind: 'go'; readonly url: string; readonly cookies: readonly string[] } | Refused>
  /** What becomes of a browser that comes back. */
  readonly finish: (visit: Visit, query: Readonly<Record<string, string>>) => Promise<IssuerEntry>
}
type Refused = Exclude<IssuerEntry, { kind: 'signed-in' }>

/** What happened on the way in, told by better-auth's hooks to the request that they ran for. */
interface Passage {
  person: PersonId | null
}

const PATIENCE = 10_000

/**
 * Sign-in with the configured issuer. It is apart from the sign-in by password, which goes on where the issuer does not
 * answer; its document is asked for at the first sign-in, and again after each failure.
 */
export function issuerDoor(
  room: Room,
  config: IssuerConfig,
  make: (hooks: Pick<Parameters<typeof makeAuth>[0], 'onIssuerRole' | 'onIssuerNewcomer'>) => Auth,
): IssuerDoor {
  const unreachable = (): Refused => ({ kind: 'refused', words: issuerWords('', config), cookies: [] })
  // A sign-in makes its own: the hooks then know whose request they run for.
  const auth = async (visit: Visit, passage: Passage): Promise<Auth | null> => {
    const made = make({
      onIssuerRole: (person: Person, role: Role) => {
        followIssuer(room, visit, person, role)
        passage.person = person.id
      },
      onIssuerNewcomer: id => {
        passage.person = id
        const person = findPerson(room.db, id)
        if (person)
          note(room, visit, person, 'person.joined', person, {
            after: { name: person.name, email: person.email, role: person.role },
            reason: 'The issuer says that they may.',
          })
      },
    })
    const ready = await within(made.$context)
    return ready?.socialProviders.some(({ id }) => id === ISSUER) ? made : null
  }
  const guess = (visit: Visit): number =>
    room.guesses.take({ account: null, device: null, address: visit.address }, room.now())

  return {
    async begin(visit, next) {
      const wait = guess(visit)
      if (wait > 0) return { kind: 'wait', ms: wait }
      const made = await auth(visit, { person: null })
      if (!made) return unreachable()
      const { response, headers } = await made.api.signInSocial({
        body: { provider: ISSUER, callbackURL: next, disableRedirect: true },
        headers: headersOf(visit),
        returnHeaders: true,
      })
      if (!response.url) return unreachable()
      return { kind: 'go', url: response.url, cookies: headers.getSetCookie() }
    },

    async finish(visit, query) {
      const passage: Passage = { person: null }
      const made = await auth(visit, passage)
      if (!made) return unreachable()
      const answer = await within(
        made.api.callbackOAuth({
          params: { id: ISSUER },
          query,
          method: 'GET',
          headers: headersOf(visit),
          asResponse: true,
        }),
      )
      if (!answer) return unreachable()
      const to = new URL(answer.headers.get('location') ?? '/desk/sign-in?error=', 'http://here.invalid')
      const cookies = answer.headers.getSetCookie()
      const fault = to.searchParams.get('error')
      const person = passage.person === null ? null : findPerson(room.db, passage.person)
      if (fault !== null || !person?.active) {
        room.failures.add(room.now(), passage.person, visit.address)
        return { kind: 'refused', words: issuerWords(fault ?? '', config), cookies }
      }
      room.guesses.right({ account: null, device: null, address: visit.address })
      return { ...entered(room, visit, person, 'issuer', cookies), next: to.pathname + to.search }
    },
  }
}

/** What a promise gives, or null where it takes too long. */
async function within<T>(promise: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>(done => {
    timer = setTimeout(done, PATIENCE, null)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
