import type { Path } from './problem.ts'
import { find, type Place } from './tree.ts'

/** A place with the path that leads to it. */
export interface Spot {
  readonly path: Path
  readonly place: Place
}

/** Whether nothing in a value came from the environment, so that it may be shown. */
export const asWritten = ({ place }: { place: Place }): boolean => place.value === place.shown

/** The items of the list at a path; none where there is no list. */
export function list(root: Place, path: Path): Spot[] {
  const holder = find(root, path)
  if (!Array.isArray(holder?.value)) return []
  return [...holder.children].map(([i, place]) => ({ path: [...path, i], place }))
}

/** The value of a key, where it is of a use to compare. */
export function text(spot: Spot, name: string): { value: string; place: Place; path: Path } | null {
  const place = spot.place.children.get(name)
  return typeof place?.value === 'string' ? { value: place.value, place, path: [...spot.path, name] } : null
}
