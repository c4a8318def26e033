import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cli, type Scene, waitFor } from '../e2e/harness.ts'
import { importScene, line, refusal, stored } from './scene.ts'

let stage: Scene
beforeAll(async () => {
  stage = importScene()
  await stored(stage, [line('2025-10-01T00:00:00Z', 'up')])
})
afterAll(() => stage.close())

describe('arguments that are wrong', () => {
  it.each([
    [['servee'], /unknown command 'servee' \(Did you mean serve\?\)/],
    [['config', 'chek'], /unknown command 'chek' \(Did you mean check\?\)/],
    [['serve', '--prot', '1'], /unknown option '--prot' \(Did you mean --port\?\)/],
    [['serve', 'now'], /too many arguments for 'serve'/],
    [
      ['serve', '--port', '65536'],
      /'--port <port>' argument '65536' is invalid. It must be a number from 0 to 65535/,
    ],
    [['serve', '--port', '-1'], /'--port <port>'/],
    [['serve', '--port', '1e3'], /'1e3' is invalid/],
    [['serve', '--port'], /argument missing/],
    [['serve', '--log-level', 'loud'], /Allowed choices are fatal, error/],
    [['check'], /missing required argument 'target'/],
    [['check', 'a', 'b'], /too many arguments/],
    [['import'], /missing required argument 'file'/],
    [['import', '-', '--format', 'xml'], /Allowed choices are ndjson, csv/],
    [['availability'], /missing required argument 'service'/],
    [['availability', 'iam', '--month'], /argument missing/],
    [['config', 'check', 'nines.yaml'], /too many arguments/],
    [['backup', 'a', 'b'], /too many arguments/],
    [['backup', 'a', '--force'], /unknown option '--force'/],
  ])('%j end in one clear line and exit 2', async (args, said) => {
    expect(refusal(await stage.cli(args))).toMatch(said)
  })

  it('are none at all: then it tells which commands there are, and exits 2', async () => {
    for (const args of [[], ['config']]) {
      const { code, stdout, stderr } = await stage.cli(args)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^Usage: nines/)
    }
  })

  it('are not those that ask for help', async () => {
    const commands = ['serve', 'check', 'config', 'import', 'availability', 'recompute', 'demo', 'backup']
    const { code, stdout, stderr } = await stage.cli(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    expect((await stage.cli(['import', '--help'])).stdout).toContain('--hold <duration>')
  })
})

describe('the environment', () => {
  const asked = ['availability', 'iam', '--month', '2025-10', '--json']

  it('names the configuration and the data where no option does', async () => {
    const env = { NINES_CONFIG: stage.config, NINES_DATA: stage.data }
    const { code, stdout } = await cli(asked, { env })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ from: '2025-10-01T00:00:00.000Z', service: 'iam' })
    const without = await cli(asked, { env: { NINES_DATA: stage.data }, cwd: stage.data })
    expect(refusal(without)).toMatch(/^nines\.yaml:1:1 \(root\): there is no such file/)
  })

  it('gives way to an option', async () => {
    const env = { NINES_CONFIG: '/nowhere', NINES_DATA: '/nowhere' }
    const { code, stdout } = await cli([...asked, ...stage.options], { env })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ from: '2025-10-01T00:00:00.000Z' })
  })

  it('names the address and the port to serve on', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await waitFor('the port', () => taken.listening)
    const { port } = taken.address() as AddressInfo
    const data = join(stage.directory, 'other')
    const served = await stage.cli(['serve', '--data', data], { env: { HOST: '127.0.0.1', PORT: `${port}` } })
    taken.close()
    expect(served.stderr).toBe(`nines: port ${port} of 127.0.0.1 is taken; give another one with --port\n`)
    expect(refusal(await stage.cli(['serve', '--data', data], { env: { PORT: 'http' } }))).toMatch(
      /value 'http' from env 'PORT' is invalid/,
    )
    expect(refusal(await stage.cli(['serve', '--data', data], { env: { LOG_LEVEL: 'loud' } }))).toMatch(
      /value 'loud' from env 'LOG_LEVEL' is invalid/,
    )
  })
})
