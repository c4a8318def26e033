import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  availability,
  endpoint,
  lastCheck,
  type Nines,
  outages,
  type Ready,
  type Scene,
  scene,
  serviceNow,
  services,
  storedChecks,
  type Target,
  waitFor,
  waitUntil,
} from './harness.ts'

let stage: Scene
let target: Target
beforeEach(async () => {
  stage = scene()
  target = await stage.target()
  stage.save({
    services: [
      { id: 'shop', name: 'Web shop', endpoints: [endpoint('front', target.url('/front'))] },
      { id: 'bank', endpoints: [endpoint('till', target.url('/till'))] },
    ],
  })
})
afterEach(() => stage.close())

const checked = (nines: Nines, since = Date.now()) =>
  waitFor('checks of both endpoints', async () =>
    (await Promise.all(['front', 'till'].map(id => lastCheck(nines, id)))).every(at => at >= since),
  )

const asked = (path: string, since: number) =>
  target.requests.filter(request => request.path === path && request.at >= since).length

const ready = (nines: Nines) => nines.json<Ready>('/readyz')

/** Every page and answer that must go on while nothing can be stored. */
async function servedWhole(nines: Nines): Promise<void> {
  for (const path of ['/', '/services/shop', '/livez', '/api/v1/services', '/api/v1/outages']) {
    const began = performance.now()
    expect({ path, status: (await nines.get(path)).status }).toEqual({ path, status: 200 })
    expect(performance.now() - began).toBeLessThan(3_000)
  }
}

/** Asks again and again until it is ended, which gives the longest time that an answer took, in ms. */
function askAllTheWhile(nines: Nines): () => Promise<number> {
  let asking = true
  const longest = (async () => {
    let most = 0
    while (asking) {
      const began = performance.now()
      await nines.get('/livez')
      most = Math.max(most, performance.now() - began)
      await sleep(20)
    }
    return most
  })()
  return () => {
    asking = false
    return longest
  }
}

describe('a database that another process locks', () => {
  it('stops neither probing nor pages; what waited is stored when the lock is gone, without a gap', async () => {
    const nines = await stage.serve()
    await checked(nines)
    await servedWhole(nines)

    const other = new Sqlite(join(stage.data, 'nines.db'))
    const locked = Date.now()
    other.exec('BEGIN EXCLUSIVE')
    const enough = askAllTheWhile(nines)
    try {
      const told = await waitFor('/readyz to say so', async () => {
        const found = await ready(nines)
        return found.status === 'degraded' ? found : null
      })
      expect(told.troubles).toMatchObject([{ what: 'checks cannot be stored' }])
      expect(told.troubles[0]?.details[0]).toMatch(/^\d+ wait: database is locked$/)
      expect((await nines.get('/readyz')).status).toBe(200)
      target.mood('/till', 'failing')
      await waitFor(
        'eight more checks of each',
        () => asked('/front', locked) >= 8 && asked('/till', locked) >= 8,
      )
      await servedWhole(nines)
      // Nothing has come in since; yet the page and the API answered.
      expect(await lastCheck(nines, 'front')).toBeLessThan(locked + 1_000)
      expect(await enough()).toBeLessThan(2_000)
    } finally {
      await enough().catch(() => 0)
      other.exec('ROLLBACK')
      other.close()
    }
    await checked(nines)
    expect(await ready(nines)).toEqual({ status: 'ready', troubles: [] })

    const released = Date.now()
    const stored = storedChecks(stage.data, 'front').filter(
      check => check.at >= locked && check.at < released,
    )
    expect(stored.length).toBeGreaterThanOrEqual(asked('/front', locked) - 2)
    const starts = storedChecks(stage.data, 'front').map(check => check.at)
    expect(Math.max(...starts.slice(1).map((at, i) => at - (starts[i] ?? 0)))).toBeLessThan(4_000)
    const during = await availability(nines, 'shop', locked, released)
    expect(during.ms).toMatchObject({ down: 0, unknown: 0 })
    // The outage that began under the lock begins at its first failed check.
    const [outage] = await waitFor('the outage', async () => {
      const found = await outages(nines, '?service=bank')
      return found.length > 0 ? found : null
    })
    const failed = storedChecks(stage.data, 'till').find(check => check.state === 'down')
    expect(Date.parse(outage?.from ?? '')).toBe(failed?.at)
    expect(failed?.at).toBeGreaterThan(locked)
    const messages = nines.log.map(({ msg }) => msg)
    expect(messages.filter(msg => msg.startsWith('checks cannot be stored'))).toHaveLength(1)
    expect(messages.filter(msg => msg.startsWith('checks are stored again'))).toHaveLength(1)
  })

  it('is waited for by a reload, which loses nothing', async () => {
    const nines = await stage.serve()
    await checked(nines)
    const other = new Sqlite(join(stage.data, 'nines.db'))
    other.exec('BEGIN IMMEDIATE')
    stage.save({
      services: [{ id: 'shop', name: 'Renamed', endpoints: [endpoint('front', target.url('/front'))] }],
    })
    nines.signal('SIGHUP')
    await waitFor('/readyz to say so', async () => (await ready(nines)).status === 'degraded')
    expect((await serviceNow(nines, 'shop')).name).toBe('Web shop')
    other.exec('ROLLBACK')
    other.close()
    await waitFor('the new name', async () => (await serviceNow(nines, 'shop')).name === 'Renamed')
  })

  it('is waited for when the server is asked to stop', async () => {
    const nines = await stage.serve()
    await checked(nines)
    const other = new Sqlite(join(stage.data, 'nines.db'))
    other.exec('BEGIN IMMEDIATE')
    const locked = Date.now()
    await waitFor('two checks that wait', () => asked('/front', locked) >= 2)
    const stopped = nines.stop()
    const waited = Date.now() + 1_000
    await waitUntil(waited)
    other.exec('ROLLBACK')
    other.close()
    expect(await stopped).toEqual({ code: 0, signal: null })
    expect(nines.log.filter(({ lost }) => lost !== undefined)).toEqual([])
    expect(
      storedChecks(stage.data, 'front').filter(check => check.at >= locked).length,
    ).toBeGreaterThanOrEqual(2)
  })
})

// A limit on the size of files makes every growing write fail, as on a full disk; raised again, there is room.
const prlimit = (pid: number, bytes: number | 'unlimited') =>
  spawnSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`], { encoding: 'utf8' })

describe.skipIf(spawnSync('prlimit', ['--version']).error)('a disk that is full', () => {
  it('stops neither probing nor pages, and all is stored once there is room', async () => {
    const nines = await stage.serve()
    await checked(nines)
    await servedWhole(nines)
    const full = Date.now()
    const room = Math.min(...['nines.db', 'nines.db-wal'].map(file => statSync(join(stage.data, file)).size))
    expect(prlimit(nines.pid, Math.min(room, 16_384))).toMatchObject({ status: 0, stderr: '' })

    const told = await waitFor('/readyz to say so', async () => {
      const found = await ready(nines)
      return found.status === 'degraded' ? found : null
    })
    expect(told.troubles).toMatchObject([{ what: 'checks cannot be stored' }])
    await waitFor('five more checks of each', () => asked('/front', full) >= 5 && asked('/till', full) >= 5)
    await servedWhole(nines)
    await waitFor(
      'a page that was never asked for',
      async () => (await nines.get('/services/bank')).status === 200,
    )

    expect(prlimit(nines.pid, 'unlimited').status).toBe(0)
    await checked(nines)
    expect(await ready(nines)).toEqual({ status: 'ready', troubles: [] })
    const starts = storedChecks(stage.data, 'front').map(check => check.at)
    expect(starts.filter(at => at >= full).length).toBeGreaterThanOrEqual(5)
    expect(Math.max(...starts.slice(1).map((at, i) => at - (starts[i] ?? 0)))).toBeLessThan(4_000)
    expect((await stage.cli(['recompute', '--check'])).code).toBe(0)
    expect(await nines.stop()).toEqual({ code: 0, signal: null })
  })

  it('lets the server stop in time, and it says what could not be stored', async () => {
    const nines = await stage.serve()
    await checked(nines)
    prlimit(nines.pid, 8_192)
    await waitFor('/readyz to say so', async () => (await ready(nines)).status === 'degraded')
    const known = storedChecks(stage.data, 'front').length
    const began = performance.now()
    expect(await nines.stop()).toEqual({ code: 0, signal: null })
    expect(performance.now() - began).toBeLessThan(20_000)
    expect(nines.log.find(({ lost }) => lost !== undefined)?.['lost']).toBeGreaterThan(0)
    expect(nines.noise).toEqual([])

    expect(storedChecks(stage.data, 'front').length).toBeGreaterThanOrEqual(known)
    const again = await stage.serve()
    await checked(again)
    expect((await stage.cli(['recompute', '--check'])).code).toBe(0)
  })
})

describe('a database that another process holds while a server starts', () => {
  it('is waited for, which the log says, and then served from', async () => {
    const first = await stage.serve()
    await checked(first)
    await first.stop()
    const other = new Sqlite(join(stage.data, 'nines.db'))
    other.exec('BEGIN IMMEDIATE')
    const told: string[] = []
    const nines = await stage.serve({
      onLog: ({ msg }) => {
        told.push(msg)
        if (msg.includes('holds the database') && other.inTransaction) other.exec('ROLLBACK')
      },
    })
    other.close()
    expect(told[0]).toBe('another process, such as an import, holds the database; this waits for it')
    await checked(nines)
  })
})

describe('a server that cannot start', () => {
  it('is refused with one line where another one serves from the same data', async () => {
    const nines = await stage.serve()
    const second = await stage.cli(['serve', '--port', '0', '--host', '127.0.0.1'])
    expect(second.code).toBe(1)
    expect(second.stderr).toMatch(/^nines: cannot start with the data in .*: another nines serves from .*\n$/)
    expect(second.stderr.split('\n')).toHaveLength(2)
    await checked(nines)
    // However the first one ends, its claim ends with it.
    await nines.kill()
    const third = await stage.serve()
    await checked(third)
  })

  it('is refused with one line where its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await waitFor('the port', () => taken.listening)
    const { port } = taken.address() as AddressInfo
    const { code, stderr, stdout } = await stage.cli(['serve', '--host', '127.0.0.1', '--port', `${port}`])
    taken.close()
    expect(stderr).toBe(`nines: port ${port} of 127.0.0.1 is taken; give another one with --port\n`)
    expect(stdout).toBe('')
    expect(code).toBe(1)
  })

  it('is refused with one line where the port of its mail door is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await waitFor('the port', () => taken.listening)
    const { port } = taken.address() as AddressInfo
    stage.save({
      mail: { door: { port, recipients: ['support@example.com'] } },
      services: [{ id: 'shop', endpoints: [endpoint('front', target.url('/front'))] }],
    })
    const { code, stderr } = await stage.cli(['serve', '--host', '127.0.0.1', '--port', '0'])
    taken.close()
    expect(stderr).toMatch(
      new RegExp(`^nines: .*mail.door cannot listen on 127.0.0.1:${port}: the port is taken\n$`),
    )
    expect(code).toBe(1)
  })

  it('is refused with one line where its address or its data is not to be had', async () => {
    const elsewhere = await stage.cli(['serve', '--port', '0', '--host', '192.0.2.1'])
    expect(elsewhere.stderr).toBe(
      'nines: 192.0.2.1 is no address of this machine; give another one with --host\n',
    )
    expect(elsewhere.code).toBe(1)
    const file = await stage.cli(['serve', '--port', '0', '--data', stage.config])
    expect(file.stderr).toMatch(/^nines: cannot start with the data in .*\n$/)
    expect(file.stderr.split('\n')).toHaveLength(2)
    expect(file.code).toBe(1)
  })
})

describe('a process that stood still', () => {
  it('does not know the time, and takes it for no outage', async () => {
    const nines = await stage.serve()
    await checked(nines)
    target.mood('/till', 'hanging')
    await waitFor('a check in flight', () => target.requests.at(-1)?.mood === 'hanging')
    const last = await lastCheck(nines, 'front')
    nines.signal('SIGSTOP')
    const frozen = Date.now()
    await waitUntil(frozen + 9_000)
    target.mood('/till', 'well')
    nines.signal('SIGCONT')
    await checked(nines)

    const checks = storedChecks(stage.data, 'front')
    const next = checks.find(check => check.at > frozen + 8_000)?.at ?? 0
    const during = await availability(nines, 'shop', last, next)
    expect(during.ms.down).toBe(0)
    // Twice the interval and the timeout is how long the last check speaks.
    expect(during.ms.unknown).toBeGreaterThanOrEqual(9_000 - 6_000 - 1_000)
    expect(during.ms.up + during.ms.unknown).toBe(during.ms.total)
    const suspended = storedChecks(stage.data, 'till').filter(check => check.state !== 'up')
    expect(suspended.map(check => check.reason)).toContain('unknown:suspended')
    expect(suspended.filter(check => check.state === 'down')).toEqual([])
    expect(await outages(nines)).toEqual([])
  })
})

describe('a hostile client', () => {
  it('gets an answer below 500, or none, and disturbs nobody', async () => {
    const nines = await stage.serve()
    await checked(nines)
    const { port } = new URL(nines.url)
    /** The head of the answer; nothing where none comes in time. */
    const raw = (text: string) =>
      new Promise<string>(done => {
        let heard = ''
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text, 'latin1'))
        const end = () => {
          socket.destroy()
          done(heard)
        }
        socket.setTimeout(1_500, end)
        socket.on('data', part => {
          heard += part.toString('latin1')
          if (heard.includes('\r\n\r\n')) end()
        })
        socket.on('error', end)
        socket.on('close', end)
      })
    const requests = [
      'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
      'GET /api/v1/services HTTP/1.1\r\nHost: \xff\r\n\r\n',
      'GET /api/v1/services HTTP/1.1\r\nHost:\r\n\r\n',
      'GET /api/v1/services HTTP/1.0\r\n\r\n',
      'GET http://evil.example/api/v1/services HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET //evil.example/../.. HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /api/v1/outages/%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET /${'x'.repeat(14_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
      'BREW / HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST /api/v1/services HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz',
      'GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: \x01;q=nan\r\nIf-None-Match: ""\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      '\0'.repeat(100),
    ]
    let answered = 0
    for (const request of requests) {
      const status = /^HTTP\/1\.1 (\d+) /.exec(await raw(request))?.[1]
      if (status !== undefined) answered++
      expect({ request: request.slice(0, 60), fine: status === undefined || Number(status) < 500 }).toEqual({
        request: request.slice(0, 60),
        fine: true,
      })
    }
    expect(answered).toBeGreaterThanOrEqual(requests.length - 3)
    await checked(nines)
    expect((await services(nines)).map(({ state }) => state)).toEqual(['up', 'up'])
    expect(nines.noise).toEqual([])
  })
})
