import { contractOf } from '../month/build.ts'
import type { RecordedContract } from '../month/record.ts'
import type { Contract } from '../sla/contract.ts'
import { type Month, monthInterval } from '../time/month.ts'
import type { Version } from './version.ts'

const read = new WeakMap<RecordedContract, Contract>()

/**
 * The contract that a month is judged by: the last that was in force in it; the one of today where none was noted yet.
 */
export function judging(
  versions: readonly Version<RecordedContract>[],
  month: Month,
  current: Contract,
): Contract {
  if (versions.length < 2) return current
  const found = versions.findLast(v => v.from < monthInterval(month, v.content.timeZone).to)
  if (!found || (found.to === null && found === versions.at(-1))) return current
  const known = read.get(found.content)
  if (known) return known
  const made = contractOf(found.content)
  read.set(found.content, made)
  return made
}
