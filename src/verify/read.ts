import canonicalize from 'canonicalize'
import type { Bundle } from './bundle.ts'
import { isModest } from './shape.ts'

/** What is in a text that may be a bundle; null where it is none at all. Its parts are not looked at. */
export function parseBundle(text: string): Bundle | null {
  if (!isModest(text)) return null
  try {
    const bundle: unknown = JSON.parse(text)
    return typeof bundle === 'object' && bundle !== null && 'record' in bundle && 'log' in bundle
      ? (bundle as Bundle)
      : null
  } catch {
    return null
  }
}

const MEMBERS = 'checks,corrections,log,record,type'
const IN_LOG = 'checkpoint,index,keys,leaves,rotations'
const names = (of: object): string => Object.keys(of).sort().join()

/** A bundle that is written as one, byte for byte, and holds nothing that is not looked at; else null. */
export function readBundle(text: string): Bundle | null {
  const bundle = parseBundle(text)
  if (!bundle) return null
  try {
    const { log, corrections } = bundle
    const shaped =
      bundle.type === 'nines.bundle/1' &&
      names(bundle) === MEMBERS &&
      names(log) === IN_LOG &&
      bundle.record.type === 'nines.month/1' &&
      Array.isArray(corrections) &&
      corrections.every(c => names(c) === 'correction,index') &&
      Array.isArray(log.leaves) &&
      Array.isArray(log.rotations) &&
      log.rotations.every(r => names(r) === 'checkpoint,entry,index')
    return shaped && canonicalize(bundle) === text ? bundle : null
  } catch {
    return null
  }
}
