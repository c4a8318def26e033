import { randomBytes } from 'node:crypto'
import type { ClaimInput } from '../casework/file.ts'
import type { ServiceRecord } from '../record/source.ts'
import { LIMITS, type Problem } from '../support/intake.ts'
import { rfc3339 } from '../time/instant.ts'
import { checkView } from './check-view.ts'
import type { FrontContext, FrontRoute } from './context.ts'
import { faultViews, TRAP, TRAPPED } from './fields.ts'
import type { SentForm } from './form.ts'
import { prefill } from './prefill.ts'

const FIELDS = ['service', 'times', 'zone', 'seen', 'account', 'name', 'email', TRAP] as const
type Given = Omit<ClaimInput, 'once'>

const EMPTY: Given = { service: '', times: '', zone: '', seen: '', account: '', name: '', email: '' }

/** The form for a claim: what happened, then how it was read, with the files, then it is sent. */
export const claimRoutes: readonly FrontRoute[] = [
  {
    method: 'GET',
    path: '/claim',
    async handle(context) {
      const { query, source, now } = context
      const { contract } = context.settings()
      const asked = { service: query('service'), month: query('month'), outage: query('outage') }
      const filled = await prefill(asked, source, contract, now)
      return form(context, { ...EMPTY, zone: contract.timeZone, ...filled }, [], filled.times !== '')
    },
  },
  {
    method: 'POST',
    path: '/claim',
    async handle(context, sent) {
      const typed = givenOf(sent)
      if (sent.text('step') === 'change') return form(context, typed, [], false)
      const given = await meant(context, typed, sent.text('step'))
      const preview = await context.casework.preview(given)
      const problems = [...own(given, sent), ...preview.problems]
      const records = await context.source.services(context.now)
      if (!records.some(record => record.id === given.service))
        problems.unshift({ field: 'service', problem: 'Choose the service that was down.' })
      if (problems.length > 0) return form(context, given, problems, false)
      if (sent.text('step') !== 'send') return check(context, given, newOnce(), [])
      return send(context, given, sent)
    },
  },
]

/** With the other reading of a time, where the customer says that they mean that: written so that nothing is left open. */
async function meant(context: FrontContext, given: Given, step: string): Promise<Given> {
  const [, i, j] = /^mean:(\d{1,3}):(\d{1,3})$/.exec(step) ?? []
  if (i === undefined || j === undefined) return given
  const reading = (await context.casework.preview(given)).readings[Number(i)]
  const other = reading?.alternatives[Number(j)]
  if (!reading || !other || !given.times.includes(reading.text)) return given
  const exact = `${rfc3339(other.from)} to ${rfc3339(other.to)}`
  return { ...given, times: given.times.replace(reading.text, () => exact) }
}

const newOnce = (): string => randomBytes(16).toString('base64url')

function givenOf(sent: SentForm): Given {
  const { text } = sent
  return {
    service: text('service'),
    times: text('times'),
    zone: text('zone').trim(),
    seen: text('seen'),
    account: text('account'),
    name: text('name'),
    email: text('email'),
  }
}

/** What can be told before the times are read. */
function own(given: Given, sent: SentForm): Problem[] {
  const problems: Problem[] = []
  const wrong = (field: string, problem: string) => problems.push({ field, problem })
  if (given.name.trim() === '') wrong('name', 'Give your name, so that we know whom to answer.')
  if (given.name.length > LIMITS.name) wrong('name', tooLong(given.name, LIMITS.name))
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given.email.trim()) || given.email.length > LIMITS.email)
    wrong('email', 'Enter an e-mail address, such as jo@example.com.')
  if (given.account.trim() === '')
    wrong('account', 'Give the name or number of your account: the credit goes there.')
  if (given.account.length > LIMITS.account) wrong('account', tooLong(given.account, LIMITS.account))
  if (given.seen.length > 15_000) wrong('seen', tooLong(given.seen, 15_000))
  if (sent.text(TRAP) !== '') problems.push(TRAPPED)
  return problems
}

const tooLong = (text: string, most: number): string =>
  `At most ${most.toLocaleString('en')} characters; this has ${text.length.toLocaleString('en')}.`

async function form(
  context: FrontContext,
  given: Given,
  problems: readonly Problem[],
  filled: boolean,
): Promise<Response> {
  const records = await context.source.services(context.now)
  const { contract } = context.settings()
  const view = {
    given,
    services: choices(records, given.service),
    zones: ['UTC', ...Intl.supportedValuesOf('timeZone')],
    timeZone: contract.timeZone,
    filled,
    faults: faultViews(problems, FIELDS),
    trap: TRAP,
  }
  return context.page('claim', view, {
    title: 'Claim service credit',
    status: problems.length > 0 ? 422 : 200,
  })
}

async function check(
  context: FrontContext,
  given: Given,
  once: string,
  problems: readonly Problem[],
): Promise<Response> {
  const records = await context.source.services(context.now)
  const settings = context.settings()
  const preview = await context.casework.preview(given)
  const view = {
    ...checkView(given, preview, records, settings, context.now),
    given: { ...given, once },
    faults: faultViews(problems, ['evidence']),
  }
  return context.page('check', view, {
    title: 'Check your claim',
    status: problems.length > 0 ? 422 : 200,
  })
}

async function send(context: FrontContext, given: Given, sent: SentForm): Promise<Response> {
  const once = /^[\w-]{22}$/.test(sent.text('once')) ? sent.text('once') : newOnce()
  const limited = context.take('filings')
  if (limited) return limited
  const outcome = await context.casework.fileClaim({ ...given, once }, sent.files, 'form', context.by)
  if (outcome.kind === 'filed') return context.redirect(`${outcome.path}?sent=1`)
  context.giveBack('filings')
  const ofFiles = outcome.problems.every(({ field }) => field === 'evidence')
  return ofFiles
    ? check(context, given, once, outcome.problems)
    : form(context, given, outcome.problems, false)
}

/** The services that one may choose from: those that are gone only where one is chosen already. */
export const choices = (records: readonly ServiceRecord[], chosen: string) =>
  records
    .filter(record => !record.removed || record.id === chosen)
    .map(({ id, name, group }) => ({
      id,
      name: group === null ? name : `${group}: ${name}`,
      chosen: id === chosen,
    }))
