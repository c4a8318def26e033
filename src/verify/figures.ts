import { canonicalBytes } from '../log/canonical.ts'
import { buildRecord, monthFigures } from '../month/build.ts'
import { computeMonth, type MonthInput } from '../month/compute.ts'
import { at, declaredBy, spanOf, touches } from '../month/declared.ts'
import type { MonthFigures, MonthRecord } from '../month/record.ts'
import { parseInstant } from '../time/instant.ts'
import type { Bundle } from './bundle.ts'
import { bad, type Finding, good } from './finding.ts'
import { foldMonth } from './fold.ts'

/** The figures, computed from the checks by the rules, are those of the record. */
export function* recomputed({ record, checks }: Bundle): Generator<Finding> {
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
        const crossing = began != null && outage.mayCross && began < window.from
        const ended = recorded?.to ? parseInstant(recorded.to) : null
        // Nor of how one ended that went on after it.
        const after = outage.goesOn && (ended === null || ended >= window.to)
        return {
          id: recorded?.id ?? '',
          from: crossing ? began : outage.from,
          to: after ? ended : outage.to,
        }
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
export function* corrected({ record, corrections, checks }: Bundle): Generator<Finding> {
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
