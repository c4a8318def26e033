import type { Figures } from '../availability/figures.ts'
import type { DownRule, ServiceId } from '../catalog/model.ts'
import { duration, type Instant } from '../time/instant.ts'
import type { Month } from '../time/month.ts'
import { spanOf } from './declared.ts'
import type { Correction, MonthFigures, MonthRecord, RecordedContract, TimeSpan } from './record.ts'

/** What lists and pages need of a closed month. */
export interface ClosedMonth {
  readonly service: ServiceId
  readonly month: Month
  readonly closedAt: Instant
  /** Its place in the log. */
  readonly index: number
  readonly calendar: TimeSpan
  readonly window: TimeSpan
  /** That it was judged by. */
  readonly contract: RecordedContract
  /** When the service counted as down. */
  readonly down: DownRule
  readonly maintenance: MonthRecord['maintenance']
  /** As sealed; a later correction does not change them. */
  readonly figures: MonthFigures
  readonly blips: number
}

export interface StoredCorrection {
  readonly index: number
  readonly correction: Correction
}

const made = new WeakMap<MonthFigures, Figures>()

/** A closed month's figures: as sealed, or as the latest correction of it says. */
export function closedFigures(closed: ClosedMonth, corrections: readonly StoredCorrection[]): Figures {
  const sealed = correctedFigures(closed, corrections) ?? closed.figures
  const known = made.get(sealed)
  if (known) return known
  const { ms, bounds, ...judgement } = sealed
  const figures: Figures = {
    ...judgement,
    measure: {
      window: spanOf(closed.window),
      total: duration(ms.total),
      up: duration(ms.up),
      down: duration(ms.down),
      unknown: duration(ms.unknown),
      maintenance: duration(ms.maintenance),
      bestDown: duration(bounds.bestDown),
      worstDown: duration(bounds.worstDown),
    },
    complete: true,
    blips: closed.blips,
  }
  made.set(sealed, figures)
  return figures
}

/** What the latest correction that came after a month was closed made of it; null where none did. */
export function correctedFigures(
  closed: Pick<ClosedMonth, 'month' | 'index'>,
  corrections: readonly StoredCorrection[],
): MonthFigures | null {
  for (const { index, correction } of corrections.toReversed()) {
    const found = index > closed.index && correction.months.find(m => m.month === closed.month)
    if (found) return found.after
  }
  return null
}
