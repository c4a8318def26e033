import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { Outcome, ProbeResult } from '../../src/probe/check.ts'
import { type CheckerParts, createChecker } from '../../src/probe/checker.ts'
import { unreached } from '../../src/probe/connect.ts'
import { createHealth } from '../../src/probe/health.ts'
import { checkOnce } from '../../src/probe/once.ts'
import { createReferences, parseReference, type Standing } from '../../src/probe/references.ts'
import { createResolve, type Resolve } from '../../src/probe/resolve.ts'
import { trust } from '../../src/probe/secure.ts'
import { closedPort, ms, plain, target } from './listeners.ts'

const resolve = createResolve()
const TARGET = target('http://127.0.0.1:9/')
const result = (outcome: Outcome): ProbeResult => ({ outcome, timings: { total: 1 } })
const UP: Outcome = { state: 'up', observed: 'status 200' }
const DOWN: Outcome = { state: 'down', reason: 'timeout', observed: 'no response' }
const UNRESOLVED: Outcome = {
  state: 'unknown',
  reason: 'unknown:resolver',
  observed: 'x could not be resolved',
}

function checker(parts: Partial<CheckerParts> & { standing?: Standing }) {
  const asked = { references: 0 }
  const check = createChecker({
    resolve,
    tls: trust(),
    health: createHealth(),
    references: () => ({
      standing: async () => {
        asked.references++
        return parts.standing ?? 'none'
      },
    }),
    resolverAnswers: async () => true,
    ...parts,
  })
  return { check, asked }
}

/** Stands still, as a synchronous loop or a stopped process does. */
function block(forMs: number): void {
  const until = performance.now() + forMs
  while (performance.now() < until);
}

describe('a check that failed', () => {
  it.each([
    [DOWN, 'none', DOWN],
    [DOWN, 'online', DOWN],
    [DOWN, 'offline', { state: 'unknown', reason: 'unknown:offline' }],
    [UNRESOLVED, 'online', { state: 'down', reason: 'dns' }],
    [UNRESOLVED, 'offline', UNRESOLVED],
  ] as const)('%j while the references are %s is %j', async (found, standing, expected) => {
    const { check } = checker({ standing, probe: async () => result(found) })
    expect((await check(TARGET, ms(1_000))).outcome).toMatchObject(expected)
  })

  it.each([
    [true, { state: 'down', reason: 'dns' }],
    [false, { state: 'unknown', reason: 'unknown:resolver' }],
  ])(
    'for its name, without references, depends on whether the resolver answers at all (%s)',
    async (alive, expected) => {
      const { check } = checker({ probe: async () => result(UNRESOLVED), resolverAnswers: async () => alive })
      expect((await check(TARGET, ms(1_000))).outcome).toMatchObject(expected)
    },
  )

  it("in a way that is no target's doing is `unknown:internal`", async () => {
    const { check } = checker({ probe: () => Promise.reject(new TypeError('secret')) })
    const { outcome } = await check(TARGET, ms(1_000))
    expect(outcome).toEqual({
      state: 'unknown',
      reason: 'unknown:internal',
      observed: 'the probe failed (TypeError)',
    })
  })
})

it('a check that is up asks no reference', async () => {
  const { check, asked } = checker({ standing: 'offline', probe: async () => result(UP) })
  expect((await check(TARGET, ms(1_000))).outcome).toEqual(UP)
  expect(asked.references).toBe(0)
})

describe('a check says nothing of the target', () => {
  it.each([UP, DOWN])('when the loop lagged more than a quarter of the timeout (%j)', async found => {
    const { check } = checker({
      probe: async () => {
        await new Promise(done => setTimeout(done, 50))
        block(300)
        return result(found)
      },
    })
    expect((await check(TARGET, ms(1_000))).outcome).toMatchObject({
      state: 'unknown',
      reason: 'unknown:lag',
    })
    expect((await check(TARGET, ms(2_000))).outcome).toEqual(found)
  })

  it('when the loop stood still for seconds', async () => {
    const { check } = checker({
      probe: async () => {
        block(2_200)
        return result(DOWN)
      },
    })
    expect((await check(TARGET, ms(60_000))).outcome).toMatchObject({
      state: 'unknown',
      reason: 'unknown:suspended',
    })
  })

  it('when the wall clock ran away from the monotonic one', async () => {
    let wall = 0
    const { check } = checker({
      health: createHealth({ mono: () => performance.now(), wall: () => wall }),
      probe: async () => {
        wall += 2_500
        return result(DOWN)
      },
    })
    expect((await check(TARGET, ms(60_000))).outcome).toMatchObject({
      state: 'unknown',
      reason: 'unknown:suspended',
    })
  })

  it('but a stall before it began does not count', async () => {
    const health = createHealth()
    const outer = health.watch()
    await new Promise(done => setTimeout(done, 50))
    block(300)
    const inner = health.watch()
    await new Promise(done => setTimeout(done, 60))
    expect(inner.end(400)).toBeNull()
    expect(outer.end(400)).toMatchObject({ reason: 'unknown:lag' })
  })
})

describe('references', () => {
  it.each([
    ['https://a.example/x', { host: 'a.example', port: 443 }],
    ['http://a.example', { host: 'a.example', port: 80 }],
    ['http://a.example:8080/', { host: 'a.example', port: 8080 }],
    ['1.1.1.1:53', { host: '1.1.1.1', port: 53 }],
    ['[::1]:53', { host: '::1', port: 53 }],
    ['a.example', null],
    ['a.example:99999', null],
    ['ftp://a.example/', null],
    ['', null],
  ])('read %j as %j', (text, expected) => {
    expect(parseReference(text)).toEqual(expected)
  })

  it('that all fail make a failed check `unknown:offline`, one that answers leaves it `down`', async () => {
    const server = await plain((_request, response) => response.end())
    const [dead, gone] = [await closedPort(), await closedPort()]
    const failing = target(`http://127.0.0.1:${dead}/`)
    const offline = await checkOnce(failing, ms(1_000), [`127.0.0.1:${gone}`, 'nines.invalid:80'])
    expect(offline.outcome).toMatchObject({ state: 'unknown', reason: 'unknown:offline' })
    const down = await checkOnce(failing, ms(1_000), [`127.0.0.1:${gone}`, server.url])
    expect(down.outcome).toMatchObject({ state: 'down', reason: 'connect-refused' })
    expect((await checkOnce(failing, ms(1_000), [])).outcome.state).toBe('down')
  })

  it('are asked once by many, and their answer is remembered for a moment', async () => {
    const server = await plain((_request, response) => response.end())
    let now = 0
    let asked = 0
    const counting: Resolve = async () => {
      asked++
      return { kind: 'found', addresses: ['127.0.0.1'] }
    }
    const references = createReferences([`a.example:${server.port}`], { resolve: counting, mono: () => now })
    const many = await Promise.all(Array.from({ length: 50 }, () => references.standing()))
    expect(new Set(many)).toEqual(new Set(['online']))
    expect(asked).toBe(1)
    now = 900
    await references.standing()
    expect(asked).toBe(1)
    now = 1_100
    await references.standing()
    expect(asked).toBe(2)
  })

  it('that are away are not asked again at once', async () => {
    let now = 0
    let asked = 0
    const refusing: Resolve = async () => {
      asked++
      return { kind: 'not-found', code: 'ENOTFOUND' }
    }
    const references = createReferences(['a.example:80'], { resolve: refusing, mono: () => now })
    for (now of [0, 1_000, 4_900]) expect(await references.standing()).toBe('offline')
    expect(asked).toBe(1)
    now = 5_100
    expect(await references.standing()).toBe('offline')
    expect(asked).toBe(2)
  })

  it('are not waited for longer than their patience', async () => {
    const mute: Resolve = (_name, signal) =>
      new Promise(done => signal.addEventListener('abort', () => done({ kind: 'failed', code: 'ETIMEOUT' })))
    const started = performance.now()
    expect(await createReferences(['a.example:80'], { resolve: mute, patience: 150 }).standing()).toBe(
      'offline',
    )
    expect(performance.now() - started).toBeLessThan(250)
  })
})

/** A listener whose thread sleeps: once its queue is full, the kernel drops whoever knocks. */
async function blackHole(): Promise<{ port: number; close: () => Promise<unknown> }> {
  const sleeper = new Worker(
    `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:worker_threads').parentPort.postMessage(server.address().port)
      setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20_000), 20)
    })`,
    { eval: true },
  )
  const port = await new Promise<number>(done => sleeper.once('message', done))
  await new Promise(done => setTimeout(done, 100))
  const queued = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await new Promise(done => setTimeout(done, 100))
  return {
    port,
    close: () => {
      for (const socket of queued) socket.destroy()
      return sleeper.terminate()
    },
  }
}

it.each([
  [['ECONNREFUSED'], true, 'connect-refused'],
  [['ENETUNREACH', 'ECONNREFUSED'], true, 'connect-refused'],
  [['ENETUNREACH', 'ETIMEDOUT'], true, 'connect-timeout'],
  [['EADDRNOTAVAIL', 'ECONNREFUSED'], true, 'connect-refused'],
  [['EHOSTUNREACH'], true, 'connect-refused'],
  [['EHOSTUNREACH'], false, 'unknown:offline'],
  [['ENETUNREACH', 'ENETUNREACH'], true, 'unknown:offline'],
  [['ENETDOWN'], true, 'unknown:offline'],
  [['EMFILE'], true, 'unknown:internal'],
  [['ENOBUFS'], true, 'unknown:internal'],
  [['EADDRNOTAVAIL'], true, 'unknown:internal'],
  [['EPERM'], true, 'unknown:internal'],
  [['ESOMETHING'], true, 'unknown:internal'],
  [[], true, 'unknown:internal'],
])('dialling that ends in %j (networked: %j) is %s', (codes, networked, reason) => {
  expect(unreached(codes, '192.0.2.1:80', () => networked)).toMatchObject({ reason })
})

describe('a connection', () => {
  const fixed =
    (...addresses: string[]): Resolve =>
    async () => ({ kind: 'found', addresses })
  const offlineCheck = (addresses: string[], timeout = 500, port = 9) =>
    checker({ resolve: fixed(...addresses) }).check(target(`http://a.example:${port}/`), ms(timeout))

  it('that is never made is `connect-timeout`, in time', async () => {
    const { port, close } = await blackHole()
    const started = performance.now()
    const { outcome, timings } = await checkOnce(target(`http://127.0.0.1:${port}/`), ms(400))
    expect(outcome).toMatchObject({ state: 'down', reason: 'connect-timeout' })
    expect(performance.now() - started).toBeLessThan(500)
    expect(Object.keys(timings)).toEqual(['total'])
    await close()
  })

  it('to a metadata service is refused even where it is configured', async () => {
    expect((await offlineCheck(['169.254.169.254'])).outcome).toMatchObject({
      state: 'unknown',
      reason: 'unknown:guard',
    })
  })

  it('is made to the permitted addresses alone', async () => {
    const server = await plain((_request, response) => response.end())
    const { outcome, address } = await offlineCheck(['169.254.169.254', '127.0.0.1'], 1_000, server.port)
    expect(outcome.state).toBe('up')
    expect(address).toBe(`127.0.0.1:${server.port}`)
  })

  it('that one family cannot make does not matter while the other one can', async () => {
    const server = await plain((_request, response) => response.end())
    expect((await offlineCheck(['2001:db8::1', '127.0.0.1'], 2_000, server.port)).outcome.state).toBe('up')
  })
})
