import { parseMonth } from '../time/month.ts'
import type { Finding } from '../verify/finding.ts'
import { readLog } from '../verify/later.ts'
import { readBundle } from '../verify/read.ts'
import { holds, verify } from '../verify/verify.ts'
import { readSmall, readUnpacked, unpacked, unreadable } from './bounded.ts'
import { Failure } from './failure.ts'

export interface VerifyCommand {
  /** The bundle, gzipped or not; `-` for standard input. */
  readonly file: string
  /** A verifier key, or a file that holds one. */
  readonly key: string | undefined
  /** A file with a checkpoint that was kept earlier. */
  readonly checkpoint: string | undefined
  /** The entries of the log, a line each, gzipped or not; `-` for standard input. */
  readonly log: string | undefined
  /** The id of the service, and the month as `YYYY-MM`, that the bundle has to be of. */
  readonly service: string | undefined
  readonly month: string | undefined
  readonly json: boolean
}

const SIGN = new Map([
  [true, 'ok   '],
  [false, 'WRONG'],
  [null, 'note '],
])
/** As much as a bundle may take, packed or unpacked. */
const LARGEST = 512 * 1024 * 1024
const LARGEST_NOTE = 64 * 1024

/** `nines verify`: recomputes a month from its bundle, offline. Returns the exit code: 0 where everything holds, else 1. */
export async function verifyCommand(options: VerifyCommand): Promise<number> {
  const { file, key, checkpoint, log, service, month } = options
  if ([file, key, checkpoint, log].filter(input => input === '-').length > 1)
    throw new Failure(
      'standard input can be read only once: give - for one of them, and a file for the others',
    )
  if (month !== undefined && !parseMonth(month))
    throw new Failure(`--month ${month} is no month: it is written YYYY-MM, such as 2026-10`)
  const text = await bundleText(file)
  const trust = {
    ...(key === undefined ? {} : { key: await keyText(key) }),
    ...(checkpoint === undefined ? {} : { checkpoint: await smallText(checkpoint, 'checkpoint') }),
    ...(service === undefined ? {} : { service }),
    ...(month === undefined ? {} : { month }),
  }
  const later = log === undefined ? null : await laterIn(log, text)
  const findings = [...verify(text, later === null ? trust : { ...trust, later })]
  const ok = holds(findings)
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, findings }, null, 2)}\n`)
  else {
    for (const finding of findings)
      process.stdout.write(
        `${SIGN.get(finding.ok)}  ${finding.what.padEnd(18)}  ${printable(finding.words)}\n`,
      )
    process.stdout.write(ok ? 'Everything holds.\n' : 'This does not hold.\n')
    if (ok && findings.some(finding => finding.ok === null))
      process.stdout.write('The notes above say what was not looked at.\n')
  }
  return ok ? 0 : 1
}

/** What a bundle says of itself must not steer the terminal. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ')

/** What the log's own entries say of the bundle's month; null where there is no bundle to look for. */
async function laterIn(file: string, text: string): Promise<readonly Finding[] | null> {
  const bundle = readBundle(text)
  if (!bundle) return null
  const reading = readLog(bundle)
  try {
    for await (const part of unpacked(file)) if (!reading.take(part)) break
  } catch (error) {
    throw unreadable(file, error)
  }
  return reading.done()
}

async function bundleText(file: string): Promise<string> {
  const tooLarge = `${file} is too large to be a bundle (more than 512 MiB unpacked)`
  const bytes = await readUnpacked(file, LARGEST)
  if (bytes === null) throw new Failure(tooLarge, 1)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    // A string holds a few characters fewer.
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_STRING_TOO_LONG'
    throw new Failure(tooLong ? tooLarge : `${file} is no bundle: neither UTF-8 nor gzip`, 1)
  }
}

async function smallText(file: string, what: string): Promise<string> {
  const bytes = await readSmall(file, LARGEST_NOTE)
  if (bytes === null) throw new Failure(`${file} is too large to be a ${what} (more than 64 KiB)`)
  return bytes.toString('utf8')
}

const keyText = async (given: string): Promise<string> =>
  given.includes('+') ? given : (await smallText(given, 'key')).trim()
