import { handLink, invite } from '../people/joining.ts'
import { type Changed, changeRole, removeSecondFactor, setActive } from '../people/members.ts'
import type { People } from '../people/people.ts'
import { isRole, type Person, ROLE_WORDS, ROLES } from '../people/person.ts'
import { openSession } from '../people/sessions.ts'
import { findPerson, listPeople, type Member } from '../people/store.ts'
import { faultViews, moment } from './fields.ts'
import type { DeskContext, DeskRoute } from './route.ts'

const ADMIN = ['admin'] as const
const MAY = {
  admin: 'everything, people included',
  engineer: 'outages, corrections, evidence',
  support: 'requests and claims of customers',
} as const

/** Who may sign in: for administrators. */
export function peopleRoutes(people: People): readonly DeskRoute[] {
  const { room } = people
  const roles = (chosen: string) =>
    ROLES.map(role => ({ value: role, words: `${ROLE_WORDS[role]}: ${MAY[role]}`, chosen: role === chosen }))

  function list(
    { page, db }: DeskContext,
    given: { name: string; email: string; role: string } = { name: '', email: '', role: 'support' },
    faults: Readonly<Record<string, string>> | null = null,
  ): Response {
    const members = listPeople(db).map(memberView)
    const view = { members, ...given, roles: roles(given.role), faults: faultViews(faults ?? {}) }
    return page('people', view, { title: 'People', status: faults ? 422 : 200 })
  }

  const nobody = ({ page }: DeskContext): Response =>
    page(
      'message',
      { heading: 'Nobody here', words: 'There is nobody with this address.', home: true },
      { title: 'Nobody here', status: 404 },
    )

  function one(context: DeskContext, id: string, fault: string | null = null): Response {
    const member = findPerson(context.db, id)
    if (!member) return nobody(context)
    return context.page(
      'person',
      {
        ...memberView(member),
        self: member.id === context.person.id,
        roles: roles(member.role),
        faults: fault === null ? [] : [{ field: 'role', words: fault }],
      },
      { title: member.name, status: fault === null ? 200 : 409 },
    )
  }

  async function changed(
    context: DeskContext,
    done: Changed,
    words: (person: Person) => string,
  ): Promise<Response> {
    switch (done.kind) {
      case 'none':
        return nobody(context)
      case 'last':
        return one(
          context,
          context.person.id,
          'This is the last administrator. Make somebody else one first, or nobody can let people in.',
        )
      case 'done': {
        const { person } = done
        if (person.id !== context.person.id)
          return context.redirect(`/desk/people/${person.id}`, words(person))
        // Whoever changes themselves has lost their own session with the others.
        if (person.active) context.send(await openSession(room, context.visit, person))
        return context.redirect(person.active ? '/desk' : '/desk/sign-in', words(person))
      }
    }
  }

  const link = (context: DeskContext, kind: 'invitation' | 'reset', person: Person, token: string) =>
    context.page(
      'handed-link',
      { kind, name: person.name, id: person.id, link: context.link(`/desk/${kind}?token=${token}`) },
      { title: kind === 'invitation' ? 'Invitation' : 'New password' },
    )

  return [
    {
      method: 'GET',
      path: '/desk/people',
      nav: 'People',
      roles: ADMIN,
      handle: (_, context) => list(context),
    },
    {
      method: 'POST',
      path: '/desk/people',
      roles: ADMIN,
      handle: async (_, context) => {
        const fields = await context.form()
        const given = { name: fields.text('name'), email: fields.text('email'), role: fields.text('role') }
        const done = invite(room, context.visit, context.person, {
          ...given,
          role: isRole(given.role) ? given.role : null,
        })
        if (done.kind === 'faults') return list(context, given, done.faults)
        return link(context, 'invitation', done.person, done.token)
      },
    },
    {
      method: 'GET',
      path: '/desk/people/:id',
      roles: ADMIN,
      handle: (c, context) => one(context, c.req.param('id') ?? ''),
    },
    {
      method: 'POST',
      path: '/desk/people/:id/role',
      roles: ADMIN,
      handle: async (c, context) => {
        const role = (await context.form()).text('role')
        const id = c.req.param('id') ?? ''
        if (!isRole(role)) return one(context, id, 'Choose what they may do.')
        const done = changeRole(room, context.visit, context.person, id, role)
        return changed(context, done, person => `${person.name} is ${article(ROLE_WORDS[role])} now.`)
      },
    },
    {
      method: 'POST',
      path: '/desk/people/:id/active',
      roles: ADMIN,
      handle: async (c, context) => {
        const active = (await context.form()).text('active') === 'yes'
        const done = setActive(room, context.visit, context.person, c.req.param('id') ?? '', active)
        return changed(context, done, person =>
          active ? `${person.name} may sign in again.` : `${person.name} may not sign in any more.`,
        )
      },
    },
    {
      method: 'POST',
      path: '/desk/people/:id/second-factor',
      roles: ADMIN,
      handle: (c, context) => {
        const done = removeSecondFactor(room, context.visit, context.person, c.req.param('id') ?? '')
        return changed(context, done, person => `${person.name} signs in without a second factor now.`)
      },
    },
    {
      method: 'POST',
      path: '/desk/people/:id/link',
      roles: ADMIN,
      handle: (c, context) => {
        const done = handLink(room, context.visit, context.person, c.req.param('id') ?? '')
        return done.kind === 'none' ? nobody(context) : link(context, done.kind, done.person, done.token)
      },
    },
  ]
}

const article = (words: string): string => `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`

const memberView = (member: Member) => ({
  id: member.id,
  name: member.name,
  email: member.email,
  role: ROLE_WORDS[member.role],
  active: member.active,
  joined: member.proof.password || member.proof.issuer,
  secondFactor: member.secondFactor,
  by: [
    ...(member.proof.password ? ['password'] : []),
    ...(member.proof.issuer ? ['single sign-on'] : []),
  ].join(' or '),
  since: moment(member.since),
  seen: member.seen === null ? null : moment(member.seen),
})
