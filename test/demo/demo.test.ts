import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Endpoint } from '../../src/catalog/model.ts'
import type { Config } from '../../src/config/config.ts'
import { type DemoOptions, startDemo, throwAway } from '../../src/demo/demo.ts'
import { duration, instant } from '../../src/time/instant.ts'

const out = mkdtempSync(join(tmpdir(), 'nines-built-'))
/** The prober's thread needs JavaScript, and that of the sources as they are, not of a build that may be older. */
beforeAll(() => {
  writeFileSync(join(out, 'package.json'), readFileSync('package.json'))
  for (const name of ['node_modules', 'views', 'migrations']) symlinkSync(resolve(name), join(out, name))
  try {
    const build = ['-p', 'tsconfig.build.json', '--outDir', join(out, 'dist')]
    execFileSync(resolve('node_modules/.bin/tsc'), build, { stdio: 'pipe' })
  } catch {
    // Types are another command's business; what could be emitted was.
  }
})
afterAll(() => rmSync(out, { recursive: true, force: true }))

const quick = (endpoint: Endpoint): Endpoint => ({
  ...endpoint,
  schedule: { kind: 'every', every: duration(400) },
  confirm: { failures: 2, every: duration(200) },
  timeout: duration(300),
  hold: duration(1_100),
})

/** The live example at a quicker pace, and the service that has been watched for minutes. */
const narrow = (config: Config): Config => ({
  ...config,
  services: config.services
    .filter(s => s.id === 'live' || s.id === 'search')
    .map(s => (s.id === 'live' ? { ...s, endpoints: s.endpoints.map(quick) } : s)),
  maintenance: [],
})

const options = (more: Partial<DemoOptions> = {}): DemoOptions => ({
  host: '127.0.0.1',
  port: 0,
  log: pino({ level: 'silent' }),
  now: () => instant(Date.now()),
  progress: () => {},
  rhythm: { first: 800, up: 1_200, down: 1_500 },
  narrow,
  ...more,
})

interface Outages {
  readonly outages: readonly { readonly reason: string; readonly to: string | null }[]
}

describe('the demo', () => {
  test('shows an outage of each kind on its live example, and leaves nothing behind', async () => {
    const { directory, remove } = throwAway()
    const built = (await import(pathToFileURL(join(out, 'dist/demo/demo.js')).href)) as {
      startDemo: typeof startDemo
    }
    const demo = await built.startDemo(directory, options())
    try {
      const read = async (path: string) => (await fetch(`${demo.url}${path}`)).text()
      let found: Outages['outages'] = []
      for (const end = Date.now() + 20_000; Date.now() < end && found.length < 3; await sleep(200)) {
        const { outages } = JSON.parse(await read('/api/v1/outages?service=live')) as Outages
        found = outages.filter(outage => outage.to !== null)
      }
      expect(found.map(outage => outage.reason).sort()).toEqual(['connect-refused', 'status', 'timeout'])
      const page = await read('/')
      expect(page).toContain('Live example')
      expect(page).toContain('Search')
      expect(readFileSync(demo.configFile, 'utf8')).toContain(demo.url)
    } finally {
      await demo.stop()
      remove()
    }
    expect(existsSync(directory)).toBe(false)
    await expect(fetch(demo.url)).rejects.toThrow()
  })

  test('says that the port is taken before it makes anything', async () => {
    const other = createServer()
    await new Promise<void>(done => other.listen(0, '127.0.0.1', done))
    const taken = other.address() as { port: number }
    const { directory, remove } = throwAway()
    const progress = () => {
      throw new Error('it began')
    }
    await expect(startDemo(directory, options({ port: taken.port, progress }))).rejects.toThrow('EADDRINUSE')
    remove()
    other.close()
  })

  test('ends while the past is being made where it is told to', async () => {
    const { directory, remove } = throwAway()
    const progress = () => {
      throw new Error('enough')
    }
    await expect(startDemo(directory, options({ progress }))).rejects.toThrow('enough')
    remove()
    expect(existsSync(directory)).toBe(false)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('ends on %s with code 0 and without a trace', async signal => {
    const temporary = mkdirSync(join(out, `tmp-${signal}`), { recursive: true }) ?? ''
    const child = spawn(process.execPath, [join(out, 'dist/cli.js'), 'demo', '--port', '0'], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    expect(readdirSync(temporary)).toHaveLength(1)
    child.kill(signal)
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    expect(readdirSync(temporary)).toEqual([])
  })
})
