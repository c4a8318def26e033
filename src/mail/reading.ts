import { createHash } from 'node:crypto'
import { type EmailAddress, type ParsedMail, simpleParser } from 'mailparser'
import type { Instant } from '../time/instant.ts'
import { isMailbox, isMessageId } from './address.ts'
import { type Header, isAutomatic } from './automatic.ts'
import { type Envelope, type IncomingMail, LARGEST_MAIL, type Reading } from './incoming.ts'
import { withoutTags } from './markup.ts'
import { manyLines, oneLine } from './text.ts'

const MOST_TEXT = 500_000
const MOST_IDS = 50
/** What no mail of a person has: beyond it, reading costs more than the mail does. */
const LIMITS = { maxHeadSize: 256 * 1_024, maxChildNodes: 200, maxHtmlLengthToParse: 500_000 }

/** Reads a raw mail. Resolves with why not where it cannot be taken; what it holds is bounded and cleaned. */
export async function readMail(raw: Buffer, envelope: Envelope, at: Instant): Promise<Reading> {
  if (raw.length > LARGEST_MAIL) return { ok: false, why: 'the mail is larger than 20 MB' }
  if (raw.length === 0) return { ok: false, why: 'the mail is empty' }
  let parsed: ParsedMail
  try {
    parsed = await simpleParser(raw, {
      ...LIMITS,
      // Only the text is wanted: nothing is turned into HTML, and what is attached stays as it is.
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
      keepCidLinks: true,
      ignoreEmbedded: true,
      checksumAlgo: false,
    })
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    return { ok: false, why: `the mail cannot be read: ${oneLine(cause, 200)}` }
  }
  const from = authorOf(parsed, envelope)
  if (from === null) return { ok: false, why: 'the mail does not say who it is from' }
  const headers = headersOf(parsed)
  const mail: IncomingMail = {
    messageId: idOf(parsed, headers, raw),
    from,
    to: envelope.to,
    subject: oneLine(parsed.subject ?? '', 500),
    text: textOf(parsed),
    at,
    inReplyTo: answered(parsed),
    attachments: parsed.attachments.map(({ filename, content }, i) => ({
      name: fileName(filename) || `attachment-${i + 1}`,
      content,
    })),
    automatic: isAutomatic(headers, from.address, envelope.from),
  }
  return { ok: true, mail }
}

function authorOf(parsed: ParsedMail, envelope: Envelope): IncomingMail['from'] | null {
  const named = mailboxes(parsed.from?.value ?? []).find(({ address }) => isMailbox(address ?? ''))
  if (named?.address !== undefined) return { name: oneLine(named.name, 200), address: named.address }
  const sender = envelope.from ?? ''
  return isMailbox(sender) ? { name: '', address: sender } : null
}

/** The mailboxes of a list, those of its groups included, in order. */
const mailboxes = (list: readonly EmailAddress[]): readonly EmailAddress[] =>
  list.flatMap(entry => (entry.group ? entry.group : [entry]))

const headersOf = (parsed: ParsedMail): readonly Header[] =>
  parsed.headerLines.map(({ key, line }) => ({
    name: key,
    value: line.slice(line.indexOf(':') + 1).replace(/[\r\n]+/g, ' '),
  }))

/** The mail's own id; else one of what stays the same however often it is sent. */
function idOf(parsed: ParsedMail, headers: readonly Header[], raw: Buffer): string {
  const own = (parsed.messageId ?? '').trim()
  if (isMessageId(own)) return own
  const hash = createHash('sha256')
  for (const wanted of ['from', 'to', 'date', 'subject', 'message-id'])
    hash.update(`${wanted}:${headers.find(({ name }) => name === wanted)?.value ?? ''}\n`)
  const [crlf, lf] = [raw.indexOf('\r\n\r\n'), raw.indexOf('\n\n')]
  const ends = [crlf, lf].filter(end => end >= 0)
  return `<${hash.update(raw.subarray(Math.min(raw.length, ...ends))).digest('hex')}@content.invalid>`
}

function textOf(parsed: ParsedMail): string {
  const text = parsed.text ?? ''
  const found = text.trim() === '' && parsed.html ? withoutTags(parsed.html) : text
  return manyLines(found, MOST_TEXT).trim()
}

/** The nearest first: In-Reply-To, then References from its end, which is where the thread is. */
function answered(parsed: ParsedMail): readonly string[] {
  const ids = (text: string | readonly string[] | undefined): readonly string[] =>
    [text ?? []].flat().flatMap(part => part.slice(0, 20_000).match(/<[^<>\s]{1,250}>/g) ?? [])
  const all = [...ids(parsed.inReplyTo), ...ids(parsed.references).toReversed()]
  return [...new Set(all.filter(isMessageId))].slice(0, MOST_IDS)
}

/** A file's bare name: where it came from is nobody's business, and it must not lead anywhere. */
function fileName(text: string | undefined): string {
  const bare = oneLine((text ?? '').replaceAll('\\', '/'), 1_000)
  return oneLine(bare.slice(bare.lastIndexOf('/') + 1).replace(/^\.+/, ''), 200)
}
