import { parseCheckpoint, parseNote, parseVerifierKey, toBase64 } from '../log/note.ts'
import { growTree } from '../log/tree.ts'
import { monthFigures } from '../month/build.ts'
import { computeMonth } from '../month/compute.ts'
import { declaredBy } from '../month/declared.ts'
import type { MonthFigures } from '../month/record.ts'
import type { Bundle } from './bundle.ts'
import type { Finding } from './finding.ts'
import { type FoldedDay, foldMonth } from './fold.ts'
import { parseBundle } from './read.ts'
import { holds, verify } from './verify.ts'

/** What a page says of a month, with which the bundle is compared. */
export interface Shown {
  readonly service: string
  /** `YYYY-MM`. */
  readonly month: string
  /** `99.898`; null without data. */
  readonly percent: string | null
  readonly counted: number
  readonly base: number
  readonly creditDays: number
  /** The verifier key that the page names. */
  readonly key: string | null
}

/** What the reader has from elsewhere. */
export interface Known {
  readonly key: string | null
  /** A checkpoint that the reader kept. */
  readonly kept: string | null
  /** The one that was looked at on an earlier visit; its signature was checked then. */
  readonly seen: string | null
}

/** What came of it all. */
export interface Outcome {
  readonly holds: boolean
  /** What the checks give, corrections included; as the bundle says where it holds no checks; null where neither can be read. */
  readonly figures: MonthFigures | null
  readonly from: 'checks' | 'record'
  readonly checks: number
  /** Whether the checks are those that were sealed. */
  readonly sealed: boolean
  /** Whether the page shows just these figures. */
  readonly agrees: boolean
  /** To be kept; null where its signature or the log's entries are wrong. */
  readonly checkpoint: string | null
  readonly size: number
}

export type Step =
  | { readonly kind: 'day'; readonly day: FoldedDay }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }

/**
 * Computes a bundle's month day by day, looks at everything that `verify` does, and compares both with what a page shows.
 * `later`: what was found in the log itself, where it was read.
 */
export function* examine(
  text: string,
  shown: Shown,
  known: Known,
  later?: readonly Finding[],
): Generator<Step> {
  const bundle = parseBundle(text)
  const computed = bundle ? yield* recompute(bundle) : null
  const findings: Finding[] = []
  const found = function* (finding: Finding): Generator<Step> {
    findings.push(finding)
    yield { kind: 'finding', finding }
  }
  for (const finding of verify(text, {
    ...(known.key === null ? {} : { key: known.key }),
    ...(known.kept === null ? {} : { checkpoint: known.kept }),
    ...(later === undefined ? {} : { later }),
  }))
    yield* found(finding.what === 'Signature' && finding.ok === null ? unknownKey(finding, bundle) : finding)
  const readable = bundle !== null && !findings.some(f => f.what === 'Bundle')
  if (readable) {
    for (const finding of compared(bundle, shown)) yield* found(finding)
    if (known.seen !== null && findings.some(f => f.what === 'Log' && f.ok === true))
      yield* found(seenBefore(bundle, known.seen))
  }
  const signed =
    readable &&
    findings.some(f => f.what === 'Log' && f.ok === true) &&
    !findings.some(f => UNSIGNED.has(f.what) && f.ok === false)
  const figures = readable ? (computed?.figures ?? (bundle.checks === null ? figuresIn(bundle) : null)) : null
  yield {
    kind: 'outcome',
    outcome: {
      holds: holds(findings),
      figures,
      from: computed ? 'checks' : 'record',
      checks: computed?.checks ?? 0,
      sealed: !findings.some(f => (f.what === 'Checks' || f.what === 'Record') && f.ok === false),
      agrees: figures !== null && isShown(figures, shown),
      checkpoint: signed ? bundle.log.checkpoint : null,
      size: signed ? bundle.log.leaves.length : 0,
    },
  }
}

/** With any of these wrong, the log is not one to remember. */
const UNSIGNED = new Set(['Key', 'Signature', 'Log', 'Earlier checkpoint', 'Earlier visit', 'This page'])

/** Null where there are no checks, or none that can be read: `verify` says which. */
function* recompute({
  record,
  checks,
  corrections,
}: Bundle): Generator<Step, { figures: MonthFigures; checks: number } | null> {
  try {
    if (checks === null) return null
    let count = record.endpoints.reduce((sum, e) => sum + e.after.checks, 0)
    const days = foldMonth(record, checks)
    for (;;) {
      const step = days.next()
      if (step.done) {
        const declared = declaredBy([...record.corrections, ...corrections.map(c => c.correction)])
        return { figures: monthFigures(computeMonth({ ...step.value, declared }).figures), checks: count }
      }
      count += step.value.checks
      yield { kind: 'day', day: step.value }
    }
  } catch {
    return null
  }
}

const figuresIn = ({ record, corrections }: Bundle): MonthFigures =>
  corrections.at(-1)?.correction.months.find(m => m.month === record.month)?.after ?? record

const isShown = (figures: MonthFigures, shown: Shown): boolean =>
  figures.availability.percent === shown.percent &&
  figures.counted === shown.counted &&
  figures.base === shown.base &&
  figures.creditDays === shown.creditDays

const unknownKey = (finding: Finding, bundle: Bundle | null): Finding => ({
  ...finding,
  words: `The checkpoint is signed by ${bundle?.log.keys.join(' and ')}. You gave no key of your own, so compare this one with the key that you had from the operator by another way, or give it above.`,
})

/** Whether the bundle is of this page's month, and signed by the key that the page names. */
function* compared({ record, log }: Bundle, shown: Shown): Generator<Finding> {
  if (record.service.id !== shown.service || record.month !== shown.month)
    yield {
      what: 'This page',
      ok: false,
      words: `The bundle is of another month or service than this page: ${record.service.id}, ${record.month}.`,
    }
  if (shown.key !== null && !log.keys.includes(shown.key))
    yield { what: 'This page', ok: false, words: `The page names another key: ${shown.key}` }
}

/** What was seen once must be a beginning of this log, whoever signs it now. */
function seenBefore({ log }: Bundle, text: string): Finding {
  const what = 'Earlier visit'
  const note = parseNote(text)
  const head = note.ok ? parseCheckpoint(note.value.text) : note
  if (!head.ok)
    return { what, ok: null, words: 'What this browser kept of an earlier visit cannot be read any more.' }
  const { size, root } = head.value
  if (size > log.leaves.length)
    return {
      what,
      ok: null,
      words: `On an earlier visit the log had ${size} entries already, and in this bundle it has ${log.leaves.length}. If it stays so, entries were taken away.`,
    }
  const leaves = log.leaves.map(leaf => Uint8Array.from(leaf.match(/../g) ?? [], x => Number.parseInt(x, 16)))
  return toBase64(growTree(leaves).root(size)) === toBase64(root)
    ? {
        what,
        ok: true,
        words: `The first ${size} entries of the log are those that this browser saw on an earlier visit.`,
      }
    : {
        what,
        ok: false,
        words: `The log was forked: its first ${size} entries are not those that this browser saw on an earlier visit.`,
      }
}

/** Why what a reader gave cannot be used; null where it can. */
export function refused(known: Known): { readonly field: 'key' | 'kept'; readonly words: string } | null {
  if (known.key !== null) {
    const key = parseVerifierKey(known.key)
    if (!key.ok) return { field: 'key', words: `This is not a verifier key: ${key.message}.` }
  }
  if (known.kept !== null) {
    const note = parseNote(known.kept)
    const head = note.ok ? parseCheckpoint(note.value.text) : note
    if (!head.ok) return { field: 'kept', words: `This is not a checkpoint: ${head.message}.` }
  }
  return null
}
