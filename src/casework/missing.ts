import { accountKey } from '../claim/account.ts'
import type { Case } from '../support/store.ts'
import type { CaseSettings } from './room.ts'

/** PURE. What a claim cannot be decided without, in words for the customer. */
export function missingFrom(
  { support }: Pick<CaseSettings, 'support'>,
  {
    request,
    attachments,
  }: { readonly request: { readonly account: string | null }; readonly attachments: Case['attachments'] },
): string[] {
  return [
    ...(accountKey(request.account ?? '') === '' ? ['the name or number of your account'] : []),
    ...(support.evidence === 'required' && attachments.length === 0
      ? ['a file that shows the failure: a screenshot or a PDF']
      : []),
  ]
}
