import type { Checked } from './note.ts'
import { randomNonce, type Timestamp, timestampRequest, tokenOf, verifyTimestamp } from './timestamp.ts'

const MOST_BYTES = 65_536
const PATIENCE = 10_000

/**
 * Asks a time-stamping authority (RFC 3161 over HTTP) for a token over the note, and checks it. What goes wrong is a value:
 * nothing depends on it, and it can be asked for again. `patience` in ms.
 */
export async function requestTimestamp(
  url: string,
  note: string,
  { patience = PATIENCE, signal }: { readonly patience?: number; readonly signal?: AbortSignal } = {},
): Promise<Checked<Timestamp & { readonly token: Uint8Array }>> {
  const nonce = randomNonce()
  const late = AbortSignal.timeout(patience)
  const reply = await post(
    url,
    timestampRequest(note, nonce),
    signal ? AbortSignal.any([late, signal]) : late,
  )
  if (!reply.ok) return reply
  const token = tokenOf(reply.value)
  if (!token.ok) return token
  const checked = await verifyTimestamp(token.value, note, { nonce })
  return checked.ok ? { ok: true, value: { ...checked.value, token: token.value } } : checked
}

async function post(url: string, body: Uint8Array, signal: AbortSignal): Promise<Checked<Uint8Array>> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: new Uint8Array(body),
      redirect: 'manual',
      signal,
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      const moved = response.status >= 300 && response.status < 400 ? ', which is not followed' : ''
      return { ok: false, message: `the authority answered with status ${response.status}${moved}` }
    }
    const parts: Uint8Array[] = []
    let length = 0
    for await (const part of response.body ?? []) {
      length += part.length
      if (length > MOST_BYTES)
        return { ok: false, message: `the authority's reply is longer than ${MOST_BYTES} bytes` }
      parts.push(part)
    }
    return { ok: true, value: Buffer.concat(parts) }
  } catch (error) {
    if (signal.aborted) return { ok: false, message: 'the authority did not answer in time' }
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
    return { ok: false, message: `the authority could not be reached${cause}` }
  }
}
