/** One thing that was looked at. */
export interface Finding {
  readonly what: string
  /** Null: it could not be looked at, or does not decide. */
  readonly ok: boolean | null
  readonly words: string
}

export const good = (what: string, words: string): Finding => ({ what, ok: true, words })
export const bad = (what: string, words: string): Finding => ({ what, ok: false, words })
export const told = (what: string, words: string): Finding => ({ what, ok: null, words })
