import type { ServiceId } from '../catalog/model.ts'
import { parseWhen, type Reading } from '../claim/when.ts'
import { LIMITS, oneLine } from '../support/intake.ts'
import type { Instant } from '../time/instant.ts'

/** What a mail claims, as far as it can be read without a person. */
export interface MailClaim {
  readonly service: ServiceId
  /** Empty where it names none. */
  readonly account: string
  readonly times: string
  /** At least one. */
  readonly readings: readonly Reading[]
}

const CLAIMS =
  /\b(?:sla|claims?|claiming|(?:service )?credits?|compensation|refund|gutschrift|anspruch|avoir|r[ée]clamation)\b/i
const ACCOUNT =
  /^[ \t>*-]*(?:account|customer|tenant|organi[sz]ation|konto|kunde)(?: ?(?:no\.?|number|id|name|nr\.?))?[ \t]*[:#=][ \t]*(.{1,300})$/im
/** What a mail program adds of other mails, whose dates are nobody's downtime. */
const QUOTED =
  /^(?:>|(?:from|sent|date|to|cc|subject|von|gesendet|an|betreff)[ \t]*:|on .{5,200} wrote:|-{2,} ?$)/i
const MOST_TEXT = 20_000

/**
 * PURE. Reads a claim out of a mail: it has to speak of a claim, name one service by its id or name, and hold a time that
 * is past. Null for every other mail, which a person reads.
 */
export function claimOfMail(
  mail: { readonly subject: string; readonly text: string },
  services: readonly { readonly id: ServiceId; readonly name: string }[],
  zone: string,
  now: Instant,
): MailClaim | null {
  const own = mail.text
    .slice(0, MOST_TEXT)
    .split(/\r\n|[\r\n]/)
    .filter(line => !QUOTED.test(line.trim()))
    .join('\n')
  const all = `${mail.subject.slice(0, 500)}\n${own}`
  if (!CLAIMS.test(all)) return null
  const named = services.filter(({ id, name }) => names(all, name) || names(all, id))
  // Where one name holds another, the longer one is meant.
  const meant = named.filter(
    a => !named.some(b => b !== a && b.name.length > a.name.length && names(b.name, a.name)),
  )
  const [service] = meant
  if (service === undefined || meant.length > 1) return null
  const times = own.replace(ACCOUNT, '').slice(0, 4_000)
  const readings = parseWhen(times, { zone, now, dayFirst: true }).readings.filter(r => r.from <= now)
  if (readings.length === 0) return null
  const account = oneLine(ACCOUNT.exec(own)?.[1] ?? '').slice(0, LIMITS.account)
  return { service: service.id, account, times: readings.map(r => r.text).join('\n'), readings }
}

/** Whether a text holds a name as words of its own, in any case. */
function names(text: string, name: string): boolean {
  const needle = name.trim().toLowerCase()
  if (needle === '') return false
  const hay = text.toLowerCase()
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1))
    if (!isWord(hay[at - 1]) && !isWord(hay[at + needle.length])) return true
  return false
}

const isWord = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}_]/u.test(char)
