/** An exact fraction `part / whole`, of integers. */
export interface Percent {
  readonly part: bigint
  readonly whole: bigint
}

/** Reads a decimal percentage such as `"99.9"` exactly, as the share that may fail: 99.9 gives 1/1000. Throws a RangeError for text that is not a decimal in (0, 100). */
export function failureShare(percent: string): Percent {
  const m = /^(\d{1,2})(?:\.(\d{1,9}))?$/.exec(percent)
  if (!m) throw new RangeError(`not a percentage below 100: ${percent}`)
  const decimals = m[2] ?? ''
  const scale = 10n ** BigInt(decimals.length)
  const whole = 100n * scale
  const part = whole - BigInt(`${m[1]}${decimals}`)
  if (part === whole) throw new RangeError(`not a percentage above 0: ${percent}`)
  return { part, whole }
}

/** `(base - down) / base` as a percentage for display alone: cut, never rounded, to three decimals. Null without a base. */
export function displayPercent(base: number, down: number): string | null {
  if (base <= 0) return null
  const thousandths = (BigInt(base - down) * 100_000n) / BigInt(base)
  return `${thousandths / 1000n}.${(thousandths % 1000n).toString().padStart(3, '0')}`
}
