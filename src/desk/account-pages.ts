import { transact } from '../db/open.ts'
import { changeName } from '../people/members.ts'
import { changePassword } from '../people/own-password.ts'
import { SHORTEST } from '../people/password.ts'
import type { People } from '../people/people.ts'
import { ROLE_WORDS, ROLES } from '../people/person.ts'
import { note } from '../people/room.ts'
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  newBackupCodes,
} from '../people/second-factor.ts'
import { endSession, findPerson, listSessions } from '../people/store.ts'
import { faultViews, moment } from './fields.ts'
import { qr } from './qr.ts'
import type { DeskContext, DeskRoute } from './route.ts'

/** A person's own account: password, second factor, sessions. */
export function accountRoutes(people: People): readonly DeskRoute[] {
  const { room } = people

  function account(
    context: DeskContext,
    faults: Readonly<Record<string, string>> = {},
    status = 200,
    name = context.person.name,
  ): Response {
    const { person, db, session, page } = context
    const member = findPerson(db, person.id)
    return page(
      'account',
      {
        name,
        email: person.email,
        role: ROLE_WORDS[person.role],
        password: member?.proof.password === true,
        secondFactor: member?.secondFactor === true,
        shortest: SHORTEST,
        sessions: listSessions(db, person.id).map(its => ({
          id: its.id,
          from: moment(its.from),
          seen: moment(its.seen),
          address: its.address ?? 'unknown address',
          device: deviceWords(its.device),
          current: its.id === session,
        })),
        faults: faultViews(faults),
      },
      { title: 'Account', status },
    )
  }

  const qrPage = ({ page }: DeskContext, uri: string, fault: string | null): Response => {
    const secret = new URL(uri).searchParams.get('secret') ?? ''
    return page(
      'second-factor-setup',
      {
        uri,
        secret: secret.replaceAll(/(.{4})(?=.)/g, '$1 '),
        qr: qr(uri),
        faults: fault === null ? [] : [{ field: 'code', words: fault }],
      },
      { title: 'Second factor', status: fault === null ? 200 : 422 },
    )
  }
  const codesPage = ({ page }: DeskContext, codes: readonly string[]): Response =>
    page('backup-codes', { codes }, { title: 'Backup codes' })

  return [
    {
      method: 'GET',
      path: '/desk/account',
      nav: 'Account',
      roles: ROLES,
      handle: (_, context) => account(context),
    },
    {
      method: 'POST',
      path: '/desk/account/name',
      roles: ROLES,
      handle: async (_, context) => {
        const name = (await context.form()).text('name')
        const fault = changeName(room, context.visit, context.person, name)
        if (fault !== null) return account(context, { name: fault }, 422, name)
        return context.redirect('/desk/account', 'Your name is changed.')
      },
    },
    {
      method: 'POST',
      path: '/desk/account/password',
      roles: ROLES,
      handle: async (_, context) => {
        const fields = await context.form()
        const done = await changePassword(room, context.visit, context.person, {
          current: fields.text('current'),
          next: fields.text('next'),
        })
        if (done.kind === 'faults') return account(context, done.faults, 422)
        context.send(done.cookies)
        return context.redirect('/desk/account', 'Your password is changed. Every other session has ended.')
      },
    },
    {
      method: 'POST',
      path: '/desk/account/second-factor',
      roles: ROLES,
      handle: async (_, context) => {
        const fields = await context.form()
        const begun = await beginSecondFactor(room, context.visit, context.person, fields.text('password'))
        if (!begun.ok) return account(context, { factor: begun.fault }, 422)
        context.send(begun.cookies)
        return qrPage(context, begun.uri, null)
      },
    },
    {
      method: 'POST',
      path: '/desk/account/second-factor/confirm',
      roles: ROLES,
      handle: async (_, context) => {
        const fields = await context.form()
        const uri = fields.text('uri')
        const done = await confirmSecondFactor(room, context.visit, context.person, fields.text('code'))
        if (done.ok) {
          context.send(done.cookies)
          return codesPage(context, done.codes)
        }
        const ours = /^otpauth:\/\/totp\/[!-~]{1,600}$/.test(uri) && URL.canParse(uri)
        return ours ? qrPage(context, uri, done.fault) : account(context, { factor: done.fault }, 422)
      },
    },
    {
      method: 'POST',
      path: '/desk/account/second-factor/codes',
      roles: ROLES,
      handle: async (_, context) => {
        const fields = await context.form()
        const done = await newBackupCodes(room, context.visit, context.person, fields.text('password'))
        return done.ok ? codesPage(context, done.codes) : account(context, { factor: done.fault }, 422)
      },
    },
    {
      method: 'POST',
      path: '/desk/account/second-factor/end',
      roles: ROLES,
      handle: async (_, context) => {
        const fields = await context.form()
        const done = await endSecondFactor(room, context.visit, context.person, fields.text('password'))
        if (!done.ok) return account(context, { factor: done.fault }, 422)
        context.send(done.cookies)
        return context.redirect('/desk/account', 'The second factor is off.')
      },
    },
    {
      method: 'POST',
      path: '/desk/account/sessions/end',
      roles: ROLES,
      handle: async (_, context) => {
        const fields = await context.form()
        const { db, person, visit } = context
        const ended = transact(db, () => {
          const done = endSession(db, person.id, fields.text('session'))
          if (done) note(room, visit, person, 'person.session-ended', person)
          return done
        })
        return context.redirect(
          '/desk/account',
          ended ? 'The session has ended.' : 'That session had ended already.',
        )
      },
    },
  ]
}

/** What a browser calls itself, in two words at most. */
function deviceWords(agent: string | null): string {
  if (agent === null) return 'Unknown browser'
  const browser = /\b(Firefox|Edg|OPR|Chrome|Safari|curl)\//.exec(agent)?.[1] ?? null
  const system = /\b(Windows|Android|iPhone|iPad|Mac OS X|Linux|CrOS)\b/.exec(agent)?.[1] ?? null
  const name = browser === 'Edg' ? 'Edge' : browser === 'OPR' ? 'Opera' : browser
  const words = [name, system === 'Mac OS X' ? 'macOS' : system].filter(word => word !== null)
  return words.length > 0 ? words.join(' on ') : 'Unknown browser'
}
