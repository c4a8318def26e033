import type { Casework } from '../casework/casework.ts'
import type { CaseworkOptions, Doer } from '../casework/room.ts'
import type { DeskContext } from './route.ts'

/** What the pages of requests and claims work with. */
export interface CasesOptions {
  readonly cases: Casework
  /** The same that `cases` was made from. */
  readonly room: CaseworkOptions
}

export const doerOf = ({ person, address }: DeskContext): Doer => ({
  id: person.id,
  name: person.name,
  role: person.role,
  address,
})
