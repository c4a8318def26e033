import { ANEW, MOST_BYTES } from './download.ts'
import { type Finding, told } from './finding.ts'
import type { LogReading } from './later.ts'

/** A server that sends nothing for so long, in ms, does not keep the rest waiting. */
const STILL = 30_000

const failed = (why: string): Finding[] => [
  told(
    'Later entries',
    `The later entries of the log could not be downloaded: ${why}. So it was not looked at whether one of them corrects this month. You can check it by hand, see below.`,
  ),
]

/** The address of the log's entries `from` to before `to`, on the server that a bundle comes from. */
export const entriesUrl = (bundle: string, { from, to }: { from: number; to: number }): string =>
  `${bundle.slice(0, bundle.lastIndexOf('/api/v1/'))}/api/v1/log/entries.ndjson?from=${from}&to=${to}`

/** Downloads entries of the log and has them read as they come. Never throws: what goes wrong with it becomes a note. */
export async function downloadLater(
  url: string,
  reading: LogReading,
  tell: (bytes: number) => void,
): Promise<Finding[]> {
  const still = new AbortController()
  let timer = setTimeout(() => still.abort(), STILL)
  try {
    const answer = await fetch(url, { ...ANEW, signal: still.signal })
    if (!answer.ok || !answer.body) return failed(`the server answered with status ${answer.status}`)
    const reader = answer.body.getReader()
    for (let bytes = 0; ; ) {
      const { done, value } = await reader.read()
      clearTimeout(timer)
      if (done) break
      bytes += value.length
      if (bytes > MOST_BYTES) {
        await reader.cancel()
        return failed(`they are more than ${MOST_BYTES / 1024 / 1024} MB`)
      }
      if (!reading.take(value)) {
        await reader.cancel()
        break
      }
      tell(bytes)
      timer = setTimeout(() => still.abort(), STILL)
    }
  } catch {
    return failed(
      still.signal.aborted ? 'the server stopped sending' : 'the download broke off, or was refused',
    )
  } finally {
    clearTimeout(timer)
  }
  return reading.done()
}
