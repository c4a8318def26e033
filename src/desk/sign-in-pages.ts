import type { People } from '../people/people.ts'
import { ROLES } from '../people/person.ts'
import { secondStep, signIn, signOut } from '../people/sign-in.ts'
import { hasAdministrator } from '../people/store.ts'
import { faultViews, waitWords } from './fields.ts'
import { ownPath } from './origin.ts'
import type { DeskContext, DeskRoute } from './route.ts'

const REFUSED = 'The e-mail address or the password is wrong.'
const UNREADABLE =
  'Your second factor can no longer be read, because secrets.json was lost or replaced. Let another administrator take it away, or run "nines people reset-link EMAIL --second-factor" where Nines runs, with your e-mail address.'

/** Signing in, by password and second factor or with the issuer, and out again. */
export function signInRoutes(people: People): readonly DeskRoute[] {
  const { room } = people
  type Asked = Pick<DeskContext, 'page' | 'db'>
  interface Shown {
    readonly next: string | null
    readonly email?: string
    readonly faults?: Readonly<Record<string, string>>
    readonly status?: number
    readonly wait?: number
  }
  const form = ({ page, db }: Asked, { next, email = '', faults = {}, status = 200, wait }: Shown) =>
    page(
      'sign-in',
      {
        email,
        next: next ?? '',
        faults: faultViews(faults),
        issuer: people.issuer()?.name ?? null,
        empty: !hasAdministrator(db),
      },
      { title: 'Sign in', status, ...retry(wait) },
    )
  const codeForm = ({ page }: Asked, { next, faults = {}, status = 200, wait }: Shown) =>
    page(
      'second-factor',
      { next: next ?? '', faults: faultViews(faults) },
      { title: 'Second factor', status, ...retry(wait) },
    )
  const tooMany = (ms: number) => `Too many attempts. Try again in ${waitWords(ms)}.`

  return [
    {
      method: 'GET',
      path: '/desk/sign-in',
      roles: 'public',
      handle: (c, context) => {
        const next = ownPath(c.req.query('next'))
        if (context.person) return context.redirect(next ?? '/desk')
        return form(context, { next })
      },
    },
    {
      method: 'POST',
      path: '/desk/sign-in',
      roles: 'public',
      handle: async (_, context) => {
        const fields = await context.form()
        const next = ownPath(fields.text('next'))
        const email = fields.text('email').slice(0, 254)
        const password = fields.text('password')
        if (email.trim() === '' || password === '')
          return form(context, {
            next,
            email,
            status: 422,
            faults: {
              ...(email.trim() === '' ? { email: 'Give your e-mail address.' } : {}),
              ...(password === '' ? { password: 'Give your password.' } : {}),
            },
          })
        const done = await signIn(room, context.visit, { email, password })
        switch (done.kind) {
          case 'signed-in':
            context.send(done.cookies)
            return context.redirect(next ?? '/desk')
          case 'second-factor':
            context.send(done.cookies)
            return context.redirect(
              `/desk/sign-in/second-factor${next ? `?next=${encodeURIComponent(next)}` : ''}`,
            )
          case 'unreadable':
            return form(context, { next, email, status: 403, faults: { form: UNREADABLE } })
          case 'refused':
            return form(context, { next, email, status: 401, faults: { form: REFUSED } })
          case 'wait':
            return form(context, {
              next,
              email,
              status: 429,
              wait: done.ms,
              faults: { form: tooMany(done.ms) },
            })
        }
      },
    },
    {
      method: 'GET',
      path: '/desk/sign-in/second-factor',
      roles: 'public',
      handle: (c, context) => {
        const next = ownPath(c.req.query('next'))
        return context.person ? context.redirect(next ?? '/desk') : codeForm(context, { next })
      },
    },
    {
      method: 'POST',
      path: '/desk/sign-in/second-factor',
      roles: 'public',
      handle: async (_, context) => {
        const fields = await context.form()
        const next = ownPath(fields.text('next'))
        const done = await secondStep(room, context.visit, fields.text('code'))
        switch (done.kind) {
          case 'signed-in':
            context.send(done.cookies)
            return context.redirect(next ?? '/desk')
          case 'wrong':
            return codeForm(context, {
              next,
              status: 401,
              faults: { code: 'This is neither the code that the app shows now, nor an unused backup code.' },
            })
          case 'again':
            return form(context, {
              next,
              status: 401,
              faults: { form: 'The sign-in took too long, or the code was wrong too often. Begin again.' },
            })
          case 'wait':
            return codeForm(context, { next, status: 429, wait: done.ms, faults: { form: tooMany(done.ms) } })
        }
      },
    },
    {
      method: 'GET',
      path: '/desk/sign-in/with-issuer',
      roles: 'public',
      handle: async (c, context) => {
        const next = ownPath(c.req.query('next'))
        const issuer = people.issuer()
        if (!issuer) return context.redirect('/desk/sign-in')
        const begun = await issuer.door.begin(context.visit, next ?? '/desk')
        context.send(begun.kind === 'wait' ? [] : begun.cookies)
        if (begun.kind === 'go') {
          const away = context.redirect('/desk')
          away.headers.set('location', begun.url)
          return away
        }
        return begun.kind === 'wait'
          ? form(context, { next, status: 429, wait: begun.ms, faults: { form: tooMany(begun.ms) } })
          : form(context, { next, status: 503, faults: { form: begun.words } })
      },
    },
    {
      // Where the issuer sends people back to.
      method: 'GET',
      path: '/desk/sign-in/issuer',
      roles: 'public',
      handle: async (c, context) => {
        const issuer = people.issuer()
        if (!issuer) return context.redirect('/desk/sign-in')
        const done = await issuer.door.finish(context.visit, c.req.query())
        switch (done.kind) {
          case 'signed-in':
            context.send(done.cookies)
            return context.redirect(ownPath(done.next) ?? '/desk')
          case 'refused':
            context.send(done.cookies)
            return form(context, { next: null, status: 403, faults: { form: done.words } })
          case 'wait':
            return form(context, {
              next: null,
              status: 429,
              wait: done.ms,
              faults: { form: tooMany(done.ms) },
            })
        }
      },
    },
    {
      method: 'POST',
      path: '/desk/sign-out',
      roles: ROLES,
      handle: async (_, context) => {
        context.send(await signOut(room, context.visit))
        return context.redirect('/desk/sign-in', 'You are signed out.')
      },
    },
  ]
}

const retry = (ms: number | undefined) =>
  ms === undefined ? {} : { headers: { 'retry-after': String(Math.ceil(ms / 1_000)) } }
