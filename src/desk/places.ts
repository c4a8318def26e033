/** A place among those who send forms at the same time. */
export interface Place {
  /** To be told how much has come so far, in bytes; false where so much cannot be taken in at the moment. */
  readonly grows: (size: number, multipart: boolean) => boolean
  /** Gives it back; to be called once the form has been dealt with. */
  readonly leave: () => void
}

/** Bodies up to so many bytes are small: they take no place. */
export const SMALL_BODY = 64 * 1_024
/** Large bodies in memory at the same time: of all, of those with files, and of one subscriber. */
const MOST = { all: 8, files: 3, one: 2 } as const

/**
 * Hands out places. One is taken only by a body that has become large, so that whoever opens connections and falls silent
 * keeps nobody out. `who` is a subscriber's network.
 */
export function formPlaces(): (who: string) => Place {
  const taken = new Set<{ readonly who: string; readonly multipart: boolean }>()
  const count = (which: (one: { readonly who: string; readonly multipart: boolean }) => boolean) =>
    [...taken].filter(which).length
  return who => {
    let own: { readonly who: string; readonly multipart: boolean } | null = null
    return {
      grows(size, multipart) {
        if (size <= SMALL_BODY || own) return true
        if (
          taken.size >= MOST.all ||
          count(one => one.who === who) >= MOST.one ||
          (multipart && count(one => one.multipart) >= MOST.files)
        )
          return false
        own = { who, multipart }
        taken.add(own)
        return true
      },
      leave() {
        if (own) taken.delete(own)
        own = null
      },
    }
  }
}
