import canonicalize from 'canonicalize'
import { canonicalBytes } from '../log/canonical.ts'
import {
  openNote,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  toHex,
  type VerifierKey,
} from '../log/note.ts'
import { growTree, leafHash } from '../log/tree.ts'
import { buildRecord, monthFigures } from '../month/build.ts'
import { digest, parseCheckLines } from '../month/check-lines.ts'
import { computeMonth, type MonthInput } from '../month/compute.ts'
import { at, declaredBy, spanOf, touches } from '../month/declared.ts'
import { FORMULA, type MonthFigures, type MonthRecord } from '../month/record.ts'
import { parseInstant } from '../time/instant.ts'
import { monthInterval, parseMonth } from '../time/month.ts'
import type { Bundle, EndpointChecks } from './bundle.ts'
import { foldMonth } from './fold.ts'

/** One thing that was looked at. */
export interface Finding {
  readonly what: string
  /** Null: it could not be looked at, or does not decide. */
  readonly ok: boolean | null
  readonly words: string
}

export interface Trust {
  /** The key that the reader knows from elsewhere; without it the bundle's own is taken, and said so. */
  readonly key?: string
  /** A checkpoint of the same log that was kept earlier. */
  readonly checkpoint?: string
}

/** Whether nothing that decides was found wrong. */
export const holds = (findings: readonly Finding[]): boolean =>
  findings.length > 0 && findings.every(f => f.ok !== false)

const hexOf = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])
const good = (what: string, words: string): Finding => ({ what, ok: true, words })
const bad = (what: string, words: string): Finding => ({ what, ok: false, words })
const told = (what: string, words: string): Finding => ({ what, ok: null, words })

/**
 * Looks at everything that a bundle says, offline: its place in the signed log, its checks, and the figures computed anew
 * from them. Yields a finding for each; the first that says that the bundle cannot be read is the last.
 */
export function* verify(text: string, trust: Trust = {}): Generator<Finding> {
  const bundle = read(text)
  if (!bundle) {
    yield bad(
      'Bundle',
      'This is not a bundle of Nines in its canonical form; a byte of it was changed, added or lost.',
    )
    return
  }
  const looks: (() => Iterable<Finding>)[] = [
    () => sealed(bundle, trust),
    () => inside(bundle.record),
    () => digests(bundle),
    () => recomputed(bundle),
    () => corrected(bundle),
  ]
  for (const look of looks) {
    try {
      yield* look()
    } catch (error) {
      yield bad(
        'Contents',
        `Something in it cannot be: ${error instanceof Error ? error.message : 'unreadable'}.`,
      )
    }
  }
}

function read(text: string): Bundle | null {
  try {
    const bundle = JSON.parse(text) as Bundle
    const known = ['checks', 'corrections', 'log', 'record', 'type']
    const inner = ['checkpoint', 'index', 'keys', 'leaves']
    const shaped =
      bundle.type === 'nines.bundle/1' &&
      Object.keys(bundle).sort().join() === known.join() &&
      Object.keys(bundle.log).sort().join() === inner.join() &&
      bundle.record.type === 'nines.month/1' &&
      Array.isArray(bundle.corrections) &&
      bundle.corrections.every(c => Object.keys(c).sort().join() === 'correction,index')
    return shaped && canonicalize(bundle) === text ? bundle : null
  } catch {
    return null
  }
}

/** The record and the later corrections stand in the log that the checkpoint signs. */
function* sealed({ log, record, corrections }: Bundle, trust: Trust): Generator<Finding> {
  const keys = log.keys.map(key => parseVerifierKey(key)).flatMap(k => (k.ok ? [k.value] : []))
  if (keys.length !== log.keys.length || new Set(log.keys).size !== keys.length) {
    yield bad('Signature', 'A verifier key in the bundle is none.')
    return
  }
  const note = parseNote(log.checkpoint)
  const opened = openNote(log.checkpoint, keys)
  const head = opened.ok ? parseCheckpoint(opened.value.text) : opened
  if (!note.ok || !opened.ok || !head.ok) {
    yield bad(
      'Signature',
      `The checkpoint is not signed by the bundle's key: ${head.ok ? '' : head.message}.`,
    )
    return
  }
  // Every line and key is accounted for, so that none can be changed unseen.
  if (opened.value.signedBy.length !== keys.length || note.value.signatures.length !== keys.length)
    yield bad(
      'Signature',
      'The checkpoint carries a signature, or the bundle a key, that belongs to nothing.',
    )
  yield trusted(keys, trust)
  const leaves = log.leaves.map(leaf => (/^[0-9a-f]{64}$/.test(leaf) ? hexOf(leaf) : null))
  const tree = growTree(leaves.filter(leaf => leaf !== null))
  if (tree.size !== leaves.length || tree.size !== head.value.size || !same(tree.root(), head.value.root)) {
    yield bad('Log', 'The entries of the log do not make the root that was signed.')
    return
  }
  yield good(
    'Log',
    `The ${tree.size} entries make the root that was signed by ${keys.map(k => k.name).join(' and ')}.`,
  )
  const isEntry = (index: number, entry: object): boolean =>
    Number.isInteger(index) && log.leaves[index] === toHex(leafHash(canonicalBytes(entry)))
  yield isEntry(log.index, record)
    ? good('Record', `The record is entry ${log.index} of the log, as it was sealed on ${record.closedAt}.`)
    : bad('Record', `The record is not entry ${log.index} of the log: it was changed after it was sealed.`)
  for (const { index, correction } of corrections) {
    if (index <= log.index || !isEntry(index, correction))
      yield bad('Correction', `The correction ${correction.id} is not entry ${index} of the log.`)
  }
  const later = tree.size - 1 - log.index - corrections.length
  if (later > 0)
    yield told(
      'Later entries',
      `The log holds ${later} entries after this record that the bundle does not hold: other months, decisions, keys. That none of them corrects this month is to be seen in the log itself (/api/v1/log/entries).`,
    )
  if (trust.checkpoint !== undefined) yield older(trust.checkpoint, tree, head.value.origin)
}

function trusted(keys: readonly VerifierKey[], { key }: Trust): Finding {
  if (key === undefined)
    return told(
      'Signature',
      `The checkpoint is signed by ${keys.map(k => k.text).join(' and ')}, which the bundle names itself. Compare it with the key that was published, or give it with --key.`,
    )
  return keys.some(k => k.text === key.trim())
    ? good('Signature', 'The checkpoint is signed by the key that you gave.')
    : bad(
        'Signature',
        'The checkpoint is not signed by the key that you gave. Where that key was replaced since, an entry of the log (nines.key/1) says so.',
      )
}

/** A checkpoint that was kept earlier must be a beginning of this log. */
function older(text: string, tree: ReturnType<typeof growTree>, origin: string): Finding {
  // The reader trusts what they kept, whoever signed it: a key may have been lost since.
  const note = parseNote(text)
  const head = note.ok ? parseCheckpoint(note.value.text) : note
  if (!head.ok) return bad('Earlier checkpoint', `It cannot be read: ${head.message}.`)
  const { size, root } = head.value
  if (head.value.origin !== origin) return bad('Earlier checkpoint', 'It is of another log.')
  if (size > tree.size)
    return told(
      'Earlier checkpoint',
      `It is newer than the bundle: it covers ${size} entries, and this one ${tree.size}.`,
    )
  return same(growTree(Array.from({ length: size }, (_, i) => tree.leaf(i))).root(), root)
    ? good('Earlier checkpoint', `The first ${size} entries are those of the checkpoint that you kept.`)
    : bad(
        'Earlier checkpoint',
        'The log was forked: its beginning is not that of the checkpoint that you kept.',
      )
}

/** What the record says of itself fits together. */
function* inside(record: MonthRecord): Generator<Finding> {
  const { versions } = record
  if (versions.formula !== FORMULA)
    yield bad('Formula', `The record was made by formula ${versions.formula}; this program knows ${FORMULA}.`)
  for (const { version, contract } of versions.contract)
    if (digest(new TextDecoder().decode(canonicalBytes(contract))) !== version)
      yield bad('Contract', `The contract is not the one that the version ${version.slice(0, 12)} names.`)
  const month = parseMonth(record.month)
  if (!month) {
    yield bad('Month', 'The record names no month.')
    return
  }
  const bounds = monthInterval(month, record.timeZone)
  const { from, to } = spanOf(record.calendar)
  yield bounds.from === from && bounds.to === to
    ? good(
        'Month',
        `${record.month} in ${record.timeZone} runs from ${record.calendar.from} to ${record.calendar.to}.`,
      )
    : told(
        'Month',
        `Here ${record.month} in ${record.timeZone} would run otherwise: the record was made with the time-zone data ${versions.timeZoneData}.`,
      )
}

/** The raw checks are those of which each day's digest was sealed. */
function* digests({ record, checks }: Bundle): Generator<Finding> {
  if (checks === null) {
    yield told(
      'Checks',
      'The bundle holds no checks: they are kept for a limited time. The figures are as sealed.',
    )
    return
  }
  if (
    Object.keys(checks).sort().join('\n') !==
    record.endpoints
      .map(e => e.id)
      .sort()
      .join('\n')
  ) {
    yield bad('Checks', 'The bundle does not hold the checks of just those endpoints that the record names.')
    return
  }
  let count = 0
  let wrong = 0
  for (const endpoint of record.endpoints) {
    const { days, after } = checks[endpoint.id] as EndpointChecks
    const wanted = [...endpoint.days, { date: 'the days after', ...endpoint.after }]
    const found = [...days, after]
    if (Object.keys(checks[endpoint.id] as object).length !== 2 || wanted.length !== found.length)
      yield bad(
        'Checks',
        `${endpoint.id}: the bundle holds ${days.length} days, and the record ${endpoint.days.length}.`,
      )
    for (const [i, { date, checks: number, sha256 }] of wanted.entries()) {
      const text = found[i] ?? ''
      count += number
      if (digest(text) === sha256 && parseCheckLines(text).length === number) continue
      wrong++
      yield bad('Checks', `${endpoint.id}, ${date}: the checks are not the ${number} that were sealed.`)
    }
  }
  if (wrong === 0)
    yield good('Checks', `${count} checks were read, and their digests compared with those that were sealed.`)
}

/** The figures, computed from the checks by the rules, are those of the record. */
function* recomputed({ record, checks }: Bundle): Generator<Finding> {
  if (checks === null) return
  const input = inputOf(record, checks)
  const computed = computeMonth({ ...input, declared: declaredBy(record.corrections) })
  const { window } = computed.figures.measure
  let next = 0
  const made = buildRecord(
    {
      service: record.service,
      month: record.month,
      timeZone: record.timeZone,
      calendar: spanOf(record.calendar),
      closedAt: at(record.closedAt),
      maintenance: record.maintenance.map(m => ({
        ...{ id: m.id, title: m.title, ...spanOf(m) },
        announced: m.announced === null ? null : at(m.announced),
        noted: m.noted === null ? null : at(m.noted),
      })),
      corrections: record.corrections,
      versions: record.versions,
      endpoints: record.endpoints,
      identify: outage => {
        const recorded = record.outages[next++]
        const began = recorded && parseInstant(recorded.from)
        // An outage that came from the month before began there, of which these checks know nothing.
        const crossing = began != null && outage.from === window.from && began < window.from
        return { id: recorded?.id ?? '', from: crossing ? began : outage.from }
      },
    },
    computed,
  )
  const differing = (Object.keys(made) as (keyof MonthRecord)[]).filter(
    key => canon(made[key]) !== canon(record[key]),
  )
  if (differing.length > 0 || Object.keys(record).length !== Object.keys(made).length) {
    yield bad(
      'Figures',
      `Computed from the checks, these differ from the record: ${differing.join(', ') || 'its parts'}.`,
    )
    return
  }
  yield good('Figures', figureWords(record))
}

const canon = (value: unknown): string => new TextDecoder().decode(canonicalBytes(value))

/** What the month is computed from, by its checks. */
function inputOf(record: MonthRecord, checks: NonNullable<Bundle['checks']>): Omit<MonthInput, 'declared'> {
  const folding = foldMonth(record, checks)
  for (;;) {
    const step = folding.next()
    if (step.done) return step.value
  }
}

/** What each later correction says that it made of the month is what comes of it. */
function* corrected({ record, corrections, checks }: Bundle): Generator<Finding> {
  const calendar = spanOf(record.calendar)
  let before: MonthFigures = record
  const input = checks === null || corrections.length === 0 ? null : inputOf(record, checks)
  for (const [i, { correction }] of corrections.entries()) {
    const effect = correction.months.find(m => m.month === record.month)
    if (correction.service !== record.service.id || !effect) {
      yield bad('Correction', `The correction ${correction.id} is not of this month.`)
      continue
    }
    if (canon(figuresOf(effect.before)) !== canon(figuresOf(before)))
      yield bad('Correction', `The correction ${correction.id} does not follow the figures before it.`)
    if (input !== null) {
      const all = [...record.corrections, ...corrections.slice(0, i + 1).map(c => c.correction)]
      const made = computeMonth({ ...input, declared: declaredBy(all) })
      yield canon(monthFigures(made.figures)) === canon(effect.after)
        ? good(
            'Correction',
            `${correction.at}, ${correction.author}: ${correction.reason} ${figureWords(effect.after)}`,
          )
        : bad('Correction', `The correction ${correction.id} does not make the figures that it names.`)
    }
    before = effect.after
  }
  if (!record.corrections.every(c => touches(c, calendar)))
    yield bad('Correction', 'The record names a correction of another time.')
}

const figuresOf = (f: MonthFigures): MonthFigures => ({
  ms: f.ms,
  bounds: f.bounds,
  base: f.base,
  counted: f.counted,
  availability: f.availability,
  thresholds: f.thresholds,
  creditDays: f.creditDays,
})

const figureWords = ({ availability, counted, base, creditDays }: MonthFigures): string =>
  availability.percent === null
    ? 'There is no data to make a figure of.'
    : `Availability is ${availability.percent} %: ${counted} ms down of ${base} ms${creditDays > 0 ? `, which gives ${creditDays} days of credit` : ''}.`
