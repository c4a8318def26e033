import { describe, expect, it } from 'vitest'
import { instant } from '../../src/time/instant.ts'
import { wallTime } from '../../src/time/wall.ts'
import { ABBREVIATED, offsetZone, zoneByName, zoneOfPlace, zonesOf } from '../../src/time/zone-names.ts'

describe('names of zones', () => {
  it('are read by abbreviation, the likeliest first', () => {
    expect(zonesOf('CEST', 'UTC')[0]?.zone).toBe('+02:00')
    expect(zonesOf('IST', 'UTC').map(z => z.zone)).toEqual([
      'Asia/Kolkata',
      'Europe/Dublin',
      'Asia/Jerusalem',
    ])
    expect(zonesOf('IST', 'Asia/Jerusalem')[0]?.zone).toBe('Asia/Jerusalem')
    expect(zonesOf('constructor', 'UTC')).toEqual([])
  })

  it('all name zones that this runtime knows', () => {
    for (const name of ABBREVIATED)
      for (const { zone } of zonesOf(name, 'UTC')) expect(wallTime(instant(0), zone)).toBeDefined()
  })

  it('are read by place', () => {
    expect(zoneOfPlace('Paris')).toBe('Europe/Paris')
    expect(zoneOfPlace('new  york')).toBe('America/New_York')
    expect(zoneOfPlace('Eastern')).toBe('America/New_York')
    expect(zoneOfPlace('nowhere')).toBeNull()
    expect(zoneOfPlace('constructor')).toBeNull()
  })

  it('are read by offset, to 14 hours', () => {
    expect(['+2', '+0200', '+02:00', '-5:30', '\u22125'].map(offsetZone)).toEqual([
      '+02:00',
      '+02:00',
      '+02:00',
      '-05:30',
      '-05:00',
    ])
    expect(['+15', '2', '+2:75', ''].map(offsetZone)).toEqual([null, null, null, null])
  })

  it('are read by their full name', () => {
    expect(zoneByName('Europe/Paris')).toBe('Europe/Paris')
    expect(zoneByName('Europe/Nowhere')).toBeNull()
    expect(zoneByName('UTC')).toBeNull()
  })
})
