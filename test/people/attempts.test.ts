import { describe, expect, it } from 'vitest'
import { attempts } from '../../src/people/attempts.ts'
import { later, monday } from '../support/scene.ts'

const HOUR = 3_600_000

describe('attempts', () => {
  it('are as many as are allowed from the first on', () => {
    const counted = attempts({ max: 2, within: HOUR })
    const at = (ms: number) => counted.take('a', later(monday, ms))
    expect([at(0), at(1), at(2)]).toEqual([0, 0, HOUR - 2])
    expect(counted.take('b', monday)).toBe(0)
    expect(at(HOUR)).toBe(0)
  })

  it('are not gone for a day where the clock is set back by one', () => {
    const counted = attempts({ max: 1, within: HOUR })
    expect(counted.take('a', monday)).toBe(0)
    expect(counted.take('a', monday)).toBe(HOUR)
    expect(counted.take('a', later(monday, -24 * HOUR))).toBe(0)
    expect(counted.take('a', later(monday, -24 * HOUR))).toBe(HOUR)
  })
})
