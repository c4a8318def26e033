import { sha256 } from '@noble/hashes/sha2.js'

/** A SHA-256 hash: 32 bytes. */
export type Hash = Uint8Array

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** The hash of an entry's bytes (RFC 6962, 2.1). */
export const leafHash = (data: Uint8Array): Hash => sha256.create().update(LEAF).update(data).digest()

/** The hash of a node with two children (RFC 6962, 2.1). */
export const nodeHash = (left: Hash, right: Hash): Hash =>
  sha256.create().update(NODE).update(left).update(right).digest()

/** An append-only Merkle tree of leaf hashes. Sizes and indices are whole numbers; what lies outside of it throws a RangeError. */
export interface Tree {
  readonly size: number
  append(leaf: Hash): void
  leaf(index: number): Hash
  /** Of its first `size` leaves; of all where not given (RFC 6962, 2.1). */
  root(size?: number): Hash
  /** That the leaf `index` is among the first `size` (RFC 6962, 2.1.1). */
  inclusion(index: number, size: number): Hash[]
  /** That the first `from` leaves begin the first `to` (RFC 6962, 2.1.2); empty where `from` is 0 or `to`. */
  consistency(from: number, to: number): Hash[]
}

/** A tree of these leaf hashes, in order. It keeps the hash of every full subtree, so that a root or a proof takes a few dozen hashes. */
export function growTree(leaves: Iterable<Hash> = []): Tree {
  // levels[k][i] stands over the leaves from i × 2^k to (i + 1) × 2^k.
  const levels: Hash[][] = [[]]
  const size = () => levels[0]?.length ?? 0

  const append = (leaf: Hash): void => {
    if (leaf.length !== 32) throw new RangeError(`a leaf hash has 32 bytes, not ${leaf.length}`)
    let hash = leaf
    for (let level = 0; ; level++) {
      const row = levels[level] ?? []
      levels[level] = row
      row.push(hash)
      const left = row.at(-2)
      if (row.length % 2 === 1 || !left) return
      hash = nodeHash(left, hash)
    }
  }

  /** Of the `count` leaves from `start` on, which is where a subtree of at least that many begins. */
  const over = (start: number, count: number): Hash => {
    if (count === 0) return sha256(new Uint8Array())
    const split = splitOf(count)
    if (split * 2 === count || count === 1) {
      const full = levels[Math.log2(count)]?.[start / count]
      if (full) return full
      throw new RangeError(`there are no ${count} leaves from ${start} on`)
    }
    return nodeHash(over(start, split), over(start + split, count - split))
  }

  const path = (index: number, start: number, count: number): Hash[] => {
    if (count === 1) return []
    const split = splitOf(count)
    return index - start < split
      ? [...path(index, start, split), over(start + split, count - split)]
      : [...path(index, start + split, count - split), over(start, split)]
  }

  const subproof = (from: number, start: number, count: number, whole: boolean): Hash[] => {
    if (from === count) return whole ? [] : [over(start, count)]
    const split = splitOf(count)
    return from <= split
      ? [...subproof(from, start, split, whole), over(start + split, count - split)]
      : [...subproof(from - split, start + split, count - split, false), over(start, split)]
  }

  for (const leaf of leaves) append(leaf)
  return {
    get size() {
      return size()
    },
    append,
    leaf(index) {
      within(index, 0, size() - 1)
      return over(index, 1)
    },
    root(of = size()) {
      within(of, 0, size())
      return over(0, of)
    },
    inclusion(index, of) {
      within(of, 1, size())
      within(index, 0, of - 1)
      return path(index, 0, of)
    },
    consistency(from, to) {
      within(to, 0, size())
      within(from, 0, to)
      return from === 0 ? [] : subproof(from, 0, to, true)
    },
  }
}

function within(value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new RangeError(`not a whole number from ${least} to ${most}: ${value}`)
}

/** The largest power of two that is smaller; 1 for 1. */
function splitOf(count: number): number {
  let split = 1
  while (split * 2 < count) split *= 2
  return split
}

const same = (a: Hash, b: Hash): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])
// Not with shifts: those cut what another log claims of itself to 32 bits.
const odd = (n: number): boolean => n % 2 === 1
const half = (n: number): number => Math.floor(n / 2)
const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
const areHashes = (hashes: readonly Hash[]): boolean => hashes.every(hash => hash.length === 32)

/** Whether `proof` shows that `leaf` is number `index` of the `size` leaves under `root` (RFC 9162, 2.1.3.2). */
export function verifyInclusion(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leaf, ...proof])) return false
  let [at, last, hash] = [index, size - 1, leaf]
  for (const other of proof) {
    if (last === 0) return false
    if (odd(at) || at === last) {
      hash = nodeHash(other, hash)
      for (; !odd(at) && at !== 0; at = half(at)) last = half(last)
    } else hash = nodeHash(hash, other)
    at = half(at)
    last = half(last)
  }
  return last === 0 && same(hash, root)
}

/**
 * Whether `proof` shows that the `from` leaves under `fromRoot` begin the `to` leaves under `toRoot` (RFC 9162, 2.1.4.2).
 * Every tree begins with the empty one, whose proof is empty, as that of a tree with itself is.
 */
export function verifyConsistency(
  from: number,
  to: number,
  proof: readonly Hash[],
  fromRoot: Hash,
  toRoot: Hash,
): boolean {
  if (!isSize(from) || !isSize(to) || from > to || !areHashes([fromRoot, toRoot, ...proof])) return false
  if (from === to) return proof.length === 0 && same(fromRoot, toRoot) && (to > 0 || same(toRoot, EMPTY))
  if (from === 0) return proof.length === 0 && same(fromRoot, EMPTY)
  let [at, last] = [from - 1, to - 1]
  for (; odd(at); at = half(at)) last = half(last)
  // Where the older tree is one full subtree, its root is the first of the proof, and is left out.
  const [first, ...rest] = at === 0 ? [fromRoot, ...proof] : proof
  if (!first || proof.length === 0) return false
  let [older, newer] = [first, first]
  for (const other of rest) {
    if (last === 0) return false
    if (odd(at) || at === last) {
      older = nodeHash(other, older)
      newer = nodeHash(other, newer)
      for (; !odd(at) && at !== 0; at = half(at)) last = half(last)
    } else newer = nodeHash(newer, other)
    at = half(at)
    last = half(last)
  }
  return last === 0 && same(older, fromRoot) && same(newer, toRoot)
}

const EMPTY = sha256(new Uint8Array())
