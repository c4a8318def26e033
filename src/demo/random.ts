/** A number in [0, 1) that depends on nothing but its arguments, so that the same past comes out whenever it is made. */
export function chance(seed: number, n: number): number {
  // The finish of MurmurHash3 over both halves of n: neighbours come out unrelated.
  let hash = mix(seed ^ mix(Math.floor(n / 2 ** 32)))
  hash = mix(hash ^ (n >>> 0))
  return hash / 2 ** 32
}

/** A seed from a name (FNV-1a). */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13) ^ 0x9e3779b9, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** An element of a list, by a number in [0, 1). */
export function pick<T>(list: readonly [T, ...T[]], at: number): T {
  return list[Math.floor(at * list.length)] ?? list[0]
}
