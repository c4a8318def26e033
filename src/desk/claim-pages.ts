import type { Context } from 'hono'
import type { Wish } from '../casework/decide.ts'
import { factsOf } from '../casework/facts.ts'
import type { CaseFile, ClaimOfCase } from '../casework/read.ts'
import type { ServiceId } from '../catalog/model.ts'
import type { Choice } from '../claim/decide.ts'
import type { StoredClaimMonth } from '../claim/store.ts'
import type { PictureSource } from '../evidence/picture.ts'
import { monthName } from '../page/words.ts'
import { parseReference } from '../support/reference.ts'
import { parseMonth } from '../time/month.ts'
import { choiceOf, GROUND_KEYS, type TypedDecision, typedDecision } from './claim-decision.ts'
import { letterOf } from './claim-letter.ts'
import { claimListRoutes } from './claim-list-pages.ts'
import { accepted, choiceWords, claimMonthView } from './claim-view.ts'
import { dayWords, GROUNDS, REFUSALS } from './claim-words.ts'
import type { DeskForm } from './form.ts'
import { type CasesOptions, doerOf } from './request-options.ts'
import { caseView } from './request-view.ts'
import type { DeskContext, GuardedRoute } from './route.ts'

export interface ClaimOptions extends CasesOptions {
  /** Of outages; none where not given. */
  readonly pictures?: PictureSource | undefined
}

interface Told {
  readonly faults?: readonly { readonly field: string; readonly words: string }[]
  /** The month that what was typed belongs to. */
  readonly of?: string
  readonly typed?: TypedDecision
  readonly status?: number
}

/** The claims: what is to be decided, and each with all that it takes. */
export function claimRoutes(options: ClaimOptions): readonly GuardedRoute[] {
  const { cases, room } = options
  const roles = ['support'] as const

  const nothing = (context: DeskContext): Response =>
    context.page(
      'message',
      {
        heading: 'No such claim',
        words: 'No claim has this reference. It may be a request of another kind.',
        home: true,
      },
      { title: 'No such claim', status: 404 },
    )

  const find = async (c: Context): Promise<CaseFile | null> => {
    const reference = parseReference(c.req.param('reference') ?? '')
    const file = reference && (await cases.caseOf(reference))
    return file && file.claims.length > 0 ? file : null
  }

  async function show(context: DeskContext, file: CaseFile, told: Told = {}): Promise<Response> {
    const records = await room.source.services(context.now)
    const months = []
    for (const claim of file.claims)
      for (const stored of claim.months)
        months.push(
          await claimMonthView(
            options,
            {
              request: file.request,
              messages: file.messages,
              claim,
              record: records.find(r => r.id === claim.claim.service),
              evidence: file.attachments.length,
            },
            stored,
            context.now,
          ),
        )
    // What is still to be decided first.
    months.sort((a, b) => Number(a.decision !== null) - Number(b.decision !== null))
    const { request } = file
    return context.page(
      'claim',
      {
        ...caseView(file, context.now),
        // A mail names its account in no field of its own.
        account:
          request.account ?? (file.claims.map(of => of.claim.account).find(name => name !== '') || null),
        months,
        allFiles: caseFiles(file),
        grounds: GROUND_KEYS.map(key => ({
          value: key,
          words: GROUNDS[key],
          chosen: key === told.typed?.ground,
        })),
        told: { of: told.of ?? null, ...told.typed },
        faults: told.faults ?? [],
      },
      {
        title: `Claim ${request.reference}`,
        status: told.status ?? (told.faults && told.faults.length > 0 ? 422 : 200),
      },
    )
  }

  /** The claim and its month that a form is about. */
  function meant(file: CaseFile, fields: DeskForm): { claim: ClaimOfCase; stored: StoredClaimMonth } | null {
    const month = parseMonth(fields.text('month'))
    const claim = file.claims.find(of => of.claim.service === fields.text('service'))
    const stored = claim?.months.find(of => of.month === month)
    return claim && stored ? { claim, stored } : null
  }

  async function decide(c: Context, context: DeskContext): Promise<Response> {
    const fields = await context.form()
    const file = await find(c)
    if (!file) return nothing(context)
    const found = meant(file, fields)
    if (!found) return show(context, file, { faults: [{ field: 'form', words: REFUSALS.missing }] })
    const { claim, stored } = found
    const { reference } = file.request
    const typed = typedDecision(fields)
    const of = `${claim.claim.service} ${stored.month}`
    const version = Number(fields.text('version'))
    const accepting = fields.text('accept') === 'yes'
    const faults: { field: string; words: string }[] = []
    const choice = accepting ? accepted(stored) : choiceOf(typed, faults)
    if (!accepting && typed.reason.trim() === '')
      faults.push({ field: 'reason', words: REFUSALS['needs-reason'] })
    if (faults.length > 0) return show(context, file, { faults, of, typed })
    // What was seen is gone, or there is nothing to accept.
    if (stored.version !== version || !choice) {
      const why = stored.decision ? 'decided' : stored.version === version ? 'nothing-to-accept' : 'stale'
      return show(context, file, {
        faults: [{ field: 'form', words: REFUSALS[why] }],
        of,
        typed,
        status: 409,
      })
    }
    if (fields.text('confirm') !== 'yes') return confirmPage(context, file, claim, stored, choice, typed)
    const wish: Wish = accepting
      ? { accept: true }
      : choice.outcome === 'credited'
        ? { outcome: 'credited', days: choice.days, reason: typed.reason }
        : { outcome: 'declined', ground: choice.reason, reason: typed.reason, told: typed.told }
    const ruling = await cases.decide(
      reference,
      stored.month,
      wish,
      doerOf(context),
      version,
      claim.claim.service as ServiceId,
    )
    const again = (await cases.caseOf(reference)) ?? file
    switch (ruling.kind) {
      case 'decided':
        return context.redirect(
          `/desk/claims/${reference}`,
          `${ruling.record.outcome === 'credited' ? `${dayWords(ruling.record.days)} are credited` : 'The claim is declined'} for ${monthName(stored.month)}, sealed as entry ${ruling.logIndex} of the log, and the letter is on its way.`,
        )
      case 'duplicate':
        return show(context, again, {
          faults: [
            {
              field: 'form',
              words: `The account has its credit for the month already, by ${ruling.reference}.`,
            },
          ],
          of,
          typed,
          status: 409,
        })
      case 'refused':
        return show(context, again, {
          faults: [{ field: ruling.why === 'needs-reason' ? 'reason' : 'form', words: REFUSALS[ruling.why] }],
          of,
          typed,
          status: ruling.why === 'stale' || ruling.why === 'decided' ? 409 : 422,
        })
    }
  }

  /** What is to be sent and sealed, once more before it is. */
  async function confirmPage(
    context: DeskContext,
    { request }: CaseFile,
    claim: ClaimOfCase,
    stored: StoredClaimMonth,
    choice: Choice,
    typed: TypedDecision,
  ): Promise<Response> {
    const records = await room.source.services(context.now)
    const record = records.find(r => r.id === claim.claim.service)
    const facts = record && factsOf(room.db, record, stored.month, room.settings(), context.now)
    return context.page(
      'claim-confirm',
      {
        reference: request.reference,
        service: claim.name,
        serviceId: claim.claim.service,
        account: claim.claim.account,
        month: stored.month,
        monthName: monthName(stored.month),
        version: stored.version,
        words: choiceWords(choice),
        typed,
        accepting: typed.outcome === '',
        letter:
          facts &&
          letterOf(
            room,
            {
              request,
              name: claim.name,
              facts,
              choice,
              told: choice.outcome === 'declined' ? typed.told : '',
            },
            context.now,
          ),
      },
      { title: `Decide ${request.reference}` },
    )
  }

  return [
    ...claimListRoutes(options),
    {
      method: 'GET',
      path: '/desk/claims/:reference',
      roles,
      handle: async (c, context) => {
        const file = await find(c)
        return file ? show(context, file) : nothing(context)
      },
    },
    { method: 'POST', path: '/desk/claims/:reference/decide', roles, handle: decide },
    {
      method: 'POST',
      path: '/desk/claims/:reference/assess',
      roles,
      handle: async (c, context) => {
        await context.form()
        const file = await find(c)
        if (!file) return nothing(context)
        await cases.assessClaim(file.request.reference)
        return context.redirect(
          `/desk/claims/${file.request.reference}`,
          'It is assessed with what is known now.',
        )
      },
    },
  ]
}

const caseFiles = ({ request, attachments }: CaseFile) =>
  attachments.map(file => ({
    href: `/desk/requests/${request.reference}/files/${file.id}`,
    name: file.name,
    size: `${Math.ceil(file.bytes / 1_024)} kB`,
    sha256: file.sha256,
  }))
