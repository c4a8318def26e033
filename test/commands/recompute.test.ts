import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { iso, type Scene } from '../e2e/harness.ts'
import { figures, importScene, line, refusal, stored } from './scene.ts'

let stage: Scene
beforeEach(async () => {
  stage = importScene()
  // An outage of two minutes, a blip, and an hour that nobody looked at.
  const states = ['up', 'down', 'down', 'up', 'down', 'up']
  await stored(stage, [...states.map((state, i) => line(t(i), state)), line(t(65), 'up'), line(t(66), 'up')])
  await stored(stage, [line(t(0), 'up', { endpoint: 'iam-token' })], '--hold', 'forever')
})
afterEach(() => stage.close())

const t = (minutes: number) => iso(Date.UTC(2025, 9, 1) + minutes * 60_000)
const compare = () => stage.cli(['recompute', '--check'])
const SOUND = 'iam-login: 0 ms in 8 checks\niam-token: 0 ms in 1 checks\n'

/** Changes the recorded spans behind everybody's back. */
function corrupt(sql: string): void {
  const db = new Sqlite(join(stage.data, 'nines.db'))
  const { changes } = db.prepare(sql).run()
  db.close()
  expect(changes).toBe(1)
}

describe('recompute', () => {
  it('finds nothing in a record that was not touched, and changes nothing', async () => {
    expect(await compare()).toEqual({ code: 0, stdout: SOUND, stderr: '' })
    const before = await figures(stage, '--from', t(0), '--to', t(66))
    expect(await stage.cli(['recompute'])).toEqual({
      code: 0,
      stdout: 'iam-login: folded 8 checks again\niam-token: folded 1 checks again\n',
      stderr: '',
    })
    const db = new Sqlite(join(stage.data, 'nines.db'), { readonly: true })
    const trail = "SELECT actor_kind AS actor, after, reason FROM audit WHERE action = 'record.recomputed'"
    expect(db.prepare(trail).all()).toEqual([
      { actor: 'system', after: '{"endpoints":2,"checks":9}', reason: 'Asked for on the command line.' },
    ])
    db.close()
    expect(await figures(stage, '--from', t(0), '--to', t(66))).toEqual(before)
    expect(await compare()).toEqual({ code: 0, stdout: SOUND, stderr: '' })
  })

  it.each([
    [
      'an outage that was made shorter',
      'UPDATE runs SET to_at = to_at - 1500 WHERE failures = 2',
      /: [1-9]\d* ms/,
    ],
    ['an outage that was removed', 'DELETE FROM runs WHERE failures = 2', /: [1-9]\d* ms/],
    [
      'a blip that was made an outage',
      'UPDATE runs SET confirmed_at = from_at WHERE failures = 1',
      /: [1-9]\d* ms/,
    ],
    ['unknown time that was removed', 'DELETE FROM unknown_spans', /: 3470000 ms/],
    ['unknown time that was moved by a millisecond', 'UPDATE unknown_spans SET to_at = to_at - 1', /: 1 ms/],
    [
      'a reason that was rewritten',
      "UPDATE runs SET reason = 'sabotage' WHERE failures = 2",
      /: 0 ms in 8 checks, but runs differ/,
    ],
    ['a last check that was forgotten', 'DELETE FROM standings WHERE endpoint = 1', /: [1-9]\d* ms/],
  ])('finds %s, and repairs it', async (_, sql, difference) => {
    const sound = await figures(stage, '--from', t(0), '--to', t(66))
    corrupt(sql)
    const found = await compare()
    expect(found.stdout.split('\n')[0]).toMatch(difference)
    expect(found.stdout).toContain('iam-token: 0 ms in 1 checks\n')
    expect(found.code).toBe(1)
    // To look is not to repair.
    expect((await compare()).code).toBe(1)

    expect((await stage.cli(['recompute'])).code).toBe(0)
    expect(await compare()).toEqual({ code: 0, stdout: SOUND, stderr: '' })
    // The outage keeps its permanent address through the repair.
    expect(await figures(stage, '--from', t(0), '--to', t(66))).toEqual(sound)
  })

  it('refuses to vouch for a directory in which nothing is recorded', async () => {
    const data = join(stage.directory, 'none')
    for (const args of [['recompute', '--check'], ['recompute']])
      expect(refusal(await stage.cli([...args, '--data', data]))).toBe(`nothing is recorded in ${data} yet`)
    expect(existsSync(data)).toBe(false)
  })

  it('refuses arguments that it does not know', async () => {
    expect(refusal(await stage.cli(['recompute', '--all']))).toMatch(/unknown option '--all'/)
    expect(refusal(await stage.cli(['recompute', 'iam-login']))).toMatch(/too many arguments/)
  })
})
