export interface Tick {
  /** When it should have rung, in UTC ms, and how late it was, in ms. */
  readonly at: number
  readonly late: number
}

/** The least that a machine lets anything be late: a process that does nothing but wait for its timer. */
export async function timer({ every }: { readonly every: number }) {
  let ticks: Tick[] = []
  const wait = (): void => {
    const due = performance.now() + every
    const at = Date.now() + every
    setTimeout(() => {
      ticks.push({ at, late: performance.now() - due })
      wait()
    }, every)
  }
  wait()
  return {
    told: null,
    /** Since the last question. */
    ask: async (_question: 'ticks'): Promise<readonly Tick[]> => {
      const answer = ticks
      ticks = []
      return answer
    },
  }
}
