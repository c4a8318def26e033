import { setImmediate as others } from 'node:timers/promises'
import type { LogStore } from '../log/store.ts'

/** How many entries are held at a time. */
const STEP = 16
const NEWLINE = Uint8Array.of(10)

/**
 * The exact entries from `from` to before `end`, a line each: canonical JSON has no line breaks. They are read as fast as
 * they are taken, and other requests are answered between the steps. Breaks off where an entry is not what was sealed.
 */
export function entryLines(
  log: Pick<LogStore, 'entries'>,
  from: number,
  end: number,
): ReadableStream<Uint8Array> {
  let next = from
  return new ReadableStream<Uint8Array>(
    {
      async pull(stream) {
        await others()
        const step = next < end ? await log.entries(next, Math.min(end, next + STEP)) : []
        if (step.length > 0) stream.enqueue(Buffer.concat(step.flatMap(({ data }) => [data, NEWLINE])))
        next += STEP
        if (next >= end) stream.close()
      },
    },
    { highWaterMark: 0 },
  )
}
