import { randomBytes } from 'node:crypto'
import type { RequestInput } from '../casework/file.ts'
import type { Problem } from '../support/intake.ts'
import { TIERS, type Tier } from '../support/priority.ts'
import { spell } from '../time/duration.ts'
import { choices } from './claim-pages.ts'
import type { FrontContext, FrontRoute } from './context.ts'
import { faultViews, TRAP, TRAPPED } from './fields.ts'
import type { SentForm } from './form.ts'

const FIELDS = [
  'kind',
  'subject',
  'body',
  'service',
  'tier',
  'account',
  'name',
  'email',
  'evidence',
  TRAP,
] as const

const KINDS = [
  { id: 'question', words: 'A question' },
  { id: 'incident', words: 'Something does not work' },
  { id: 'feature', words: 'A wish for something new' },
] as const

const TIER_WORDS: Readonly<Record<Tier, string>> = {
  urgent: 'Urgent: nobody can work',
  high: 'High: important work is hindered',
  medium: 'Medium: work goes on, with trouble',
  low: 'Low: whenever you can',
}

type Given = Omit<RequestInput, 'kind' | 'tier' | 'once'> & { readonly kind: string; readonly tier: string }

const EMPTY: Given = {
  kind: 'question',
  subject: '',
  body: '',
  service: '',
  tier: 'medium',
  account: '',
  name: '',
  email: '',
}

/** The form for every request that is no claim. */
export const requestRoutes: readonly FrontRoute[] = [
  {
    method: 'GET',
    path: '/request',
    handle: context => form(context, { ...EMPTY, service: context.query('service') }, newOnce(), []),
  },
  {
    method: 'POST',
    path: '/request',
    async handle(context, sent) {
      const given = givenOf(sent)
      const once = /^[\w-]{22}$/.test(sent.text('once')) ? sent.text('once') : newOnce()
      const kind = KINDS.find(k => k.id === given.kind)?.id
      const tier = TIERS.find(t => t === given.tier) ?? null
      const problems: Problem[] = []
      if (kind === undefined) problems.push({ field: 'kind', problem: 'Choose what it is about.' })
      if (sent.text(TRAP) !== '') problems.push(TRAPPED)
      if (kind === undefined || problems.length > 0) return form(context, given, once, problems)
      const limited = context.take('filings')
      if (limited) return limited
      const outcome = await context.casework.fileRequest(
        { ...given, kind, tier, once },
        sent.files,
        'form',
        context.by,
      )
      if (outcome.kind === 'filed') return context.redirect(`${outcome.path}?sent=1`)
      context.giveBack('filings')
      return form(context, given, once, outcome.problems, sent.files.length > 0)
    },
  },
]

const newOnce = (): string => randomBytes(16).toString('base64url')

const givenOf = ({ text }: SentForm): Given => ({
  kind: text('kind'),
  subject: text('subject'),
  body: text('body'),
  service: text('service'),
  tier: text('tier'),
  account: text('account'),
  name: text('name'),
  email: text('email'),
})

async function form(
  context: FrontContext,
  given: Given,
  once: string,
  problems: readonly Problem[],
  filesLost = false,
): Promise<Response> {
  const records = await context.source.services(context.now)
  const { tiers } = context.settings()
  const view = {
    given: { ...given, once },
    services: choices(records, given.service),
    kinds: KINDS.map(kind => ({ ...kind, chosen: kind.id === given.kind })),
    tiers: TIERS.map(id => ({
      id,
      words: `${TIER_WORDS[id]} (an answer within ${spell(tiers[id])}${id === 'urgent' ? '' : ' of support hours'})`,
      chosen: id === given.tier,
    })),
    faults: faultViews(problems, FIELDS),
    filesLost,
    trap: TRAP,
  }
  const status = problems.length > 0 ? 422 : 200
  return context.page('request', view, { title: 'Ask support', status })
}
