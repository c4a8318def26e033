import type { ServiceId } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import type { Month } from '../time/month.ts'
import type { ClosedMonth, StoredCorrection } from './closed.ts'
import { at } from './declared.ts'
import { closedMonthsReader, correctionsReader } from './store.ts'

/** What is closed and corrected of a service. */
export interface Settled {
  readonly months: ReadonlyMap<Month, ClosedMonth>
  readonly corrections: readonly StoredCorrection[]
}

const NOTHING: Settled = { months: new Map(), corrections: [] }

/**
 * The closed months and corrections as they were last read. Both are only ever added to, so that a look reads what is new.
 */
export class SettledMemory {
  private readonly readClosedMonths
  private readonly readCorrections
  private readonly known = new Map<
    ServiceId,
    { months: Map<Month, ClosedMonth>; corrections: StoredCorrection[] }
  >()
  /** The end of the latest month that is closed, of any service; 0 where none is. */
  end = 0
  private lastMonth = -1
  private lastCorrection = -1

  constructor(db: Database) {
    this.readClosedMonths = closedMonthsReader(db)
    this.readCorrections = correctionsReader(db)
  }

  /** After a rollback: what was read inside the transaction was never stored. */
  forget(): void {
    this.known.clear()
    this.end = 0
    this.lastMonth = -1
    this.lastCorrection = -1
  }

  of(service: ServiceId): Settled {
    return this.known.get(service) ?? NOTHING
  }

  /** Reads what was added since. To be called in a transaction or for one look. */
  refresh(): void {
    for (const month of this.readClosedMonths(this.lastMonth)) {
      this.entry(month.service).months.set(month.month, month)
      this.lastMonth = month.index
      this.end = Math.max(this.end, at(month.calendar.to))
    }
    for (const stored of this.readCorrections(this.lastCorrection)) {
      this.entry(stored.correction.service as ServiceId).corrections.push(stored)
      this.lastCorrection = stored.index
    }
  }

  private entry(service: ServiceId) {
    const known = this.known.get(service) ?? { months: new Map(), corrections: [] }
    // A new object each time, so that whoever holds the one before can tell that something was added.
    const grown = { months: known.months, corrections: [...known.corrections] }
    this.known.set(service, grown)
    return grown
  }
}
