/** How far a download is. */
export interface Received {
  /** Bytes, unpacked. */
  readonly bytes: number
  /** Checks, of which each ends in an escaped newline. */
  readonly checks: number
}

export type Downloaded =
  | { readonly ok: true; readonly text: string; readonly bytes: Blob }
  | { readonly ok: false; readonly message: string }

/** As much of a bundle as a browser's tab should be asked to hold, unpacked: some twenty endpoints checked every ten seconds. */
export const MOST_BYTES = 96 * 1024 * 1024

/** An older copy that the browser has may be shown only when the server says that it is the newest. */
export const ANEW: RequestInit & { readonly cache: 'no-cache' } = { cache: 'no-cache', redirect: 'error' }

const failed = (message: string): Downloaded => ({ ok: false, message })

/** Downloads a bundle, and tells how far it is. Never throws: what goes wrong is said in words. */
export async function download(url: string, tell: (received: Received) => void): Promise<Downloaded> {
  try {
    const answer = await fetch(url, ANEW)
    if (!answer.ok) return failed(refusal(answer))
    return answer.body ? await read(answer.body, tell) : failed('The server sent no bundle.')
  } catch (error) {
    if (error instanceof RangeError)
      return failed('This device has not enough memory for the bundle. You can check it by hand, see below.')
    return failed(
      'The download broke off: you are offline, or the server cannot be reached. Nothing was checked. Please try again.',
    )
  }
}

async function read(
  body: ReadableStream<Uint8Array>,
  tell: (received: Received) => void,
): Promise<Downloaded> {
  const reader = body.getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let [bytes, checks, before] = [0, 0, 0]
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.length
    if (bytes > MOST_BYTES) {
      await reader.cancel()
      return failed(
        `The bundle is too large to check in a browser: more than ${MOST_BYTES / 1024 / 1024} MB. You can check it by hand, see below.`,
      )
    }
    for (const byte of value) {
      if (byte === 0x6e && before === 0x5c) checks++
      before = byte
    }
    parts.push(new Uint8Array(value))
    tell({ bytes, checks })
  }
  const blob = new Blob(parts, { type: 'application/json' })
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await blob.arrayBuffer())
    return { ok: true, text, bytes: blob }
  } catch (error) {
    if (error instanceof TypeError) return failed('What the server sent is not a bundle: it is not UTF-8.')
    throw error
  }
}

function refusal(answer: Response): string {
  const after = Number(answer.headers.get('retry-after'))
  const again = Number.isFinite(after) && after > 0 ? `in ${Math.ceil(after)} seconds` : 'in a minute'
  switch (answer.status) {
    case 503:
      return `The server is busy and cannot make this bundle at the moment. Please try again ${again}.`
    case 429:
      return `You have asked for many bundles in a short time. Please try again ${again}.`
    case 404:
      return 'The server has no bundle of this month, though this page says that it is closed.'
    default:
      return `The server did not send the bundle: it answered with status ${answer.status}.`
  }
}
