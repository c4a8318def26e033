import { isMailbox } from './address.ts'
import type { LetterKind } from './letters.ts'
import type { Letter } from './outbox-store.ts'
import { manyLines, oneLine } from './text.ts'

/** How a letter came about, for programs that read mail (RFC 3834): null where a person wrote it. */
function autoSubmitted(kind: LetterKind): 'auto-replied' | 'auto-generated' | null {
  switch (kind) {
    case 'received':
    case 'claim-received':
      return 'auto-replied'
    case 'claim-credit':
    case 'claim-declined':
    case 'claim-held':
    case 'invitation':
    case 'password-reset':
      return 'auto-generated'
    case 'answer':
      return null
  }
}

export interface Message {
  readonly from: string
  readonly to: { readonly name: string; readonly address: string }
  readonly envelope: { readonly from: string; readonly to: string }
  readonly subject: string
  readonly text: string
  readonly html?: string
  readonly date: Date
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references?: string[]
  readonly headers: Record<string, string>
}

/** The message that a letter is sent as, to exactly one recipient. Null where its address could not stand in an envelope. */
export function compose(letter: Letter, from: string): Message | null {
  if (!isMailbox(letter.toAddress) || !isMailbox(from)) return null
  const auto = autoSubmitted(letter.kind)
  return {
    from,
    to: { name: oneLine(letter.toName, 100), address: letter.toAddress },
    envelope: { from, to: letter.toAddress },
    subject: oneLine(letter.subject, 250),
    text: manyLines(letter.text, letter.text.length + 1),
    ...(letter.html === null ? {} : { html: letter.html }),
    date: new Date(letter.createdAt),
    messageId: letter.messageId,
    ...(letter.inReplyTo === null ? {} : { inReplyTo: letter.inReplyTo }),
    ...(letter.references.length === 0 ? {} : { references: [...letter.references] }),
    headers: {
      ...(auto === null ? {} : { 'Auto-Submitted': auto }),
      'X-Auto-Response-Suppress': 'All',
    },
  }
}
