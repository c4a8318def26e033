import type { Correction, MonthFigures, MonthRecord } from '../month/record.ts'
import { rfc3339 } from '../time/instant.ts'
import { correctionsOf, figuresInForce } from './corrections.ts'
import type { Issue } from './issue.ts'

interface StatementJson {
  readonly type: 'nines.statement/1'
  readonly issued: string
  /** The figures that hold now. */
  readonly figures: MonthFigures
  readonly corrected: boolean
  /** As it was sealed, whole. */
  readonly record: MonthRecord
  /** Made after the month was closed, the oldest first. */
  readonly corrections: readonly Correction[]
  readonly proof: {
    readonly index: number
    readonly size: number
    readonly checkpoint: string
    readonly verifierKey: string
  }
  readonly links: Issue['links']
}

/** A statement for programs: the sealed record with nothing cut. */
export function statementJson(record: MonthRecord, issue: Issue): StatementJson {
  const corrections = correctionsOf(record, issue.corrections)
  const { ms, bounds, base, counted, availability, thresholds, creditDays } = figuresInForce(
    record,
    corrections,
  )
  return {
    type: 'nines.statement/1',
    issued: rfc3339(issue.issued),
    figures: { ms, bounds, base, counted, availability, thresholds, creditDays },
    corrected: corrections.length > 0,
    record,
    corrections,
    proof: {
      index: issue.index,
      size: issue.size,
      checkpoint: issue.checkpoint,
      verifierKey: issue.verifierKey,
    },
    links: issue.links,
  }
}
