import { afterEach, describe, expect, it } from 'vitest'
import { openForReading } from '../../src/db/open.ts'
import type { MonthRecord } from '../../src/month/record.ts'
import { readMonthRecord } from '../../src/month/store.ts'
import { iso, type Scene } from '../e2e/harness.ts'
import { figures, importScene, line, stored } from './scene.ts'

let stage: Scene
afterEach(() => stage.close())

const OCTOBER = Date.UTC(2025, 9, 1)
const at = (hours: number) => iso(OCTOBER + hours * 3_600_000)

/** A check every ten minutes of October and the day after, down for the hours given. */
const october = (...down: readonly (readonly [number, number])[]): string[] =>
  Array.from({ length: 32 * 144 }, (_, i) => i / 6).flatMap(hours => [
    line(at(hours), down.some(([from, to]) => from <= hours && hours < to) ? 'down' : 'up'),
    line(at(hours), 'up', { endpoint: 'iam-token' }),
  ])

function sealed(): MonthRecord | undefined {
  const db = openForReading(stage.data)
  const found = db && readMonthRecord(db, 'iam' as never, '2025-10' as never)?.record
  db?.close()
  return found ?? undefined
}

describe('close', () => {
  it('seals what availability said, with the windows of a file that no server has read', async () => {
    stage = importScene({
      contract: { timeZone: 'UTC' },
      maintenance: [{ id: 'move', from: at(240), to: at(242), services: ['iam'], title: 'A move' }],
    })
    await stored(stage, october([241, 243]), '--hold', '25m')
    const said = await figures(stage, '--month', '2025-10')
    expect(said.ms).toMatchObject({ maintenance: 2 * 3_600_000, down: 3_600_000 })
    const { code, stdout, stderr } = await stage.cli(['close', '--now'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      /^iam 2025-10: closed, entry 0 of the log\niam 2025-11: closed, entry 1 of the log\n/,
    )
    expect(sealed()).toMatchObject({ ms: said.ms, maintenance: [{ id: 'move' }] })
    expect((await figures(stage, '--month', '2025-10')).ms).toEqual(said.ms)
    expect((await stage.cli(['close', '--now'])).stdout).toBe('every month that is over is closed\n')
  })

  it('waits for a month into which something was just imported, and says until when', async () => {
    stage = importScene({ contract: { timeZone: 'UTC' } })
    await stored(stage, october(), '--hold', '25m')
    const { code, stdout } = await stage.cli(['close'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^iam 2025-10: open: it settles until \S+Z$/m)
    expect(sealed()).toBeUndefined()
  })
})
