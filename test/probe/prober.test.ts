import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EndpointId } from '../../src/catalog/model.ts'
import type { Check } from '../../src/probe/check.ts'
import { type Prober, type ProberOptions, startProber } from '../../src/probe/prober.ts'
import { phase } from '../../src/schedule/due.ts'
import { duration } from '../../src/time/instant.ts'
import { endpoint } from '../schedule/endpoints.ts'
import { closedPort, plain } from './listeners.ts'

const out = mkdtempSync(join(tmpdir(), 'nines-prober-'))
let compiled: URL
/** The thread needs JavaScript, and that of the sources as they are, not of a build that may be older. */
beforeAll(() => {
  writeFileSync(join(out, 'package.json'), '{"type":"module"}')
  symlinkSync(resolve('node_modules'), join(out, 'node_modules'))
  try {
    execFileSync(resolve('node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json', '--outDir', out], {
      stdio: 'pipe',
    })
  } catch {
    // Types are another command's business; what could be emitted was.
  }
  compiled = pathToFileURL(join(out, 'probe/worker.js'))
})

afterAll(() => rmSync(out, { recursive: true, force: true }))

const probers: Prober[] = []
afterEach(async () => {
  await Promise.all(probers.splice(0).map(prober => prober.drain(duration(100))))
})

function start(options: Partial<ProberOptions> = {}) {
  const checks: Check[] = []
  const errors: Error[] = []
  const prober = startProber({
    onChecks: batch => checks.push(...batch),
    onError: error => errors.push(error),
    entry: compiled,
    ...options,
  })
  probers.push(prober)
  return { prober, checks, errors }
}

describe('the prober', () => {
  it('sends evidence with failed checks and the good one after them, and with no other but the first', async () => {
    let broken = false
    const server = await plain((_request, response) => response.writeHead(broken ? 503 : 200).end('said'))
    const { prober, checks } = start()
    prober.configure([endpoint('one', { every: 100, confirmEvery: 100, url: server.url })], [])
    const states = () => checks.map(check => check.outcome.state)
    await expect.poll(() => states().length).toBeGreaterThan(2)
    broken = true
    await expect.poll(() => states().filter(state => state === 'down').length).toBeGreaterThan(1)
    broken = false
    await expect.poll(() => states().lastIndexOf('up') > states().lastIndexOf('down') + 2).toBe(true)
    const doubted = checks.map((check, i) => {
      const before = checks[i - 1]?.outcome.state ?? 'down'
      return check.outcome.state === 'down' || before === 'down'
    })
    expect(checks.map(check => check.evidence !== undefined)).toEqual(doubted)
    expect(checks.find(check => check.outcome.state === 'down')?.evidence?.body).toMatchObject({
      text: 'said',
    })
  })

  it('probes in its thread, tells up from down, and ends when it is drained', async () => {
    const server = await plain((_request, response) => response.end('ok'))
    const { prober, checks, errors } = start()
    prober.configure(
      [
        endpoint('up', { every: 200, url: server.url }),
        endpoint('down', { every: 200, url: `http://127.0.0.1:${await closedPort()}/` }),
        endpoint('paused', { every: 200, url: server.url, paused: true }),
      ],
      [],
    )
    await expect.poll(() => checks.length, { timeout: 10_000 }).toBeGreaterThan(8)
    await prober.drain()
    const made = checks.length
    expect(new Set(checks.map(check => `${check.endpoint} ${check.outcome.state}`))).toEqual(
      new Set(['up up', 'down down']),
    )
    const [first] = checks
    expect(Math.abs(Date.now() - (first?.at ?? 0))).toBeLessThan(20_000)
    const hits = server.accepted()
    await new Promise(done => setTimeout(done, 500))
    expect([checks.length, server.accepted()]).toEqual([made, hits])
    expect(errors).toEqual([])
  })

  it('knows that we are offline when no reference answers', async () => {
    const { prober, checks } = start()
    const down = endpoint('a', { every: 500, url: `http://127.0.0.1:${await closedPort()}/` })
    prober.configure([down], [`127.0.0.1:${await closedPort()}`])
    await expect
      .poll(() => checks[0]?.outcome, { timeout: 10_000 })
      .toMatchObject({ reason: 'unknown:offline' })
  })

  it('follows a new configuration', async () => {
    const server = await plain((_request, response) => response.end('ok'))
    const { prober, checks } = start()
    prober.configure([endpoint('a', { every: 100, url: server.url })], [])
    await expect.poll(() => checks.length, { timeout: 10_000 }).toBeGreaterThan(1)
    prober.configure([endpoint('a', { every: 100, url: server.url, paused: true })], [])
    await expect
      .poll(() => checks.at(-1)?.outcome, { timeout: 5_000 })
      .toMatchObject({ reason: 'unknown:paused' })
  })

  it('starts most of 100 checks a second within a few milliseconds of their slot', async () => {
    const server = await plain((_request, response) => response.end('ok'))
    const { prober, checks } = start()
    prober.configure(
      Array.from({ length: 100 }, (_, i) => endpoint(`e-${i}`, { every: 1_000, url: server.url })),
      [],
    )
    await new Promise(done => setTimeout(done, 5_000))
    await prober.drain()
    const late = checks
      .filter(check => checks.find(one => one.endpoint === check.endpoint) !== check)
      .map(check => (check.at - phase(check.endpoint as EndpointId, 1_000)) % 1_000)
      .map(ms => (ms > 990 ? ms - 1_000 : ms))
      .sort((a, b) => a - b)
    expect(late.length).toBeGreaterThan(250)
    expect(late[Math.floor(late.length / 2)]).toBeLessThanOrEqual(10)
    expect(checks.every(check => check.outcome.state === 'up')).toBe(true)
  })
})

const thread = (code: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort as port } from 'node:worker_threads'\n${code}`)}`,
  )

it('a fault outside of any check is told, and probing goes on', async () => {
  const server = await plain((_request, response) => response.end('ok'))
  const entry = thread(`await import('${compiled.href}')\nsetTimeout(() => { throw new Error('boom') }, 300)`)
  const { prober, checks, errors } = start({ entry })
  prober.configure([endpoint('a', { every: 100, url: server.url })], [])
  await expect
    .poll(() => errors[0]?.message, { timeout: 5_000 })
    .toContain('goes on after a fault: Error: boom')
  const before = checks.length
  await expect.poll(() => checks.length, { timeout: 5_000 }).toBeGreaterThan(before + 3)
  expect(errors).toHaveLength(1)
})

describe('a thread that dies', () => {
  it('is started again after a growing pause, with its configuration, and each time it is said', async () => {
    const { prober, checks, errors } = start({
      entry: thread(
        "port.on('message', m => { port.postMessage({ kind: 'checks', checks: m.endpoints }); setTimeout(() => { throw new Error('boom') }, 20) })",
      ),
      backOff: 50,
    })
    prober.configure([endpoint('a')], [])
    await expect.poll(() => errors.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3)
    expect(checks.length).toBeGreaterThanOrEqual(3)
    expect(errors.slice(0, 3).map(error => error.message)).toEqual([
      "the prober's thread ended (boom); restart in 50 ms",
      "the prober's thread ended (boom); restart in 100 ms",
      "the prober's thread ended (boom); restart in 200 ms",
    ])
    await prober.drain()
    const said = errors.length
    await new Promise(done => setTimeout(done, 600))
    expect(errors).toHaveLength(said)
  })

  it('does not hold up draining, nor does one that no longer listens', async () => {
    const dead = start({ entry: thread('process.exit(3)'), backOff: 10_000 })
    await expect.poll(() => dead.errors[0]?.message, { timeout: 5_000 }).toContain('(code 3)')
    const deaf = start({ entry: thread("port.on('message', () => { for (;;); })") })
    const started = performance.now()
    await Promise.all([dead.prober.drain(duration(200)), deaf.prober.drain(duration(200))])
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
