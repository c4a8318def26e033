import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Scene, scene, type Target } from '../e2e/harness.ts'
import { refusal } from './scene.ts'

let stage: Scene
let target: Target
let gone: Target
beforeAll(async () => {
  stage = scene()
  target = await stage.target()
  gone = await stage.target()
  await gone.stop()
  target.mood('/failing', 'failing')
  target.mood('/hanging', 'hanging')
  stage.save({
    services: [
      {
        id: 'shop',
        endpoints: [
          { id: 'well', url: target.url('/well'), expect: { contains: 'well' } },
          { id: 'strict', url: target.url('/well'), expect: { contains: 'something else' } },
          { id: 'slow', url: target.url('/hanging'), timeout: '300ms' },
        ],
      },
    ],
  })
})
afterAll(() => stage.close())

const check = async (what: string) => {
  const { code, stdout, stderr } = await stage.cli(['check', what, '--json'])
  expect(stderr).toBe('')
  return { code, found: JSON.parse(stdout) as Record<string, unknown> }
}

describe('one check', () => {
  it('of a URL that is well prints the time of each phase and exits 0', async () => {
    const { code, stdout, stderr } = await stage.cli(['check', target.url('/well')])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^up {2}.*200/)
    for (const phase of ['connect', 'first byte', 'transfer', 'total'])
      expect(stdout).toMatch(new RegExp(`\\n {2}${phase} +\\d+\\.\\d ms`))
  })

  it('as JSON has the verdict, what was seen, and the time of each phase', async () => {
    const { code, found } = await check(target.url('/well?token=secret'))
    expect(code).toBe(0)
    expect(found).toEqual({
      target: target.url('/well'),
      state: 'up',
      reason: null,
      observed: expect.any(String),
      status: 200,
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      timings: expect.objectContaining({ total: expect.any(Number), connect: expect.any(Number) }),
    })
    expect(JSON.stringify(found)).not.toContain('secret')
  })

  it('of what is down exits 1, with its reason', async () => {
    for (const [what, reason] of [
      [target.url('/failing'), 'status'],
      [gone.url('/'), 'connect-refused'],
      ['strict', 'body'],
      ['slow', 'timeout'],
    ] as const)
      expect(await check(what)).toMatchObject({ code: 1, found: { state: 'down', reason } })
    const { code, stdout } = await stage.cli(['check', gone.url('/')])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^down {2}connect-refused /)
  })

  it('of an endpoint is made as it is configured', async () => {
    expect(await check('well')).toMatchObject({ code: 0, found: { state: 'up', target: 'well' } })
  })

  it('is unknown and exits 2 where the references fail too', async () => {
    const other = scene({
      references: [gone.url('/'), gone.url('/other')],
      services: [{ id: 'a', endpoints: [{ id: 'a', url: gone.url('/') }] }],
    })
    try {
      const { code, stdout } = await other.cli(['check', 'a', '--json'])
      expect(JSON.parse(stdout)).toMatchObject({ state: 'unknown', reason: 'unknown:offline' })
      expect(code).toBe(2)
      expect((await other.cli(['check', gone.url('/')])).stdout).toMatch(/^unknown {2}unknown:offline /)
    } finally {
      await other.close()
    }
  })

  it('needs no configuration for a URL', async () => {
    const { code } = await stage.cli(['check', target.url('/'), '--config', '/nowhere/nines.yaml'])
    expect(code).toBe(0)
  })

  it('is refused of what is neither a URL nor an endpoint', async () => {
    const refused = async (what: string) => refusal(await stage.cli(['check', what]))
    expect(await refused('nobody')).toMatch(/^"nobody" is neither a URL .* there are: well, strict, slow$/)
    expect(await refused('example.com/health')).toMatch(/is neither a URL/)
    for (const url of ['ftp://example.com/', 'file:///etc/passwd', 'http://', 'https://me:pw@example.com/'])
      expect(await refused(url)).toMatch(/^the URL must be http:\/\/ or https:\/\/ without a user name/)
    expect(await refused('https://me:pw@example.com/')).not.toContain('pw')
  })
})
