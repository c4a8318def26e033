import { claimDeadline } from '../claim/deadline.ts'
import { raisedAt } from '../claim/raised.ts'
import type { MonthRecord, RecordedContract } from '../month/record.ts'
import { monthPath, servicePath } from '../page/address.ts'
import { dateBefore } from '../page/calendar.ts'
import { dateName, monthName } from '../page/words.ts'
import { duration, type Instant } from '../time/instant.ts'
import { isTimeZone } from '../time/month.ts'
import { computation, type Part, partsOf } from './computation.ts'
import {
  type CorrectionView,
  correctedSteps,
  correctionsOf,
  correctionView,
  figuresInForce,
} from './corrections.ts'
import { type DigestView, digestViews } from './digests.ts'
import { correctedDown, type MonthTime, monthTime } from './down-time.ts'
import {
  type BlipRow,
  blipRows,
  type MaintenanceRow,
  maintenanceRows,
  type OutageRows,
  outageRows,
  type Rows,
  unknownRows,
} from './happenings.ts'
import type { Issue } from './issue.ts'
import { localZone, type Moment, moment, momentOf, type Stretch, stretch } from './moment.ts'
import { type PerformanceView, performanceView } from './performance-view.ts'
import { plain } from './plain.ts'
import { type VerdictView, verdictOf } from './verdict.ts'
import { downRuleWords, type VersionsView, versionsView } from './versions.ts'

interface Figure {
  readonly verdict: VerdictView
  readonly parts: readonly Part[]
  readonly total: Part
  /** Numbered lines; empty where the record names no contract. */
  readonly computation: readonly string[]
}

/** A statement of a closed month: what the page and the PDF are made of. Texts of others are on one line and bounded, but not escaped. */
export interface StatementView {
  /** `iam/2026-10`, for the foot of every page. */
  readonly reference: string
  readonly site: string
  readonly service: string
  readonly serviceId: string
  readonly serviceHref: string
  readonly month: string
  readonly monthHref: string
  readonly issued: Moment
  readonly closed: Moment
  readonly timeZone: string
  readonly calendar: Stretch
  readonly window: Stretch
  /** Whether the window is all of the month. */
  readonly watchedWhole: boolean
  readonly downRule: string
  /** The contract that the month is judged by. */
  readonly contract: { readonly version: string } | null
  /** What holds now. */
  readonly figure: Figure
  /** As the month was closed, where a later correction changed it; else null. */
  readonly asClosed: Figure | null
  /** `A claim is in time until …`; null without credit. */
  readonly claim: string | null
  readonly corrections: readonly CorrectionView[]
  /** Those that were in force when the month was closed. */
  readonly earlierCorrections: readonly CorrectionView[]
  readonly outages: OutageRows
  readonly unknown: Rows<Stretch>
  readonly maintenance: Rows<MaintenanceRow>
  readonly blips: Rows<BlipRow>
  readonly performance: PerformanceView | null
  readonly versions: VersionsView
  readonly digests: readonly DigestView[]
  readonly proof: {
    readonly entry: string
    readonly size: string
    readonly checkpoint: readonly string[]
    /** The checkpoint's root hash, for the foot of every page; empty where the note has none. */
    readonly root: string
    readonly key: string
    /** How to verify the statement, step by step. */
    readonly steps: readonly string[]
    readonly links: readonly Link[]
    /** Where to read what is not written out; null where that is no address of the web. */
    readonly json: string | null
  }
}

interface Link {
  readonly name: string
  readonly text: string
  /** Null where the text is no address of the web. */
  readonly href: string | null
}

/** Lines of a signed note are far shorter, and few. */
const NOTE_LINE = 2_000
const NOTE_LINES = 40

export function statementView(record: MonthRecord, issue: Issue): StatementView {
  const zone = localZone(record.timeZone)
  const time = monthTime(record)
  const contract = record.versions.contract.at(-1) ?? null
  const corrections = correctionsOf(record, issue.corrections)
  const inForce = figuresInForce(record, issue.corrections)
  const figureOf = (figures: typeof inForce, corrected: readonly string[] = []): Figure => ({
    verdict: verdictOf(figures),
    ...partsOf(figures),
    computation: contract === null ? [] : computation(record, figures, contract.contract, corrected),
  })
  const note = issue.checkpoint.split('\n').slice(0, NOTE_LINES)
  return {
    reference: `${plain(record.service.id, 80)}/${record.month}`,
    site: plain(issue.title),
    service: plain(record.service.name),
    serviceId: record.service.id,
    serviceHref: servicePath(record.service.id),
    month: monthName(record.month),
    monthHref: monthPath(record.service.id, record.month),
    issued: moment(issue.issued, zone),
    closed: momentOf(record.closedAt, zone),
    timeZone: plain(record.timeZone, 80),
    calendar: stretch(record.calendar, zone),
    window: stretch(record.window, zone),
    watchedWhole: record.window.from === record.calendar.from && record.window.to === record.calendar.to,
    downRule: downRuleWords(record.service.down),
    contract: contract && { version: plain(contract.version, 80) },
    figure: figureOf(inForce, correctedSteps(record, corrections)),
    asClosed: corrections.length === 0 ? null : figureOf(record),
    claim:
      contract === null || inForce.creditDays === 0
        ? null
        : claimWords(
            { ...time, down: correctedDown(time, corrections) },
            contract.contract,
            raisedAt(corrections, record.month),
          ),
    corrections: corrections.map(c => correctionView(c, record.month, zone)),
    earlierCorrections: record.corrections.map(c => correctionView(c, record.month, zone)),
    outages: outageRows(record, time, corrections, zone),
    unknown: unknownRows(record, zone),
    maintenance: maintenanceRows(record, zone),
    blips: blipRows(record, zone),
    performance: performanceView(record.performance, { month: record.month, running: false }),
    versions: versionsView(record, zone),
    digests: digestViews(record, zone),
    proof: {
      entry: String(issue.index),
      size: String(issue.size),
      checkpoint: note.map(line => plain(line, NOTE_LINE)),
      root: plain(note[2] ?? '', 60),
      key: plain(issue.verifierKey, NOTE_LINE),
      steps: steps(issue),
      links: linksOf(issue),
      json: linkTo(issue.links.json),
    },
  }
}

function claimWords(time: MonthTime, contract: RecordedContract, raised: Instant | null): string | null {
  const { timeZone } = contract
  if (!isTimeZone(timeZone)) return null
  const terms = { ...contract, claimWindow: duration(contract.claimWindowMs) }
  const deadline = claimDeadline(time, time.window, terms, raised)
  return deadline === null
    ? null
    : `A claim is in time until the end of ${dateName(dateBefore(deadline, timeZone))} in ${timeZone}.`
}

const LINKS: readonly (readonly [name: string, key: keyof Issue['links']])[] = [
  ['This month', 'page'],
  ['Bundle, with the checks, the record and the proof', 'bundle'],
  ['Log', 'log'],
  ['This statement as JSON', 'json'],
  ['This statement as CSV', 'csv'],
  ['This statement as PDF', 'pdf'],
]

const linksOf = ({ links }: Issue): Link[] =>
  LINKS.map(([name, key]) => ({ name, text: plain(links[key], 1_000), href: linkTo(links[key]) }))

const linkTo = (text: string): string | null =>
  /^(?:https?:\/\/|\/(?!\/))[^\s\\]{0,1000}$/i.test(text) ? text : null

const steps = ({ index, size }: Issue): string[] => [
  `The month’s record is entry ${index} of a log that only grows. The checkpoint below signs the log at ${size} entries.`,
  'Fetch the bundle from its address below and run “nines verify” on it: it folds every check again, compares the figures, and checks the record against the log’s root and the signature against the verifier key.',
  'Compare the root hash of this statement with the checkpoint’s third line, and the verifier key with the one that you were given when the contract was made.',
]
