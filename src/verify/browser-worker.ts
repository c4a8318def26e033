import { download } from './download.ts'
import { examine, refused } from './examine.ts'
import type { Message, Question } from './messages.ts'

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
  self.postMessage({ kind: 'downloaded', bytes: got.bytes })
  for (const step of examine(got.text, shown, known)) self.postMessage(step)
}
