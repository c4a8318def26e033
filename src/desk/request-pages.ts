import type { Context } from 'hono'
import type { Acted } from '../casework/act.ts'
import type { CaseFile } from '../casework/read.ts'
import { trace } from '../casework/trail.ts'
import { listPeople } from '../people/store.ts'
import { TIERS } from '../support/priority.ts'
import { parseReference } from '../support/reference.ts'
import type { Status } from '../support/request.ts'
import { isTimeZone } from '../time/month.ts'
import type { DeskForm } from './form.ts'
import { requestListRoutes } from './request-list-pages.ts'
import { requestNewRoutes } from './request-new-pages.ts'
import { type CasesOptions, doerOf } from './request-options.ts'
import { caseView, requestPath, sinceWords, TIER_VIEWS } from './request-view.ts'
import type { DeskContext, GuardedRoute } from './route.ts'
import { wasItDownPath, zoneChoices } from './was-it-down-pages.ts'

/** What was typed into a page of a request, by field. */
type Typed = Readonly<Record<string, string>>

interface Told {
  readonly faults?: readonly { readonly field: string; readonly words: string }[]
  readonly stale?: readonly string[]
  readonly typed?: Typed
}

/** The requests of support: their list, a new one, and each with all that is done to it. */
export function requestRoutes(options: CasesOptions): readonly GuardedRoute[] {
  const { cases, room } = options
  const roles = ['support'] as const

  const nothing = (context: DeskContext): Response =>
    context.page(
      'message',
      {
        heading: 'No such request',
        words: 'No request has this reference. Look for it among the requests.',
        home: true,
      },
      { title: 'No such request', status: 404 },
    )

  const find = async (c: Context): Promise<CaseFile | null> => {
    const reference = parseReference(c.req.param('reference') ?? '')
    return reference && cases.caseOf(reference)
  }

  async function show(context: DeskContext, file: CaseFile, told: Told = {}): Promise<Response> {
    const { timeZone } = room.settings().contract
    const records = await room.source.services(context.now)
    const { request } = file
    const about = records.find(r => r.id === request.service)
    const status = told.stale ? 409 : told.faults && told.faults.length > 0 ? 422 : 200
    const typed = told.typed ?? {}
    return context.page(
      'request',
      {
        ...caseView(file, context.now),
        seen: context.now,
        serviceName: about?.name ?? request.service,
        claimHref: file.claims.length > 0 ? `/desk/claims/${request.reference}` : null,
        look: wasItDownPath(request.service ?? '', `${request.subject}\n${request.body}`, timeZone),
        tiers: TIERS.map(t => ({
          value: t,
          words: TIER_VIEWS[t].word,
          chosen: t === (typed['tier'] ?? request.tier),
        })),
        people: listPeople(context.db)
          .filter(p => p.active && p.role !== 'engineer')
          .map(p => ({ value: p.name, words: p.name, chosen: p.name === request.assignee })),
        mine: request.assignee === context.person.name,
        me: context.person.name,
        services: records.map(r => ({
          value: r.id,
          words: r.name,
          chosen: r.id === (typed['service'] ?? request.service),
        })),
        zones: zoneChoices(
          isTimeZone(typed['zone'] ?? '') ? (typed['zone'] ?? timeZone) : timeZone,
          timeZone,
        ),
        typed,
        faults: told.faults ?? [],
        stale: told.stale ?? null,
      },
      { title: `${request.reference}: ${request.subject.slice(0, 60)}`, status },
    )
  }

  /** A form of a request's page: what it does, and what is said when it is done. */
  function action(
    name: string,
    act: (file: CaseFile, fields: DeskForm, context: DeskContext, version: number) => Promise<Acted>,
    done: string,
  ): GuardedRoute {
    return {
      method: 'POST',
      path: `/desk/requests/:reference/${name}`,
      roles,
      handle: async (c, context) => {
        const fields = await context.form()
        const file = await find(c)
        if (!file) return nothing(context)
        const version = Number(fields.text('version'))
        const acted = await act(file, fields, context, Number.isSafeInteger(version) ? version : -1)
        const typed = Object.fromEntries(
          ['text', 'note', 'reason', 'tier', 'service', 'account', 'times', 'zone'].map(key => [
            key,
            fields.text(key),
          ]),
        )
        const again = async (told: Told): Promise<Response> => {
          const now = await cases.caseOf(file.request.reference)
          return now ? show(context, now, { ...told, typed }) : nothing(context)
        }
        switch (acted.kind) {
          case 'done':
            return context.redirect(requestPath(file.request.reference), done)
          case 'stale': {
            const since = sinceWords(file, Number(fields.text('seen')) || 0)
            return again({ stale: since.length > 0 ? since : ['It was changed.'] })
          }
          case 'refused':
            return again({
              faults: acted.problems.map(({ field, problem }) => ({
                field: fieldOf(name, field),
                words: problem,
              })),
            })
          case 'decided':
            return again({
              faults: [{ field: 'form', words: 'A part of the claim is decided, and stays as it is.' }],
            })
          case 'unknown':
            return nothing(context)
        }
      },
    }
  }

  const status = (name: string, to: Status, done: string): GuardedRoute =>
    action(
      name,
      async ({ request }, fields, context, version) => {
        const reason = fields.text('reason').trim() || null
        if (to === 'closed') return cases.close(request.reference, reason, doerOf(context), version)
        const { now } = context
        const changed = await room.support.setStatus(
          request.id,
          to,
          { now, who: context.person.name, reason, version },
          outcome => {
            if (outcome.kind === 'changed')
              trace(room.db, {
                by: doerOf(context),
                at: now,
                action: 'request.status',
                reference: request.reference,
                before: { status: request.status },
                after: { status: to },
                reason,
              })
          },
        )
        return changed.kind === 'changed' ? { kind: 'done', request: changed.request } : changed
      },
      done,
    )

  return [
    ...requestListRoutes(options),
    ...requestNewRoutes(options),
    {
      method: 'GET',
      path: '/desk/requests/:reference',
      roles,
      handle: async (c, context) => {
        const file = await find(c)
        if (!file) return nothing(context)
        const { reference } = file.request
        return c.req.param('reference') === reference
          ? show(context, file)
          : context.redirect(requestPath(reference))
      },
    },
    action(
      'answer',
      ({ request }, fields, context, version) =>
        cases.answer(request.reference, fields.text('text'), doerOf(context), version),
      'Your answer is on its way to the customer.',
    ),
    action(
      'note',
      ({ request }, fields, context) => cases.note(request.reference, fields.text('note'), doerOf(context)),
      'The note is kept. The customer does not see it.',
    ),
    action(
      'tier',
      async ({ request }, fields, context, version) => {
        const tier = TIERS.find(t => t === fields.text('tier'))
        const reason = fields.text('reason').trim()
        const problems = [
          ...(tier ? [] : [{ field: 'tier', problem: 'Choose a priority of the list.' }]),
          ...(reason === ''
            ? [{ field: 'reason', problem: 'Say why: whoever reads this later wants to know.' }]
            : []),
        ]
        if (!tier || problems.length > 0) return { kind: 'refused', problems }
        return cases.setTier(request.reference, tier, reason, doerOf(context), version)
      },
      'The priority is changed, and with it when an answer is due.',
    ),
    action(
      'assign',
      async ({ request }, fields, context, version) => {
        const who = fields.text('who')
        const known = listPeople(context.db).some(p => p.active && p.name === who)
        if (who !== '' && !known)
          return { kind: 'refused', problems: [{ field: 'who', problem: 'Choose somebody of the list.' }] }
        const { now } = context
        const changed = await room.support.assign(
          request.id,
          who === '' ? null : who,
          { now, who: context.person.name, reason: null, version },
          outcome => {
            if (outcome.kind === 'changed')
              trace(room.db, {
                by: doerOf(context),
                at: now,
                action: 'request.assigned',
                reference: request.reference,
                before: { assignee: request.assignee },
                after: { assignee: outcome.request.assignee },
              })
          },
        )
        return changed.kind === 'changed' ? { kind: 'done', request: changed.request } : changed
      },
      'It is noted who takes it.',
    ),
    status('close', 'closed', 'The request is closed. It opens again when the customer writes.'),
    status('reopen', 'open', 'The request is open again.'),
    status('wait', 'waiting', 'The request waits for the customer.'),
    action(
      'claim',
      ({ request }, fields, context, version) =>
        cases.turnIntoClaim(
          request.reference,
          {
            service: fields.text('service'),
            account: fields.text('account'),
            times: fields.text('times'),
            zone: fields.text('zone'),
          },
          doerOf(context),
          version,
        ),
      'It is a claim now, and assessed.',
    ),
    {
      method: 'GET',
      path: '/desk/requests/:reference/files/:id',
      roles,
      handle: async (c, context) => {
        const file = await find(c)
        const typed = c.req.param('id') ?? ''
        const id = /^\d+$/.test(typed) ? Number(typed) : null
        const opened =
          file && id !== null && Number.isSafeInteger(id)
            ? await room.support.openAttachment(file.request.id, id)
            : null
        switch (opened?.kind) {
          case 'found':
            return new Response(new Uint8Array(opened.content), { headers: opened.headers })
          case 'damaged':
            return context.page(
              'message',
              {
                heading: 'This file is damaged',
                words: 'It is not what was kept, and is not handed out. Its copy in a backup is.',
                home: true,
              },
              { title: 'Damaged file', status: 410 },
            )
          default:
            return context.page(
              'message',
              { heading: 'No such file', words: 'The request holds no such file.', home: true },
              { title: 'No such file', status: 404 },
            )
        }
      },
    },
  ]
}

/** The field of the page that a problem belongs to: several forms stand on it. */
function fieldOf(form: string, field: string): string {
  if (field !== 'body') return field === 'status' ? 'form' : field
  return form === 'note' ? 'note' : 'text'
}
