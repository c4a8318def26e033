import { randomBytes } from 'node:crypto'
import { MOST_FILES, type Upload } from '../support/attachments.ts'
import { type RequestKind, TIERS } from '../support/priority.ts'
import { isTimeZone } from '../time/month.ts'
import type { DeskForm } from './form.ts'
import { type CasesOptions, doerOf } from './request-options.ts'
import { KIND_WORDS, requestPath, TIER_VIEWS } from './request-view.ts'
import type { DeskContext, GuardedRoute } from './route.ts'
import { zoneChoices } from './was-it-down-pages.ts'

const TEXTS = [
  'subject',
  'body',
  'name',
  'email',
  'account',
  'service',
  'tier',
  'times',
  'zone',
  'seen',
  'once',
] as const
type Typed = Readonly<Record<(typeof TEXTS)[number], string>> & { readonly kind: RequestKind }

interface FaultView {
  readonly field: string
  readonly words: string
}

/** The files that were chosen, in the fields `evidence`, `evidence-2` and so on. */
export async function uploadsOf(form: DeskForm): Promise<Upload[]> {
  const names = Array.from({ length: MOST_FILES }, (_, i) => (i === 0 ? 'evidence' : `evidence-${i + 1}`))
  const files = names.map(name => form.file(name)).filter(file => file !== null)
  return Promise.all(
    files.map(async file => ({ name: file.name, content: new Uint8Array(await file.arrayBuffer()) })),
  )
}

/** A request or a claim that somebody of the desk enters for a customer. */
export function requestNewRoutes({ cases, room }: CasesOptions): readonly GuardedRoute[] {
  const roles = ['support'] as const

  async function form(context: DeskContext, typed: Typed, faults: readonly FaultView[]): Promise<Response> {
    const records = await room.source.services(context.now)
    const { timeZone } = room.settings().contract
    return context.page(
      typed.kind === 'claim' ? 'request-new-claim' : 'request-new',
      {
        typed,
        kinds: (Object.keys(KIND_WORDS) as RequestKind[])
          .filter(kind => kind !== 'claim')
          .map(kind => ({ value: kind, words: KIND_WORDS[kind], chosen: kind === typed.kind })),
        tiers: TIERS.map(t => ({ value: t, words: TIER_VIEWS[t].word, chosen: t === typed.tier })),
        services: records.map(r => ({ value: r.id, words: r.name, chosen: r.id === typed.service })),
        zones: zoneChoices(isTimeZone(typed.zone) ? typed.zone : timeZone, timeZone),
        files: MOST_FILES,
        required: room.settings().support.evidence === 'required',
        faults,
      },
      {
        title: typed.kind === 'claim' ? 'Enter a claim' : 'Enter a request',
        status: faults.length > 0 ? 422 : 200,
      },
    )
  }

  return [
    {
      method: 'GET',
      path: '/desk/requests/new',
      roles,
      handle: (c, context) => {
        const typed = typedOf(name => c.req.query(name) ?? '')
        const seen =
          typed.seen === '' ? {} : { times: typed.times || typed.seen, body: typed.body || typed.seen }
        return form(context, { ...typed, ...seen, seen: '', once: onceText() }, [])
      },
    },
    {
      method: 'POST',
      path: '/desk/requests/new',
      roles,
      upload: true,
      handle: async (_, context) => {
        const fields = await context.form()
        const typed = typedOf(fields.text)
        const uploads = await uploadsOf(fields)
        const tier = TIERS.find(t => t === typed.tier) ?? null
        const by = doerOf(context)
        const sent =
          typed.kind === 'claim'
            ? await cases.fileClaim(typed, uploads, 'desk', by)
            : await cases.fileRequest({ ...typed, kind: typed.kind, tier }, uploads, 'desk', by)
        if (sent.kind === 'refused')
          return form(
            context,
            typed,
            sent.problems.map(({ field, problem }) => ({ field, words: problem })),
          )
        return context.redirect(
          requestPath(sent.reference),
          `${sent.reference} is filed, and the customer was told by letter.`,
        )
      },
    },
  ]
}

const onceText = (): string => randomBytes(16).toString('base64url').slice(0, 22)

function typedOf(text: (name: string) => string): Typed {
  const texts = Object.fromEntries(TEXTS.map(name => [name, text(name)])) as Record<
    (typeof TEXTS)[number],
    string
  >
  const kind = (Object.keys(KIND_WORDS) as RequestKind[]).find(k => k === text('kind'))
  return { ...texts, kind: kind ?? 'question' }
}
