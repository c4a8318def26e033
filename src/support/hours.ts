import { type Interval, normalize } from '../time/interval.ts'
import { type WallHours, wallHours } from '../time/wall-hours.ts'

/** Who answers when. */
export interface Desk extends WallHours {
  readonly name: string
}

/**
 * PURE. When support is open in `[window.from, window.to)`: while any desk is, half-open and normalized (see `wallHours` for
 * clock changes and holidays). Throws a RangeError for an unknown zone.
 */
export const openHours = (desks: readonly WallHours[], window: Interval): Interval[] =>
  normalize(desks.flatMap(desk => wallHours(desk, window)))
