import type { RecordStore } from '../record/store.ts'
import { contractVersions } from '../version/store.ts'

/**
 * Why the contract's time zone may not become `timeZone`; null where it may. Months of two zones overlap at their edges:
 * the same hours would be sealed twice, or never. So the zone stays as soon as a month is closed.
 */
export function timeZoneFault(store: RecordStore, timeZone: string): string | null {
  const { settled } = store.memory
  settled.refresh()
  const known = contractVersions(store.db).at(-1)?.content.timeZone ?? timeZone
  return settled.end === 0 || known === timeZone
    ? null
    : `contract.timeZone must stay ${known}, and not become ${timeZone}: months are closed in it, and their edges would overlap`
}
