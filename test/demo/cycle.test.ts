import { expect, test } from 'vitest'
import { phaseAt } from '../../src/demo/cycle.ts'

const rhythm = { first: 30, up: 60, down: 45 }

test('it fails in one way after the other, and is up in between', () => {
  expect(phaseAt(0, rhythm)).toEqual({ mood: 'up', left: 30 })
  expect(phaseAt(29, rhythm)).toEqual({ mood: 'up', left: 1 })
  expect(phaseAt(30, rhythm)).toEqual({ mood: 'status', left: 45 })
  expect(phaseAt(75, rhythm)).toEqual({ mood: 'up', left: 60 })
  expect(phaseAt(135, rhythm)).toEqual({ mood: 'refused', left: 45 })
  expect(phaseAt(240, rhythm)).toEqual({ mood: 'slow', left: 45 })
  expect(phaseAt(345, rhythm)).toEqual({ mood: 'status', left: 45 })
})
