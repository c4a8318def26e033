import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'
import { type Instant, rfc3339 } from '../time/instant.ts'
import type { Month } from '../time/month.ts'

/** What was decided of one month of a claim. Private: the log holds its hash alone. */
export interface DecisionRecord {
  readonly type: 'nines.claim/1'
  readonly reference: string
  readonly account: string
  readonly service: string
  readonly month: Month
  readonly outcome: 'credited' | 'declined'
  /** 0 where it was declined. */
  readonly days: number
  /** Why it was declined, or decided otherwise than recommended. */
  readonly reason: string | null
  /** The version of the contract by which it was judged. */
  readonly contract: string
}

/** A decision's public form: that one was made, and when, to be opened by whoever holds the record and its salt. */
export interface DecisionLeaf {
  readonly type: 'nines.decision/1'
  /** RFC 3339 in UTC, with milliseconds. */
  readonly at: string
  /** SHA-256, in hex, of the canonical JSON (RFC 8785) of `{ salt, record }`. */
  readonly hash: string
}

/** 16 random bytes at least, in hex: without them a guessed record could be confirmed. */
const SALT = /^(?:[0-9a-f]{2}){16,64}$/

/** The leaf of a decision. Throws a RangeError for a salt that is not 16 to 64 bytes in hex, and an Error for a record with lone surrogates, which has no canonical form. */
export function decisionLeaf(record: DecisionRecord, salt: string, at: Instant): DecisionLeaf {
  if (!SALT.test(salt)) throw new RangeError('a decision needs a salt of 16 to 64 bytes in hex')
  return { type: 'nines.decision/1', at: rfc3339(at), hash: hashOf(record, salt) }
}

/** Whether a leaf was made of this record and salt. Never throws for what came from elsewhere. */
export function verifyDecision(record: DecisionRecord, salt: string, leaf: DecisionLeaf): boolean {
  if (!SALT.test(salt) || leaf.type !== 'nines.decision/1') return false
  try {
    return hashOf(record, salt) === leaf.hash
  } catch {
    return false
  }
}

function hashOf(record: DecisionRecord, salt: string): string {
  const canonical = canonicalize({ salt, record })
  if (canonical === undefined) throw new TypeError('a decision has no canonical form')
  return bytesToHex(sha256(utf8ToBytes(canonical)))
}
