import { describe, expect, it } from 'vitest'
import { health } from '../../src/api/health.ts'

const locked = new Error('database is locked')

describe('the health of a server', () => {
  it('is good where nothing troubles it', () => {
    expect(health([], null, [], null, 0, 0)).toEqual({ ready: true, troubles: [] })
  })

  it('is ready, but troubled, while a fault keeps months open', () => {
    const details = ['shop 2026-10: its spans differ from its checks']
    expect(health([], null, details, null, 0, 0)).toEqual({
      ready: true,
      troubles: [{ what: 'months cannot be closed', details }],
    })
  })

  it('stays ready with a refused configuration, and names its mistakes', () => {
    expect(health(['nines.yaml:1:1 …'], null, [], null, 0, 0)).toEqual({
      ready: true,
      troubles: [{ what: 'the configuration file was refused', details: ['nines.yaml:1:1 …'] }],
    })
  })

  it.each([
    [59_999, true],
    [60_000, false],
  ])('after %d ms without storing a check is ready: %s', (lasting, ready) => {
    expect(health([], null, [], locked, 7, lasting)).toEqual({
      ready,
      troubles: [{ what: 'checks cannot be stored', details: ['7 wait: database is locked'] }],
    })
  })
})
