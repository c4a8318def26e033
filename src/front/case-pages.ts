import { timingSafeEqual } from 'node:crypto'
import type { Problem } from '../support/intake.ts'
import { parseReference } from '../support/reference.ts'
import type { SupportRequest } from '../support/request.ts'
import { caseView } from './case-view.ts'
import type { FrontContext, FrontRoute } from './context.ts'
import { faultViews, TRAP, TRAPPED } from './fields.ts'
import { CASE_HEADERS } from './security.ts'

const PATH = '/cases/:reference/:secret'

/** Where a customer follows a case. Whoever knows its address may see it, and write to it. */
export const caseRoutes: readonly FrontRoute[] = [
  {
    method: 'GET',
    path: PATH,
    async handle(context) {
      const found = await caseAsked(context)
      return found instanceof Response ? found : page(context, found, '', [])
    },
  },
  {
    method: 'POST',
    path: PATH,
    async handle(context, sent) {
      const request = await caseAsked(context)
      if (request instanceof Response) return request
      const text = sent.text('body')
      if (sent.text(TRAP) !== '') return page(context, request, text, [TRAPPED], sent.files.length > 0)
      const limited = context.take('messages')
      if (limited) return limited
      const acted = await context.casework.customerWrites(request, text, sent.files, context.by)
      switch (acted.kind) {
        case 'done':
          return context.redirect(`${context.path}?written=1`, CASE_HEADERS)
        case 'refused':
          return page(context, request, text, acted.problems, sent.files.length > 0)
        case 'stale':
        case 'decided':
        case 'unknown':
          throw new Error(`a message to ${request.reference} came to ${acted.kind}`)
      }
    },
  },
]

/** The case of an address, or the one answer to every address that is none: nothing tells a wrong secret from a wrong reference. */
async function caseAsked(context: FrontContext): Promise<SupportRequest | Response> {
  const limited = context.take('misses')
  if (limited) return limited
  const asked = parseReference(context.param('reference'))
  const request = await context.support.findBySecret(context.param('secret'))
  if (!asked || !request || !same(request.reference, asked))
    return context.message(404, 'Nothing here', NOTHING, CASE_HEADERS)
  context.giveBack('misses')
  return request
}

const NOTHING =
  'There is no case at this address. Check that it is complete: it stands in every letter that we sent you about the case, and its end is long.'

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

async function page(
  context: FrontContext,
  { reference }: SupportRequest,
  text: string,
  problems: readonly Problem[],
  filesLost = false,
): Promise<Response> {
  const found = await context.casework.publicCase(reference)
  if (!found) return context.message(404, 'Nothing here', NOTHING, CASE_HEADERS)
  const status = problems.length > 0 ? 422 : 200
  const view = {
    ...caseView(found, context.settings(), context.now),
    email: found.email,
    sent: context.query('sent') === '1' && status === 200,
    written: context.query('written') === '1' && status === 200,
    address: context.link(context.path),
    action: context.path,
    given: { body: text },
    faults: faultViews(problems, ['body', 'evidence', TRAP]),
    filesLost,
    trap: TRAP,
  }
  return context.page('case', view, { title: `${view.kind} ${reference}`, status, headers: CASE_HEADERS })
}
