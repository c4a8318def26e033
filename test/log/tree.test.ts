import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  growTree,
  type Hash,
  leafHash,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from '../../src/log/tree.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const asHex = (hashes: readonly Hash[]): string[] => hashes.map(hash => Buffer.from(hash).toString('hex'))

// The tree of Certificate Transparency's own tests.
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

// The definitions of RFC 6962, 2.1, word for word, with another library's hash.
const sha = (...parts: Uint8Array[]): Hash =>
  new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest())
const largest = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))
const mth = (d: readonly Uint8Array[]): Hash => {
  if (d.length === 0) return sha()
  if (d.length === 1) return sha(Uint8Array.of(0), d[0]!)
  const k = largest(d.length)
  return sha(Uint8Array.of(1), mth(d.slice(0, k)), mth(d.slice(k)))
}
const path = (m: number, d: readonly Uint8Array[]): Hash[] => {
  if (d.length === 1) return []
  const k = largest(d.length)
  return m < k
    ? [...path(m, d.slice(0, k)), mth(d.slice(k))]
    : [...path(m - k, d.slice(k)), mth(d.slice(0, k))]
}
const subproof = (m: number, d: readonly Uint8Array[], b: boolean): Hash[] => {
  if (m === d.length) return b ? [] : [mth(d)]
  const k = largest(d.length)
  return m <= k
    ? [...subproof(m, d.slice(0, k), b), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))]
}

const SIZES = 72
const data = Array.from({ length: SIZES }, (_, i) => Uint8Array.of(i, i * 7, 3))
const tree = growTree(data.map(leafHash))
const roots = Array.from({ length: SIZES + 1 }, (_, size) => mth(data.slice(0, size)))

/** Everything that a proof becomes when it is tampered with; of proofs with two equal neighbours there are none here. */
function* spoilt(proof: readonly Hash[]): Generator<Hash[]> {
  if (proof.length > 0) {
    yield proof.slice(0, -1)
    yield proof.slice(1)
    yield [...proof, proof.at(-1)!]
    yield [...proof.slice(0, -1), proof.at(-1)!.subarray(1)]
  }
  yield [...proof, leafHash(Uint8Array.of(9))]
  yield [leafHash(Uint8Array.of(9)), ...proof]
  if (proof.length > 1) yield [...proof].reverse()
  for (let i = 0; i < proof.length; i++)
    yield proof.map((hash, j) => (i === j ? hash.map((byte, k) => (k === i ? byte ^ 1 : byte)) : hash))
}

describe('a tree', () => {
  it('has the roots that Certificate Transparency publishes', () => {
    const known = growTree(ENTRIES.map(hex).map(leafHash))
    expect(asHex(ROOTS.map((_, size) => known.root(size)))).toEqual(ROOTS)
    expect(asHex([growTree().root()])).toEqual([ROOTS[0]])
  })

  it('gives the proofs that Certificate Transparency publishes', () => {
    const known = growTree(ENTRIES.map(hex).map(leafHash))
    expect(asHex(known.inclusion(5, 8))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      ROOTS[4],
    ])
    expect(asHex(known.consistency(6, 8))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      ROOTS[4],
    ])
    expect(asHex(known.consistency(2, 5))).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ])
  })

  it('agrees with the definitions of RFC 6962 for every size, leaf and pair of sizes', () => {
    for (let size = 0; size <= SIZES; size++) {
      const some = data.slice(0, size)
      expect(tree.root(size)).toEqual(roots[size])
      for (let index = 0; index < size; index++)
        expect(tree.inclusion(index, size)).toEqual(path(index, some))
      for (let from = 1; from <= size; from++)
        expect(tree.consistency(from, size)).toEqual(subproof(from, some, true))
    }
  })

  it('that grows answers for its past as it did then', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 40 }), entries => {
        const growing = growTree()
        entries.forEach((entry, i) => {
          growing.append(leafHash(entry))
          expect(growing.root()).toEqual(mth(entries.slice(0, i + 1)))
        })
        entries.forEach((_, i) => {
          expect(growing.root(i)).toEqual(mth(entries.slice(0, i)))
        })
      }),
    )
  })

  it('throws for what lies outside of it', () => {
    for (const ask of [
      () => tree.root(SIZES + 1),
      () => tree.root(-1),
      () => tree.root(1.5),
      () => tree.leaf(SIZES),
      () => tree.inclusion(3, 3),
      () => tree.inclusion(0, 0),
      () => tree.inclusion(Number.NaN, 3),
      () => tree.consistency(4, 3),
      () => tree.consistency(0, SIZES + 1),
      () => growTree().append(new Uint8Array(31)),
    ])
      expect(ask).toThrow(RangeError)
  })

  it('of twenty thousand leaves answers from what it keeps', () => {
    const big = growTree(Array.from({ length: 20_000 }, (_, i) => leafHash(Uint8Array.of(i >> 8, i))))
    const root = big.root()
    for (let i = 0; i < 20_000; i += 39)
      expect(verifyInclusion(big.leaf(i), i, 20_000, big.inclusion(i, 20_000), root)).toBe(true)
    for (let i = 1; i < 20_000; i += 39)
      expect(verifyConsistency(i, 20_000, big.consistency(i, 20_000), big.root(i), root)).toBe(true)
  })
})

describe('a proof of inclusion', () => {
  it('holds for its own leaf, place, size and root, and for nothing else', () => {
    for (let size = 1; size <= SIZES; size++)
      for (let index = 0; index < size; index++) {
        const proof = tree.inclusion(index, size)
        const leaf = tree.leaf(index)
        expect(verifyInclusion(leaf, index, size, proof, roots[size]!)).toBe(true)
        for (const wrong of spoilt(proof))
          expect(verifyInclusion(leaf, index, size, wrong, roots[size]!)).toBe(false)
        for (const other of [index - 1, index + 1, index + size, index ^ 1, -1, 0.5, Number.NaN])
          if (other !== index) expect(verifyInclusion(leaf, other, size, proof, roots[size]!)).toBe(false)
        expect(verifyInclusion(tree.leaf((index + 1) % SIZES), index, size, proof, roots[size]!)).toBe(false)
        expect(verifyInclusion(leaf, index, size, proof, roots[size - 1]!)).toBe(false)
        expect(verifyInclusion(leaf.subarray(1), index, size, proof, roots[size]!)).toBe(false)
        expect(verifyInclusion(leaf, index, 0, proof, roots[size]!)).toBe(false)
      }
  })

  it('does not hold for another size that its shape rules out', () => {
    for (let size = 1; size < SIZES; size++)
      for (let index = 0; index < size; index++)
        for (const other of [size - 1, size + 1, size * 2]) {
          const proof = tree.inclusion(index, size)
          if (other > 0 && other <= SIZES)
            expect(verifyInclusion(tree.leaf(index), index, other, proof, roots[other]!)).toBe(false)
        }
  })

  it('does not pass off a node as a leaf', () => {
    const node = nodeHash(tree.leaf(0), tree.leaf(1))
    expect(verifyInclusion(node, 0, 4, tree.inclusion(0, 4).slice(1), roots[4]!)).toBe(false)
  })

  it('is refused where it is longer than its tree is deep, or not made of hashes, under a root made to fit', () => {
    const [leaf, other] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))]
    expect(verifyInclusion(leaf, 0, 1, [other], nodeHash(other, leaf))).toBe(false)
    expect(verifyInclusion(leaf, 0, 1, [other], nodeHash(leaf, other))).toBe(false)
    const long = new Uint8Array(64)
    expect(verifyInclusion(leaf, 0, 2, [long], nodeHash(leaf, long))).toBe(false)
    expect(verifyInclusion(long, 0, 2, [leaf], nodeHash(long, leaf))).toBe(false)
  })

  it('is not led astray by sizes beyond 32 bits', () => {
    const size = 2 ** 40 + 1
    const right = leafHash(Uint8Array.of(1))
    const left = leafHash(Uint8Array.of(2))
    expect(verifyInclusion(right, size - 1, size, [left], nodeHash(left, right))).toBe(true)
    expect(verifyInclusion(right, 0, size, [left], nodeHash(left, right))).toBe(false)
  })
})

describe('a proof of consistency', () => {
  it('holds for its own sizes and roots, and for nothing else', () => {
    for (let to = 0; to <= SIZES; to++)
      for (let from = 0; from <= to; from++) {
        const proof = tree.consistency(from, to)
        const [a, b] = [roots[from]!, roots[to]!]
        expect(verifyConsistency(from, to, proof, a, b)).toBe(true)
        for (const wrong of spoilt(proof)) expect(verifyConsistency(from, to, wrong, a, b)).toBe(false)
        const flipped = (hash: Hash) => hash.map((byte, i) => (i === 31 ? byte ^ 128 : byte))
        expect(verifyConsistency(from, to, proof, flipped(a), b)).toBe(false)
        if (from > 0) expect(verifyConsistency(from, to, proof, a, flipped(b))).toBe(false)
        if (from < to) expect(verifyConsistency(to, from, proof, b, a)).toBe(false)
        for (const [f, t] of [
          [from - 1, to],
          [from + 1, to],
          [0.5, to],
          [from, Number.NaN],
        ] as const)
          expect(verifyConsistency(f, t, proof, a, b)).toBe(false)
      }
  })

  it('is refused where it is longer than its tree is deep, or not made of hashes, under roots made to fit', () => {
    const [a, b, c] = [1, 2, 3].map(n => leafHash(Uint8Array.of(n))) as [Hash, Hash, Hash]
    expect(verifyConsistency(1, 2, [b], a, nodeHash(a, b))).toBe(true)
    expect(verifyConsistency(1, 2, [b, c], nodeHash(c, a), nodeHash(c, nodeHash(a, b)))).toBe(false)
    // The proof itself brings what the older root must be, as in a tree of three.
    expect(verifyConsistency(3, 4, [c, b, a], nodeHash(a, c), nodeHash(a, nodeHash(c, b)))).toBe(true)
    const more = [nodeHash(b, nodeHash(a, c)), nodeHash(b, nodeHash(a, nodeHash(c, b)))] as const
    expect(verifyConsistency(3, 4, [c, b, a, b], ...more)).toBe(false)
    const long = new Uint8Array(64)
    expect(verifyConsistency(1, 2, [long], a, nodeHash(a, long))).toBe(false)
  })

  it('does not join two logs that part ways', () => {
    for (let from = 1; from < 40; from++)
      for (let to = from + 1; to <= 40; to++) {
        const other = growTree(
          data.slice(0, to).map((entry, i) => leafHash(i === from - 1 ? Uint8Array.of(255) : entry)),
        )
        expect(verifyConsistency(from, to, other.consistency(from, to), roots[from]!, other.root())).toBe(
          false,
        )
        expect(verifyConsistency(from, to, tree.consistency(from, to), roots[from]!, other.root())).toBe(
          false,
        )
      }
  })
})
