import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Finished, iso, type Scene, storedChecks } from '../e2e/harness.ts'
import { figures, importScene, line, refusal, stored } from './scene.ts'

let stage: Scene
beforeEach(() => {
  stage = importScene()
})
afterEach(() => stage.close())

const t = (minutes: number) => iso(Date.UTC(2025, 9, 1) + minutes * 60_000)
const give = (input: string | Buffer, ...options: string[]): Promise<Finished> =>
  stage.cli(['import', '-', ...options], { input })
const checks = () => storedChecks(stage.data, 'iam-login').map(({ at, state }) => [iso(at), state])

/** The number of each line that was named, and what was said of it. */
function named({ code, stdout, stderr }: Finished): Map<number, string> {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  const lines = stderr.trimEnd().split('\n')
  expect(lines.at(-1)).toBe('nines: nothing was stored')
  return new Map(
    lines.slice(0, -1).map(text => {
      const [, number, said] = /^nines: line (\d+): (.*)$/.exec(text) ?? []
      if (number === undefined) throw new Error(`names no line: ${text}`)
      return [Number(number), said ?? '']
    }),
  )
}

describe('an import', () => {
  it('stores lines in any order, from a file or standard input, and again changes nothing', async () => {
    const lines = [
      line(t(3), 'up', { latencyMs: 12.5 }),
      line(Date.parse(t(1)), 'down', { reason: 'connect-refused' }),
      line(t(0), 'up'),
      '',
      line(t(2), 'unknown', { reason: 'unknown:offline', latencyMs: null }),
      line('2025-10-01T02:04:00+02:00', 'up'),
    ]
    const file = join(stage.directory, 'past.ndjson')
    writeFileSync(file, lines.join('\n'))
    expect(await stage.cli(['import', file])).toEqual({
      code: 0,
      stdout: '5 checks stored, 0 known already\n',
      stderr: '',
    })
    const after = storedChecks(stage.data, 'iam-login')
    const policy = { hold: 130_000, failures: 2 }
    expect(after).toEqual([
      { at: Date.parse(t(0)), state: 'up', reason: null, policy, latency: null },
      { at: Date.parse(t(1)), state: 'down', reason: 'connect-refused', policy, latency: null },
      { at: Date.parse(t(2)), state: 'unknown', reason: 'unknown:offline', policy, latency: null },
      { at: Date.parse(t(3)), state: 'up', reason: null, policy, latency: 12_500 },
      { at: Date.parse(t(4)), state: 'up', reason: null, policy, latency: null },
    ])
    const shown = await figures(stage, '--from', t(0), '--to', t(5))
    expect(await give(lines.toReversed().join('\r\n'))).toMatchObject({
      code: 0,
      stdout: '0 checks stored, 5 known already\n',
    })
    expect(storedChecks(stage.data, 'iam-login')).toEqual(after)
    expect(await figures(stage, '--from', t(0), '--to', t(5))).toEqual(shown)
  })

  it('adds to what is stored, before, between and after it, as if all had come at once', async () => {
    const all = ['up', 'down', 'up', 'down', 'down', 'up', 'down'].map((state, i) => line(t(i), state))
    for (const part of [
      [1, 4],
      [0, 2, 6],
      [5, 3, 4, 1],
    ])
      await stored(
        stage,
        part.map(i => all[i] ?? ''),
      )
    expect(checks()).toHaveLength(7)
    const pieces = await figures(stage, '--from', t(0), '--to', t(7))
    const other = importScene()
    try {
      await stored(other, all)
      const whole = await figures(other, '--from', t(0), '--to', t(7))
      // An outage keeps the id that it was first known by.
      const outages = whole.outages.map(o => ({ ...o, id: expect.any(String), url: expect.any(String) }))
      expect(pieces).toEqual({ ...whole, outages })
    } finally {
      await other.close()
    }
    expect(pieces.outages.map(({ from, to }) => [from, to])).toEqual([[t(3), t(5)]])
    expect((await stage.cli(['recompute', '--check'])).code).toBe(0)
  })

  it('names every bad line by its number, and then stores nothing', async () => {
    const future = iso(Date.now() + 60_000)
    const bad: readonly [text: string, said: RegExp][] = [
      ['{', /is not JSON/],
      ['[]', /must be an object such as/],
      ['null', /must be an object/],
      ['"text"', /must be an object/],
      [JSON.stringify({ endpoint: 'nobody', at: t(0), state: 'up' }), /"nobody" is no endpoint/],
      [JSON.stringify({ endpoint: 'constructor', at: t(0), state: 'up' }), /"constructor" is no endpoint/],
      [JSON.stringify({ at: t(0), state: 'up' }), /endpoint: nothing is no endpoint/],
      [line('2025-10-01T00:00:00', 'up'), /at: .* with a zone, such as 2026-10-01T00:00:00Z/],
      [line('2025-02-30T00:00:00Z', 'up'), /at: /],
      [line(future, 'up'), /is in the future/],
      [line(1.5, 'up'), /at: 1.5 is neither/],
      [line(-1, 'up'), /at: -1 is neither/],
      [line(1e300, 'up'), /at: 1e\+300 is neither/],
      [line(t(0), 'UP'), /state: "UP" is not "up", "down" or "unknown"/],
      [line(t(0), 'up', { latency: 3 }), /unknown key "latency"/],
      [line(t(0), 'up', { latencyMs: -1 }), /latencyMs: -1 is not/],
      [line(t(0), 'down', { reason: 'two\nlines' }), /reason: must be text/],
      [`{"__proto__":{"endpoint":"iam-login"},"at":"${t(0)}","state":"up"}`, /unknown key "__proto__"/],
      [`\0${line(t(0), 'up')}`, /is not JSON/],
    ]
    const text = bad.flatMap(([faulty], i) => [line(t(i), 'up'), faulty]).join('\n')
    const found = named(await give(text))
    expect([...found.keys()]).toEqual(bad.map((_, i) => 2 * i + 2))
    for (const [i, [, said]] of bad.entries()) expect(found.get(2 * i + 2)).toMatch(said)
    expect(checks()).toEqual([])
  })

  it('tells of twenty bad lines and no more, and does not wait for the rest of an endless input', async () => {
    const { code, stderr } = await stage.cli(['import', '-'], { input: 'x\n'.repeat(30), keepOpen: true })
    const lines = stderr.trimEnd().split('\n')
    expect(lines).toHaveLength(22)
    expect(lines[20]).toBe('nines: and perhaps more')
    expect(code).toBe(2)
  })

  it('takes the same check twice in one file for one, and refuses two that contradict each other', async () => {
    const twice = [line(t(0), 'up'), line('2025-10-01T01:00:00+01:00', 'up', { latencyMs: 5 })]
    expect((await give(twice.join('\n'))).stdout).toBe('1 checks stored, 0 known already\n')
    const found = named(await give([line(t(1), 'up'), line(t(2), 'up'), line(t(1), 'down')].join('\n')))
    expect(found.get(3)).toBe(`says "down" of iam-login at ${t(1)}, and line 1 "up"`)
    expect(checks()).toEqual([[t(0), 'up']])
  })

  it('keeps what is stored where a later file contradicts it', async () => {
    await stored(stage, [line(t(0), 'up')])
    expect((await give(line(t(0), 'down'))).stdout).toBe('0 checks stored, 1 known already\n')
    expect(checks()).toEqual([[t(0), 'up']])
  })

  it('reads a byte order mark, carriage returns and blank lines', async () => {
    const text = `\uFEFF${line(t(0), 'up')}\r\n\r\n   \r\n${line(t(1), 'up')}\r\n`
    expect((await give(text)).stdout).toBe('2 checks stored, 0 known already\n')
    const csv = `\uFEFFendpoint,at,state\r\niam-token,${t(0)},up\r\n\r\niam-token,${t(1)},up\r\n`
    expect((await give(csv, '--format', 'csv')).stdout).toBe('2 checks stored, 0 known already\n')
  })

  it('stores nothing of an empty file, and says so', async () => {
    for (const [text, format] of [
      ['', 'ndjson'],
      ['\n\n', 'ndjson'],
      ['', 'csv'],
      ['endpoint,at,state\n', 'csv'],
    ] as const)
      expect(await give(text, '--format', format)).toEqual({
        code: 0,
        stdout: '0 checks stored, 0 known already\n',
        stderr: '',
      })
  })

  it('refuses what is no text of checks at all: binary, one huge line, very deep JSON', async () => {
    const binary = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7_919 + (i >> 3)) % 256))
    const huge = `${line(t(0), 'up').slice(0, -1)},"reason":"${'x'.repeat(20_000_000)}"}`
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    for (const input of [binary, huge, deep, '{"a":'.repeat(50_000)]) {
      const { code, stdout, stderr } = await give(input)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^nines: line 1: /)
      expect(stderr.length).toBeLessThan(5_000)
      expect(stderr).not.toMatch(/\n\s+at /)
    }
    for (const input of [binary, `endpoint,at,state\n"${'x'.repeat(20_000_000)}`]) {
      const { code, stdout, stderr } = await give(input, '--format', 'csv')
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^nines: line \d+: /)
      expect(stderr.length).toBeLessThan(5_000)
    }
    expect(checks()).toEqual([])
  })

  it('refuses a file that cannot be read, in one line', async () => {
    for (const file of [join(stage.directory, 'none.ndjson'), stage.directory])
      for (const format of ['ndjson', 'csv'])
        expect(refusal(await stage.cli(['import', file, '--format', format]))).toMatch(/ cannot be read: /)
  })
})

describe('an import of CSV', () => {
  it('stores what the same lines as JSON do', async () => {
    const rows = [
      'latencyMs,state,endpoint,at,reason',
      `,down,iam-login,${t(1)},timeout`,
      `12.5,up,iam-login,${t(0)},`,
      `,down,"iam-login",${Date.parse(t(2))},"said ""no"", twice"`,
      ` 3 , up , iam-login , ${t(3)} , `,
    ]
    expect(await give(rows.join('\n'), '--format', 'csv')).toMatchObject({ code: 0, stderr: '' })
    expect(storedChecks(stage.data, 'iam-login').map(c => [iso(c.at), c.state, c.reason, c.latency])).toEqual(
      [
        [t(0), 'up', null, 12_500],
        [t(1), 'down', 'timeout', null],
        [t(2), 'down', 'said "no", twice', null],
        [t(3), 'up', null, 3_000],
      ],
    )
  })

  it('names a bad row by the line that it stands on', async () => {
    const found = named(
      await give(
        `endpoint,at,state\niam-login,${t(0)},up\n\niam-login,2025-10-01 00:00:00,up\niam-login,${t(1)},fine\n`,
        '--format',
        'csv',
      ),
    )
    expect([...found.keys()]).toEqual([4, 5])
    const faults: readonly [text: string, number: number][] = [
      [`endpoint,at,state\niam-login,${t(0)}\n`, 2],
      [`endpoint,at,state\niam-login,${t(0)},up,more\n`, 2],
      [`endpoint,at,state\niam-login,${t(0)},"up\n`, 2],
      [`endpoint,at,state,color\niam-login,${t(0)},up,red\n`, 2],
      [`endpoint,at\niam-login,${t(0)}\n`, 2],
      [`iam-login,${t(0)},up\niam-login,${t(1)},up\n`, 2],
    ]
    for (const [text, number] of faults)
      expect(named(await give(text, '--format', 'csv')).get(number)).toBeTruthy()
    expect(checks()).toEqual([])
  })
})

describe('how long an imported check holds', () => {
  const day = (...options: string[]) => stored(stage, [line(t(0), 'up'), line(t(60), 'up')], ...options)
  const unknown = async () => (await figures(stage, '--from', t(0), '--to', t(60))).ms.unknown

  it('is what the endpoint is configured with, where nothing else is said', async () => {
    await day()
    expect(await unknown()).toBe(3_600_000 - 130_000)
  })

  it('is what --hold says', async () => {
    await day('--hold', '10m')
    expect(await unknown()).toBe(3_000_000)
  })

  it('is for ever with --hold forever, also after the last check', async () => {
    await day('--hold', 'forever')
    expect(await unknown()).toBe(0)
    expect((await figures(stage, '--from', t(0), '--to', t(1_000_000))).ms.unknown).toBe(0)
  })

  it('is refused where it is no length of time', async () => {
    for (const hold of ['soon', '0s', '-5m', '10', ''])
      expect(refusal(await stage.cli(['import', '-', '--hold', hold]))).toMatch(
        /must be a duration such as 65s/,
      )
  })
})
