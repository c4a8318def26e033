import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Scene, scene } from '../e2e/harness.ts'
import { importScene, refusal } from './scene.ts'

let stage: Scene
beforeEach(() => {
  stage = scene()
})
afterEach(() => stage.close())

describe('config check', () => {
  it('says of a sound file what it holds, and exits 0', async () => {
    const sound = importScene()
    try {
      expect(await sound.cli(['config', 'check'])).toEqual({
        code: 0,
        stdout: `${sound.config}: no mistakes; 1 services, 2 endpoints\n`,
        stderr: '',
      })
    } finally {
      await sound.close()
    }
  })

  it('names every mistake at once with its line, column, key and an example, and exits 1', async () => {
    stage.save(
      [
        'page: { title: Status }',
        'services:',
        '  - id: IAM',
        '    endpoints:',
        '      - id: login',
        '        url: login.example.com',
        '        evry: 30s',
        '        timeout: 10',
        'retention: { checks: soon }',
        'maintenance:',
        '  - { id: work, services: [shop], from: 2026-10-04T01:00:00, to: 2026-10-04T03:00:00Z }',
        '',
      ].join('\n'),
    )
    const { code, stdout, stderr } = await stage.cli(['config', 'check'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    const at = lines.map(text => {
      const [, file, line, key] = /^(.+):(\d+):\d+ (\S+): .+, e\.g\. .+$/.exec(text) ?? []
      expect(file).toBe(stage.config)
      return [Number(line), key]
    })
    expect(at).toEqual([
      [3, 'services[0].id'],
      [6, 'services[0].endpoints[0].url'],
      [7, 'services[0].endpoints[0].evry'],
      [8, 'services[0].endpoints[0].timeout'],
      [9, 'retention.checks'],
      [11, 'maintenance[0].services[0]'],
      [11, 'maintenance[0].from'],
    ])
  })

  it('names a file that is missing or no text', async () => {
    const missing = await stage.cli(['config', 'check', '--config', '/nowhere/nines.yaml'])
    expect(missing).toMatchObject({ code: 1, stderr: '' })
    expect(missing.stdout).toMatch(/^\/nowhere\/nines\.yaml:1:1 \(root\): there is no such file/)
    const directory = await stage.cli(['config', 'check', '--config', stage.directory])
    expect(directory).toMatchObject({ code: 1, stderr: '' })
    expect(directory.stdout).toMatch(/: is not a file/)
  })

  it('is named before anything else by every command that needs the file', async () => {
    stage.save('services: 3\n')
    for (const args of [
      ['serve', '--port', '0'],
      ['import', '-'],
      ['availability', 'iam', '--month', '2025-10'],
      ['check', 'iam-login'],
    ])
      expect(refusal(await stage.cli(args))).toMatch(/nines\.yaml:1:\d+ services: /)
  })
})
