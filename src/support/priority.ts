import type { Instant } from '../time/instant.ts'

/** How pressing a request is: how soon its first answer is due. */
export type Tier = 'urgent' | 'high' | 'medium' | 'low'

/** From the most pressing to the least. */
export const TIERS: readonly Tier[] = ['urgent', 'high', 'medium', 'low']

export type RequestKind = 'claim' | 'incident' | 'question' | 'feature'
export type Channel = 'form' | 'mail' | 'desk'

/** What set a tier: that it is a feature request, the subject of the mail, who asked, the desk; or nothing did. */
export type PriorityBy = 'kind' | 'subject' | 'customer' | 'desk' | 'default'

export interface Priority {
  readonly tier: Tier
  readonly by: PriorityBy
}

/**
 * The tier of a new request. A feature request is low. A mail's subject may name a tier (see `tierOfSubject`); a form and
 * the desk may choose one. Where nothing does, it is medium.
 */
export function priorityOf(request: {
  readonly channel: Channel
  readonly kind: RequestKind
  readonly subject: string
  /** The tier that was chosen, on a form or at the desk. */
  readonly chosen: Tier | null
}): Priority {
  if (request.kind === 'feature') return { tier: 'low', by: 'kind' }
  switch (request.channel) {
    case 'mail': {
      const tier = tierOfSubject(request.subject)
      return tier ? { tier, by: 'subject' } : { tier: 'medium', by: 'default' }
    }
    case 'form':
    case 'desk': {
      if (!request.chosen) return { tier: 'medium', by: 'default' }
      return { tier: request.chosen, by: request.channel === 'desk' ? 'desk' : 'customer' }
    }
  }
}

/** What a mail program puts before the subject of an answer, in several languages: `Re:`, `RE[2]:`, `Fwd:`, `AW:`. */
const ANSWER = /^(?:re|fwd?|aw|wg|antw|sv|vs|vl|tr|rv|ref)(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?:\s*/i
/** A mark in brackets, such as `[High]`, a list's name or a reference. */
const TAG = /^(?:\[([^[\]]{1,60})\]|\(([^()]{1,60})\))\s*/
/** The tier, and what must stand behind it. A dash needs a blank on both sides: "High-level", "Low- and mid-range" are words. */
const NAMED = /^(urgent|high|medium|low)(?:\s?[:|]|\s[-–—]{1,2}\s|[–—]\s|!{1,9}(?:\s|$)|$)/i

/**
 * The tier that a subject names at its beginning, else null. In any case, and after any answer marks and bracketed tags:
 *
 *     subject = *( answer / tag ) ( "[" tier "]" / "(" tier ")" / tier after )
 *     after   = ":" / "|" / blank dash blank / "!" blank / end of the subject
 *
 * So `Urgent: …`, `Re: Urgent: …`, `[High] …`, `[EXTERNAL] High: …`, `LOW - …`, `Urgent!!! …` and `Urgent` alone name one;
 * "not urgent at all", "Urgent help needed", "High-availability …" and "Priority: high" do not. The first one counts.
 * Full-width letters are read as plain ones; invisible characters are passed over. Looks at the first 200 characters.
 */
export function tierOfSubject(subject: string): Tier | null {
  let rest = subject
    .slice(0, 200)
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Mn}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
  for (;;) {
    const tag = TAG.exec(rest)
    const mark = tag ?? ANSWER.exec(rest)
    if (!mark) break
    const named = asTier((tag?.[1] ?? tag?.[2] ?? '').trim())
    if (named) return named
    rest = rest.slice(mark[0].length)
  }
  return asTier(NAMED.exec(rest)?.[1] ?? '')
}

const asTier = (text: string): Tier | null => TIERS.find(tier => tier === text.toLowerCase()) ?? null

/**
 * PURE. Why a request cannot have this tier, for a person; null where it can. Its first answer counts by the tier that it
 * had then, and one that is overdue stays overdue: until it is answered it can be raised still.
 */
export function tierRefusal(
  request: {
    readonly tier: Tier
    readonly dueAt: Instant | null
    readonly firstAnswerAt: Instant | null
  },
  tier: Tier,
  now: Instant,
): string | null {
  if (tier === request.tier) return null
  if (request.firstAnswerAt !== null)
    return 'The first answer was given, and counts by the priority that the request had then: it stays as it is.'
  const lower = TIERS.indexOf(tier) > TIERS.indexOf(request.tier)
  return lower && request.dueAt !== null && now > request.dueAt
    ? 'The first answer is overdue, which is counted by this priority: it can be raised, and not be lowered any more.'
    : null
}
