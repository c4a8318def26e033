import type { Database } from '../db/open.ts'
import { createResolve } from '../probe/resolve.ts'
import type { Instant } from '../time/instant.ts'
import { takePicture } from './camera.ts'
import { type FoundChromium, findChromium } from './chromium.ts'
import { createPhotographer, type Photographer } from './photographer.ts'
import type { Picture, PictureSource, Wanted } from './picture.ts'
import { screenshotStore } from './screenshot-store.ts'

export interface PicturesOptions {
  readonly db: Database
  /** The configured Chromium, read anew for each picture; undefined where the usual places are searched. */
  readonly chromium: () => string | undefined
  /** Where a packaged Chromium is unpacked: a directory of ours alone. */
  readonly cache: string
  readonly now: () => Instant
  /** Told once, and again when it changed, that no picture can be taken. */
  readonly onAbsent: (why: string) => void
  readonly onError: (error: unknown) => void
  /** Told of each picture that was kept: pages change. */
  readonly onKept?: (wanted: Wanted, picture: Picture) => void
}

export interface Pictures extends Photographer {
  readonly source: PictureSource
}

/** Takes pictures of confirmed outages and keeps them. Nothing is loaded and nothing runs until the first is wanted. */
export function startPictures(options: PicturesOptions): Pictures {
  const { db, chromium, cache, now, onAbsent, onError, onKept } = options
  const store = screenshotStore(db)
  const resolve = createResolve()
  let known: { readonly configured: string | undefined; readonly found: FoundChromium } | null = null
  let said = ''

  const find = async (): Promise<FoundChromium> => {
    const configured = chromium()
    // One that was absent may have been installed meanwhile.
    if (known?.found.kind === 'found' && known.configured === configured) return known.found
    const found = await findChromium({ configured, cache })
    known = { configured, found }
    if (found.kind === 'absent' && found.why !== said) onAbsent(found.why)
    said = found.kind === 'absent' ? found.why : ''
    return found
  }

  const photographer = createPhotographer({
    store,
    now,
    onError,
    ...(onKept ? { onKept } : {}),
    take: async (url, signal) => {
      const found = await find()
      // Where it was looked for is the operator's business.
      if (found.kind === 'absent') return { kind: 'none', at: now(), note: 'Chromium was not found' }
      return takePicture(url, { chromium: found.chromium, resolve, now, signal, onNoStart: onError })
    },
  })
  return { ...photographer, source: store }
}
