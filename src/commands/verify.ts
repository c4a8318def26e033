import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { holds, verify } from '../verify/verify.ts'
import { Failure } from './failure.ts'

export interface VerifyCommand {
  /** The bundle, gzipped or not; `-` for standard input. */
  readonly file: string
  /** A verifier key, or a file that holds one. */
  readonly key: string | undefined
  /** A file with a checkpoint that was kept earlier. */
  readonly checkpoint: string | undefined
  readonly json: boolean
}

const SIGN = new Map([
  [true, 'ok   '],
  [false, 'WRONG'],
  [null, 'note '],
])
/** As much as a bundle unpacked may take. */
const LARGEST = 1024 * 1024 * 1024

/** `nines verify`: recomputes a month from its bundle, offline. Returns the exit code: 0 where everything holds, else 1. */
export function verifyCommand(options: VerifyCommand): number {
  const { key, checkpoint } = options
  const findings = [
    ...verify(textOf(options.file), {
      ...(key === undefined ? {} : { key: keyText(key) }),
      ...(checkpoint === undefined ? {} : { checkpoint: read(checkpoint).toString('utf8') }),
    }),
  ]
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

function read(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

function textOf(file: string): string {
  const bytes = read(file)
  try {
    const plain =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain)
  } catch {
    throw new Failure(`${file} is no bundle: neither UTF-8 nor gzip`, 1)
  }
}

const keyText = (given: string): string => (given.includes('+') ? given : read(given).toString('utf8').trim())
