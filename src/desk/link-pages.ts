import { choosePassword, type Entry, type Faults, linkOwner, mayBeSetUp, setUp } from '../people/joining.ts'
import { SHORTEST } from '../people/password.ts'
import type { People } from '../people/people.ts'
import { faultViews } from './fields.ts'
import type { DeskContext, DeskRoute } from './route.ts'

type Context = Pick<DeskContext, 'page' | 'redirect' | 'send'>

const WORDS = {
  setup: {
    heading: 'This link is no longer good',
    words:
      'A link to set Nines up works once, for 24 hours, until the next start. Run "nines people setup-link" where Nines runs to get a new one. If somebody has set it up already, ask them to invite you.',
  },
  invitation: {
    heading: 'This link is no longer good',
    words: 'An invitation works once, for 7 days. Ask an administrator for a new one.',
  },
  reset: {
    heading: 'This link is no longer good',
    words:
      'A link to choose a new password works once, for 24 hours. Ask an administrator for a new one; an administrator who cannot sign in runs "nines people reset-link EMAIL" where Nines runs.',
  },
} as const

/** What is opened with a one-time link: the setting up, an invitation, a new password. */
export function linkRoutes(people: People): readonly DeskRoute[] {
  const { room } = people
  const dead = ({ page }: Context, kind: keyof typeof WORDS) =>
    page('message', { ...WORDS[kind], home: false }, { title: WORDS[kind].heading, status: 404 })

  const setupForm = (
    { page }: Context,
    given: {
      readonly token: string
      readonly name?: string
      readonly email?: string
      readonly faults?: Faults
    },
  ) =>
    page(
      'setup',
      {
        token: given.token,
        name: given.name ?? '',
        email: given.email ?? '',
        shortest: SHORTEST,
        faults: faultViews(given.faults ?? {}),
      },
      { title: 'Set up', status: given.faults ? 422 : 200 },
    )

  const entered = (context: Context, done: Extract<Entry, { kind: 'done' | 'sign-in' }>): Response => {
    if (done.kind === 'sign-in')
      return context.redirect('/desk/sign-in', 'Your new password is set. Sign in with it.')
    context.send(done.cookies)
    return context.redirect('/desk', `Welcome, ${done.person.name}.`)
  }

  const choosing = (kind: 'invitation' | 'reset'): readonly DeskRoute[] => {
    const form = (context: Context, token: string, faults: Faults | null) => {
      const owner = linkOwner(room, kind, token)
      if (!owner) return dead(context, kind)
      const title = kind === 'invitation' ? 'Welcome' : 'Choose a new password'
      return context.page(
        'choose-password',
        {
          kind,
          token,
          title,
          name: owner.name,
          email: owner.email,
          shortest: SHORTEST,
          faults: faultViews(faults ?? {}),
        },
        { title, status: faults ? 422 : 200 },
      )
    }
    return [
      {
        method: 'GET',
        path: `/desk/${kind}`,
        roles: 'public',
        handle: (c, context) => form(context, c.req.query('token') ?? '', null),
      },
      {
        method: 'POST',
        path: `/desk/${kind}`,
        roles: 'public',
        handle: async (_, context) => {
          const fields = await context.form()
          const token = fields.text('token')
          const done = await choosePassword(room, context.visit, kind, {
            token,
            password: fields.text('password'),
          })
          if (done.kind === 'link') return dead(context, kind)
          return done.kind === 'faults' ? form(context, token, done.faults) : entered(context, done)
        },
      },
    ]
  }

  return [
    {
      method: 'GET',
      path: '/desk/setup',
      roles: 'public',
      handle: (c, context) => {
        const token = c.req.query('token') ?? ''
        return mayBeSetUp(room, token) ? setupForm(context, { token }) : dead(context, 'setup')
      },
    },
    {
      method: 'POST',
      path: '/desk/setup',
      roles: 'public',
      handle: async (_, context) => {
        const fields = await context.form()
        const given = {
          token: fields.text('token'),
          name: fields.text('name'),
          email: fields.text('email'),
          password: fields.text('password'),
        }
        const done = await setUp(room, context.visit, given)
        if (done.kind === 'link') return dead(context, 'setup')
        return done.kind === 'faults'
          ? setupForm(context, { ...given, faults: done.faults })
          : entered(context, done)
      },
    },
    ...choosing('invitation'),
    ...choosing('reset'),
  ]
}
