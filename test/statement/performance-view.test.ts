import { describe, expect, it } from 'vitest'
import { performanceView } from '../../src/statement/performance-view.ts'
import { flat } from './scene.ts'

const row = { percentile: 95, belowMs: 800, measuredUs: 612_345, checks: 89_280, met: true }
const words = (...args: Parameters<typeof performanceView>) =>
  flat(performanceView(...args)?.rows[0]?.words ?? '')

describe('an informal target', () => {
  it('says that it is one, and what was measured to the microsecond', () => {
    expect(words([row], { month: '2026-10', running: false })).toBe(
      'Informal target, without credit: 95 % of checks within 800 ms. October: 612.345 ms (met).',
    )
  })

  it('is missed openly', () => {
    const missed = { ...row, measuredUs: 1_204_000, met: false }
    expect(words([missed], { month: '2026-10', running: false })).toContain('October: 1,204 ms (missed).')
  })

  it('is about so much while the month runs', () => {
    expect(words([row], { month: '2026-11', running: true })).toContain(
      'November so far: about 612 ms (met so far).',
    )
  })

  it('has no data without checks', () => {
    const none = { ...row, measuredUs: null, checks: 0, met: null }
    expect(words([none], { month: '2026-10', running: false })).toMatch(/October: no data\.$/)
    expect(performanceView([none], { month: '2026-10', running: false })?.checks).toBeNull()
  })

  it('is not there where none is set', () => {
    expect(performanceView([], { month: '2026-10', running: false })).toBeNull()
  })
})
