import type { ServiceId } from '../catalog/model.ts'
import { accountKey } from '../claim/account.ts'
import { months } from '../claim/months.ts'
import type { ServiceRecord } from '../record/source.ts'
import { judge, MOST_FILES, type Upload } from '../support/attachments.ts'
import { checkIntake, type Intake, LIMITS, manyLines, oneLine, type Problem } from '../support/intake.ts'
import type { Channel, RequestKind, Tier } from '../support/priority.ts'
import type { Reference } from '../support/reference.ts'
import type { SupportRequest } from '../support/request.ts'
import type { Month } from '../time/month.ts'
import { monthInWords } from '../time/wall-clock.ts'
import { casePath } from './address.ts'
import { assessCase } from './assess.ts'
import { nameOf } from './facts.ts'
import { acknowledge, acknowledgeClaim, openClaim } from './opening.ts'
import { kept, readTimes } from './reading.ts'
import type { CaseworkOptions } from './room.ts'
import { type By, trace } from './trail.ts'
import { listed } from './words.ts'

/** What a form, or one of the desk for a customer, says. */
export interface RequestInput {
  readonly kind: Exclude<RequestKind, 'claim'>
  readonly subject: string
  readonly body: string
  readonly name: string
  readonly email: string
  readonly account: string
  /** The id of a service; empty where it is about none. */
  readonly service: string
  readonly tier: Tier | null
  /** What makes a form that is sent twice the same: 22 random letters; null where there is nothing such. */
  readonly once: string | null
}

export interface ClaimInput extends Pick<RequestInput, 'name' | 'email' | 'account' | 'service' | 'once'> {
  /** As the customer wrote them. */
  readonly times: string
  /** IANA zone that they are in, where they name none. */
  readonly zone: string
  /** What was seen; may be empty. */
  readonly seen: string
}

export type Sent =
  /** `path` is where it is followed. */
  | { readonly kind: 'filed'; readonly reference: Reference; readonly path: string }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

type Way = Exclude<Channel, 'mail'>

const ONCE = /^[\w-]{22}$/

/** As if it were a mail's id, which is kept once. */
const onceId = (once: string | null): string | null =>
  once !== null && ONCE.test(once) ? `<form.${once}@nines.invalid>` : null

/** Files a request that is no claim, with its acknowledgement, or says what is wrong with it. */
export async function fileOther(
  room: CaseworkOptions,
  input: RequestInput,
  uploads: readonly Upload[],
  via: Way,
  by: By,
): Promise<Sent> {
  const records = await room.source.services(room.now())
  const problems = [...serviceProblems(records, input.service, false), ...nameProblems(input.name, false)]
  const intake: Intake = {
    via,
    kind: input.kind,
    subject: input.subject,
    body: input.body,
    name: input.name,
    email: input.email,
    account: input.account,
    service: input.service,
    chosen: input.tier,
    messageId: onceId(input.once),
  }
  return store(room, intake, uploads, problems, (request, secret) => {
    const { kind, tier, reference, receivedAt: at } = request
    trace(room.db, { by, at, action: 'request.filed', reference, after: { kind, tier, via } })
    acknowledge(room.db, room, request, secret)
  })
}

/** Files a claim: its request, its months, how its times were read and its acknowledgement, all or nothing; then it is assessed. */
export async function fileClaim(
  room: CaseworkOptions,
  input: ClaimInput,
  uploads: readonly Upload[],
  via: Way,
  by: By,
): Promise<Sent> {
  const { db } = room
  const now = room.now()
  const records = await room.source.services(now)
  const read = readTimes(input.times, input.zone, now)
  const readings = kept(read.readings)
  const { timeZone } = room.settings().contract
  const claimed = months(readings, timeZone).map(m => m.month)
  const service = nameOf(records, input.service)
  const intake: Intake = {
    via,
    kind: 'claim',
    subject: claimSubject(service, claimed),
    body: claimBody(input),
    name: input.name,
    email: input.email,
    account: input.account,
    service: input.service,
    messageId: onceId(input.once),
  }
  const problems = [
    ...serviceProblems(records, input.service, true),
    ...read.problems,
    ...nameProblems(input.name, true),
    ...(accountKey(input.account) === ''
      ? [{ field: 'account', problem: 'Give the name or number of your account: the credit goes there.' }]
      : []),
    ...(input.seen.length > LIMITS.body - 5_000
      ? [
          {
            field: 'seen',
            problem: `At most ${(LIMITS.body - 5_000).toLocaleString('en')} characters; this has ${input.seen.length.toLocaleString('en')}.`,
          },
        ]
      : []),
  ]
  const sent = await store(room, intake, uploads, problems, (request, secret) => {
    openClaim(db, request, {
      service: input.service as ServiceId,
      account: oneLine(input.account),
      times: manyLines(input.times),
      readings,
      months: claimed,
    })
    const { reference } = request
    const after = { service: input.service, months: claimed, via }
    trace(db, { by, at: now, action: 'claim.filed', reference, after })
    acknowledgeClaim(db, room, request, secret, { service, months: claimed })
  })
  if (sent.kind === 'filed') await assessCase(room, sent.reference).catch(room.onError)
  return sent
}

/** Stores a request with what is written alongside. What is wrong with its fields and its files is named at once. */
async function store(
  room: CaseworkOptions,
  intake: Intake,
  uploads: readonly Upload[],
  problems: readonly Problem[],
  alongside: (request: SupportRequest, secret: string) => void,
): Promise<Sent> {
  const checked = checkIntake(intake)
  const own = checked.kind === 'refused' ? checked.problems : []
  const wrong = [
    ...problems,
    ...own.filter(({ field }) => !MADE[intake.kind === 'claim' ? 'claim' : 'other'].includes(field)),
  ]
  if (wrong.length > 0 || uploads.length > MOST_FILES)
    return { kind: 'refused', problems: [...wrong, ...(await fileProblems(uploads))] }
  const outcome = await room.support.file(intake, uploads, room.now(), done => {
    if (done.kind === 'filed') alongside(done.request, done.secret)
  })
  if (outcome.kind === 'refused') return outcome
  const { request } = outcome
  const secret = outcome.kind === 'filed' ? outcome.secret : await room.support.followSecret(request)
  if (outcome.kind === 'filed') room.poke()
  return { kind: 'filed', reference: request.reference, path: casePath(request.reference, secret) }
}

/** Fields that nobody filled in: they are made of others, which have problems of their own. */
const MADE = { claim: ['subject', 'body'], other: [] as readonly string[] }

async function fileProblems(uploads: readonly Upload[]): Promise<Problem[]> {
  const problems: Problem[] = []
  if (uploads.length > MOST_FILES)
    problems.push({
      field: 'evidence',
      problem: `At most ${MOST_FILES} files are taken; these are ${uploads.length}.`,
    })
  for (const { name, content } of uploads.slice(0, MOST_FILES)) {
    const verdict = await judge(content)
    if (verdict.kind === 'refused')
      problems.push({
        field: 'evidence',
        problem: `${oneLine(name).slice(0, 100) || 'A file'}: ${verdict.problem}`,
      })
  }
  return problems
}

function serviceProblems(records: readonly ServiceRecord[], service: string, needed: boolean): Problem[] {
  if (service === '')
    return needed ? [{ field: 'service', problem: 'Choose the service that was down.' }] : []
  if (records.some(record => record.id === service)) return []
  return [{ field: 'service', problem: 'Choose one of the services in the list.' }]
}

const nameProblems = (name: string, needed: boolean): Problem[] =>
  needed && oneLine(name) === ''
    ? [{ field: 'name', problem: 'Give your name, so that we know whom to answer.' }]
    : []

const claimSubject = (service: string, claimed: readonly Month[]): string =>
  `Claim: ${service.slice(0, 100)}${claimed.length > 0 ? `, ${listed(claimed.slice(0, 3).map(monthInWords))}${claimed.length > 3 ? ' and others' : ''}` : ''}`

const claimBody = ({ times, zone, seen }: ClaimInput): string =>
  `When it was down (${zone}):\n${times.slice(0, 4_000).trim()}${seen.trim() === '' ? '' : `\n\nWhat was seen:\n${seen.trim()}`}`
