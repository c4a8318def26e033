import { figureOf } from '../casework/letters.ts'
import type { CaseworkOptions } from '../casework/room.ts'
import { declineInWords, withoutAddress } from '../casework/words.ts'
import type { Choice } from '../claim/decide.ts'
import type { MonthFacts } from '../claim/facts.ts'
import type { WrittenLetter } from '../mail/write.ts'
import { manyLines } from '../support/intake.ts'
import type { SupportRequest } from '../support/request.ts'
import type { Instant } from '../time/instant.ts'

const FOLLOW = 'https://follow.invalid/'

/** The letter as the customer would get it, but for the secret address in it. */
export function letterOf(
  room: CaseworkOptions,
  of: {
    readonly request: SupportRequest
    /** The service's. */
    readonly name: string
    readonly facts: MonthFacts
    readonly choice: Choice
    /** What is told beside the ground. */
    readonly told: string
  },
  now: Instant,
): WrittenLetter {
  const { request, choice, facts, name } = of
  const settings = room.settings()
  const figure = figureOf(facts, name, settings.url, now)
  const common = {
    name: request.name,
    site: settings.title,
    timeZone: settings.contract.timeZone,
    reference: request.reference,
    follow: FOLLOW,
  }
  const words = manyLines(of.told).replaceAll(/\s+/g, ' ')
  const letter =
    choice.outcome === 'credited'
      ? room.letters('claim-credit', { ...common, days: choice.days, figure })
      : room.letters('claim-declined', {
          ...common,
          reasons: [
            declineInWords(choice.reason, { service: name, month: facts.month }),
            ...(words === '' ? [] : [words]),
          ],
          figure,
          objectBy: null,
        })
  return { subject: letter.subject, text: withoutAddress(letter.text, FOLLOW) }
}
