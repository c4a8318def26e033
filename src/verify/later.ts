import { canonicalBytes } from '../log/canonical.ts'
import { toHex } from '../log/note.ts'
import { leafHash } from '../log/tree.ts'
import { spanOf, touches } from '../month/declared.ts'
import type { Correction, MonthRecord } from '../month/record.ts'
import type { Bundle } from './bundle.ts'
import { bad, type Finding, good, told } from './finding.ts'

/** Reads the entries of the log, a line each, as they come. */
export interface LogReading {
  /** How many were read. */
  readonly entries: number
  /** Takes the next bytes, of any length; false when what follows cannot change what is found. */
  take(bytes: Uint8Array): boolean
  /** What was found, when there are no more. */
  done(): Finding[]
}

const WHAT = 'Later entries'
const NEWLINE = 10
/** In bytes. A month with thousands of outages does not come near. */
export const LONGEST_LINE = 32 * 1024 * 1024
const OF_OTHERS = new Set<unknown>(['nines.month/1', 'nines.decision/1', 'nines.key/1'])

/** The entries after the record, where a bundle does not hold all of them itself; else null. */
export function unread(bundle: Bundle): { readonly from: number; readonly to: number } | null {
  const { log } = bundle
  const from = log.index + 1
  return Number.isSafeInteger(from) && from > 0 && notHeld(bundle) > 0
    ? { from, to: log.leaves.length }
    : null
}

/** How many entries after the record a bundle does not hold itself. One that it names twice counts once. */
export function notHeld({ log, corrections }: Bundle): number {
  const held = new Set(corrections.map(c => c.index))
  const after = [...held].filter(i => Number.isInteger(i) && i > log.index && i < log.leaves.length)
  return log.leaves.length - 1 - log.index - after.length
}

/**
 * Looks in the log itself whether the bundle leaves out a correction of its month. What is read begins with any entry up to
 * the one after the record, and has to reach the end of what the checkpoint covers. The bundle's leaf hashes are believed
 * here: `verify` says whether they are those that were signed.
 */
export function readLog(bundle: Bundle): LogReading {
  const { leaves, index } = bundle.log
  const end = leaves.length
  const found: Finding[] = []
  const strange = new Set<string>()
  let next: number | null = null
  let entries = 0
  let broken: Finding | null = null
  let more = false
  let pending: Uint8Array[] = []
  let waiting = 0

  const stop = (words: string): void => {
    broken ??= bad(WHAT, words)
  }
  const begin = `It has to begin with entry ${index + 1} at the latest, as /api/v1/log/entries.ndjson?from=${index + 1} does.`

  function keep(part: Uint8Array): void {
    if (part.length === 0) return
    pending.push(part)
    waiting += part.length
    if (waiting > LONGEST_LINE) stop(`Line ${entries + 1} of what was read is too long to be an entry.`)
  }

  function line(): void {
    const bytes = joined(pending, waiting)
    pending = []
    waiting = 0
    const hash = toHex(leafHash(bytes))
    next ??= placeOf(hash)
    if (broken || next === end) return
    if (hash !== leaves[next]) {
      stop(
        `Line ${entries + 1} of what was read is ${bytes.length === 0 ? 'empty, and ' : ''}not entry ${next} of the log: lines were changed, left out, added or put in another order.`,
      )
      return
    }
    if (next !== index) judge(bytes, next, hash)
    entries++
    next++
  }

  /** Which entry the first line is. Where nothing comes after the record, what is newer counts as the end. */
  function placeOf(hash: string): number {
    const place = leaves.indexOf(hash)
    if (place < 0 && index + 1 === end) {
      more = true
      return end
    }
    if (place < 0) stop(`What was read does not begin with an entry of this log. ${begin}`)
    else if (place > index + 1) stop(`What was read begins with entry ${place} of the log. ${begin}`)
    return place
  }

  let held: ReadonlySet<string> | null = null
  function judge(bytes: Uint8Array, place: number, hash: string): void {
    try {
      const entry = entryOf(bytes)
      if (entry.type === 'nines.correction/1') {
        const correction = entry as Correction
        held ??= hashesOf([...bundle.record.corrections, ...bundle.corrections.map(c => c.correction)])
        if (corrects(correction, bundle.record) && !held.has(hash))
          found.push(
            bad(
              WHAT,
              `Entry ${place} of the log corrects this month, and the bundle leaves it out: ${correction.at}, ${correction.author}: ${correction.reason}`,
            ),
          )
      } else if (!OF_OTHERS.has(entry.type)) strange.add(String(entry.type).slice(0, 80))
      else if (isRecordOf(entry as MonthRecord, bundle.record))
        found.push(bad(WHAT, `Entry ${place} of the log is another record of this very month.`))
    } catch {
      found.push(bad(WHAT, `Entry ${place} of the log cannot be read, so it may say anything of this month.`))
    }
  }

  return {
    get entries() {
      return entries
    },
    take(bytes) {
      let from = 0
      while (broken === null && next !== end && from < bytes.length) {
        const cut = bytes.indexOf(NEWLINE, from)
        keep(bytes.subarray(from, cut < 0 ? bytes.length : cut))
        from = cut < 0 ? bytes.length : cut + 1
        if (cut >= 0 && broken === null) line()
      }
      more ||= from < bytes.length
      return broken === null && !more
    },
    done() {
      if (broken === null && waiting > 0) line()
      if (broken === null && next === null && index + 1 !== end) stop(`No entry was read. ${begin}`)
      if (broken === null && next !== null && next !== end)
        stop(`What was read ends before entry ${next} of the log, and the checkpoint covers ${end} entries.`)
      if (broken) return [...found, broken]
      if (found.length === 0) found.push(good(WHAT, nothing(end - index - 1, bundle.corrections.length)))
      if (strange.size > 0)
        found.push(
          told(
            WHAT,
            `The log holds entries of a kind that this program does not know (${[...strange].slice(0, 5).join(', ')}): whether they say anything of this month takes a newer one.`,
          ),
        )
      if (more)
        found.push(
          told(
            WHAT,
            `What was read goes on after the ${end} entries that the checkpoint covers; that was not looked at. For it, download the bundle again.`,
          ),
        )
      return found
    },
  }
}

const nothing = (after: number, held: number): string =>
  after === 0
    ? 'No entry of the log comes after this record.'
    : `No later entry of the log corrects this month${held === 0 ? '' : ` but the ${held === 1 ? 'one' : held} that the bundle holds`}: ${after === 1 ? 'the only one was' : `all ${after} were`} read.`

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = parts
  if (first && parts.length === 1) return first
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Throws for what is no object in canonical JSON: of that, two readers may make different things. */
function entryOf(bytes: Uint8Array): { readonly type?: unknown } {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  const entry: unknown = JSON.parse(text)
  if (typeof entry !== 'object' || entry === null || new TextDecoder().decode(canonicalBytes(entry)) !== text)
    throw new SyntaxError('no entry')
  return entry
}

const hashesOf = (entries: readonly object[]): ReadonlySet<string> =>
  new Set(entries.map(entry => toHex(leafHash(canonicalBytes(entry)))))

/** Throws where what it says of times cannot be read. */
const corrects = (correction: Correction, { service, month, calendar }: MonthRecord): boolean =>
  correction.service === service.id &&
  (correction.months.some(m => m.month === month) || touches(correction, spanOf(calendar)))

const isRecordOf = (entry: MonthRecord, { service, month }: MonthRecord): boolean =>
  entry.type === 'nines.month/1' && entry.month === month && entry.service?.id === service.id
