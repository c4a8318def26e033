/** How the live example fails, one way after the other. */
export type Mood = 'up' | 'status' | 'refused' | 'slow'

export interface Phase {
  readonly mood: Mood
  /** How long it lasts from now, in ms. */
  readonly left: number
}

export interface Rhythm {
  /** Until the first failure, in ms. */
  readonly first: number
  readonly up: number
  readonly down: number
}

const FAILURES: readonly Mood[] = ['status', 'refused', 'slow']

/** PURE. What the live example is like, so many ms after its start. */
export function phaseAt(elapsed: number, { first, up, down }: Rhythm): Phase {
  if (elapsed < first) return { mood: 'up', left: first - elapsed }
  const round = Math.floor((elapsed - first) / (down + up))
  const into = elapsed - first - round * (down + up)
  return into < down
    ? { mood: FAILURES[round % FAILURES.length] ?? 'status', left: down - into }
    : { mood: 'up', left: down + up - into }
}
