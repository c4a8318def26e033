import { download } from './download.ts'
import { examine, refused } from './examine.ts'
import type { Finding } from './finding.ts'
import { readLog, unread } from './later.ts'
import { downloadLater, entriesUrl } from './later-download.ts'
import type { Message, Question } from './messages.ts'
import { readBundle } from './read.ts'

// Downloads and computes apart from the page, which stays at hand meanwhile.

declare const self: {
  onmessage: ((event: { readonly data: Question }) => void) | null
  postMessage(message: Message): void
}

const TELL_EVERY_BYTES = 128 * 1024

self.onmessage = ({ data }) => {
  answer(data).catch((error: unknown) =>
    self.postMessage({ kind: 'crashed', words: error instanceof Error ? error.message : String(error) }),
  )
}

async function answer({ url, shown, known }: Question): Promise<void> {
  const no = refused(known)
  if (no) return self.postMessage({ kind: 'refused', ...no })
  let told = 0
  const got = await download(url, received => {
    if (received.bytes - told < TELL_EVERY_BYTES) return
    told = received.bytes
    self.postMessage({ kind: 'received', ...received })
  })
  if (!got.ok) return self.postMessage({ kind: 'failed', words: got.message })
  const later = await laterOf(got.text, url)
  self.postMessage({ kind: 'downloaded', bytes: got.bytes })
  for (const step of examine(got.text, shown, known, later)) self.postMessage(step)
}

/** What the entries after the record say that the bundle does not hold; undefined where there are none. */
async function laterOf(text: string, url: string): Promise<readonly Finding[] | undefined> {
  const bundle = readBundle(text)
  const wanted = bundle && unread(bundle)
  if (!wanted) return undefined
  const reading = readLog(bundle)
  const of = wanted.to - wanted.from
  let told = Number.NEGATIVE_INFINITY
  const tell = (bytes: number): void => {
    if (bytes - told < TELL_EVERY_BYTES) return
    told = bytes
    self.postMessage({ kind: 'later', bytes, entries: reading.entries, of })
  }
  tell(0)
  return downloadLater(entriesUrl(url, wanted), reading, tell)
}
