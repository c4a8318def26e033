import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scene } from '../e2e/harness.ts'
import { figures, importScene, line, refusal, stored } from './scene.ts'

describe('the figures of a month', () => {
  let stage: Scene
  /** Forty-five minutes down in checks ten seconds apart, seven minutes unknown, three blips, one hour of maintenance. */
  const history = [
    line('2025-09-15T00:00:00Z', 'up'),
    line('2025-10-07T09:59:50Z', 'up'),
    line('2025-10-07T10:00:00Z', 'down', { reason: 'timeout' }),
    line('2025-10-07T10:00:10Z', 'down', { reason: 'connect-refused' }),
    line('2025-10-07T10:44:50Z', 'down', { reason: 'connect-refused' }),
    line('2025-10-07T10:45:00Z', 'up'),
    line('2025-10-14T12:00:00Z', 'unknown', { reason: 'unknown:offline' }),
    line('2025-10-14T12:07:00Z', 'up'),
    ...['03', '16', '28'].flatMap(day => [
      line(`2025-10-${day}T05:00:00Z`, 'down', { reason: 'status' }),
      line(`2025-10-${day}T05:00:10Z`, 'up'),
    ]),
    line('2025-11-05T00:00:00Z', 'up'),
  ]
  const october = {
    service: 'iam',
    from: '2025-09-30T23:00:00.000Z',
    to: '2025-11-01T00:00:00.000Z',
    month: '2025-10',
    timeZone: 'Europe/London',
    complete: true,
    ms: { total: 2682000000, up: 2675280000, down: 2700000, unknown: 420000, maintenance: 3600000 },
    base: 2677980000,
    availability: { percent: '99.899', best: '99.899', worst: '99.883' },
    thresholds: [
      {
        percent: '99.9',
        verdict: 'missed',
        certain: true,
        creditDays: 7,
        allowedMs: 2677980,
        remainingMs: 0,
      },
      {
        percent: '99',
        verdict: 'met',
        certain: true,
        creditDays: 14,
        allowedMs: 26779800,
        remainingMs: 24079800,
      },
    ],
    creditDays: 7,
    outages: [
      {
        id: expect.stringMatching(/^[0-9a-z]{12}$/),
        from: '2025-10-07T10:00:00.000Z',
        to: '2025-10-07T10:45:00.000Z',
        ms: 2700000,
        unknownMs: 0,
        maintenanceMs: 0,
        startsAfter: '2025-10-07T09:59:50.000Z',
        endsAfter: '2025-10-07T10:44:50.000Z',
        reason: 'timeout',
        endpoints: ['iam-login'],
        url: expect.stringMatching(/^https:\/\/status\.example\.com\/outages\/[0-9a-z]{12}$/),
      },
    ],
    blips: 3,
  }

  beforeAll(async () => {
    stage = importScene({
      services: [
        {
          id: 'iam',
          name: 'IAM Services',
          endpoints: [{ id: 'iam-login', url: 'https://login.example.com/' }],
        },
      ],
      maintenance: [
        { id: 'work', services: ['iam'], from: '2025-10-19T01:00:00Z', to: '2025-10-19T02:00:00Z' },
      ],
    })
    await stored(stage, history, '--hold', 'forever')
  })
  afterAll(() => stage.close())

  it('are those worked out by hand, key by key', async () => {
    const found = await figures(stage, '--month', '2025-10')
    expect(found).toEqual(october)
    expect(Object.keys(found)).toEqual(Object.keys(october))
  })

  it('are the same of a window with the same edges, which has no month', async () => {
    const { from, to } = october
    expect(await figures(stage, '--from', from, '--to', to)).toEqual({ ...october, month: null })
    expect(
      await figures(stage, '--from', '2025-10-01T00:00:00+01:00', '--to', '2025-11-01T00:00:00+00:00'),
    ).toEqual({ ...october, month: null })
  })

  it('begin with the first check in its month', async () => {
    const september = await figures(stage, '--month', '2025-09')
    expect(september).toMatchObject({
      from: '2025-09-15T00:00:00.000Z',
      to: october.from,
      complete: true,
      blips: 0,
    })
    expect(september.availability).toEqual({ percent: '100.000', best: '100.000', worst: '100.000' })
    const august = await figures(stage, '--month', '2025-08')
    expect(august.ms.total).toBe(0)
    expect(august.availability).toEqual({ percent: null, best: null, worst: null })
    expect(august.thresholds.map(t => t.verdict)).toEqual(['no-data', 'no-data'])
    expect(august.creditDays).toBe(0)
  })

  it('are no data in a month to come, with all that it will allow', async () => {
    const found = await figures(stage, '--month', '2999-04')
    expect(found).toMatchObject({ complete: false, base: 0, creditDays: 0, outages: [] })
    expect(found.ms).toEqual({ total: 0, up: 0, down: 0, unknown: 0, maintenance: 0 })
    expect(found.thresholds.map(t => [t.verdict, t.allowedMs, t.remainingMs])).toEqual([
      ['no-data', 2_592_000, 2_592_000],
      ['no-data', 25_920_000, 25_920_000],
    ])
  })

  it('are told in words too', async () => {
    const { stdout, stderr, code } = await stage.cli(['availability', 'iam', '--month', '2025-10'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const words of [
      'IAM Services, 2025-10\n',
      '99.899 %  (best case 99.899 %, worst case 99.883 %)',
      '(2700000 ms)',
      'missed',
      '7 days',
      '2025-10-07T10:00:00.000Z to 2025-10-07T10:45:00.000Z',
    ])
      expect(stdout).toContain(words)
  })

  it('may be cut short by whoever reads them', async () => {
    const { spawnSync } = await import('node:child_process')
    const { CLI } = await import('../e2e/harness.ts')
    const piped = `"${process.execPath}" "${CLI}" availability iam --month 2025-10 ${stage.options.join(' ')} | true`
    expect(spawnSync('sh', ['-c', piped], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('a record with a gap, and an outage under maintenance', () => {
  let stage: Scene
  const at = (time: string) => `2025-03-01T00:${time}Z`
  const window = ['--from', at('00:00'), '--to', at('14:00')]
  const services = [{ id: 'iam', endpoints: [{ id: 'iam-login', url: 'https://login.example.com/' }] }]
  const maintenance = [{ id: 'work', services: ['iam'], from: at('11:30'), to: at('12:30') }]

  beforeAll(async () => {
    stage = importScene({ services, maintenance })
    await stored(
      stage,
      [
        line(at('00:00'), 'up'),
        line(at('01:00'), 'up'),
        // Nine minutes without a check: unknown after the first of them.
        line(at('10:00'), 'up'),
        line(at('11:00'), 'down'),
        line(at('12:00'), 'down'),
        // Two minutes: the second is unknown, inside the outage.
        line(at('14:00'), 'up'),
      ],
      '--hold',
      '1m',
    )
  })
  afterAll(() => stage.close())

  it('is measured to the millisecond', async () => {
    const found = await figures(stage, ...window)
    expect(found.ms).toEqual({
      total: 840_000,
      up: 180_000,
      down: 60_000,
      unknown: 540_000,
      maintenance: 60_000,
    })
    expect(found.base).toBe(240_000)
    expect(found.availability).toEqual({ percent: '75.000', best: '96.153', worst: '15.384' })
    expect(found.thresholds.map(t => [t.verdict, t.certain, t.allowedMs, t.remainingMs])).toEqual([
      ['missed', true, 240, 0],
      ['missed', true, 2_400, 0],
    ])
    expect(found.creditDays).toBe(14)
    expect(found.outages).toMatchObject([
      {
        from: '2025-03-01T00:11:00.000Z',
        to: '2025-03-01T00:14:00.000Z',
        ms: 60_000,
        unknownMs: 60_000,
        maintenanceMs: 60_000,
        startsAfter: '2025-03-01T00:10:00.000Z',
        endsAfter: '2025-03-01T00:12:00.000Z',
        reason: 'down',
      },
    ])
  })

  it('counts as the contract says', async () => {
    stage.save({
      services,
      maintenance,
      contract: { maintenance: 'counted-as-up', unknown: 'counted-as-down' },
    })
    const found = await figures(stage, ...window)
    expect(found.ms.down).toBe(60_000)
    expect(found.base).toBe(840_000)
    expect(found.availability).toEqual({ percent: '28.571', best: '96.428', worst: '21.428' })
  })
})

describe('a question that cannot be answered', () => {
  let stage: Scene
  beforeAll(() => {
    stage = importScene()
  })
  afterAll(() => stage.close())
  const ask = async (...args: string[]) => refusal(await stage.cli(['availability', ...args]))

  it('is refused where the month is none', async () => {
    const none = ['2025-13', '2025-00', '25-10', '2025-1', '', '2025-10-01', '0000-01', '9999-12', '२०२५-१०']
    for (const said of await Promise.all(none.map(month => ask('iam', '--month', month))))
      expect(said).toBe('--month must be YYYY-MM, such as 2026-10')
  })

  it('is refused where the window is none', async () => {
    const from = '2025-10-01T00:00:00Z'
    expect(await ask('iam', '--from', '2025-10-01T00:00:00', '--to', from)).toMatch(
      /^--from must be an RFC 3339 time/,
    )
    expect(await ask('iam', '--from', from, '--to', '2025-10-02')).toMatch(/^--to must be an RFC 3339 time/)
    expect(await ask('iam', '--from', from, '--to', from)).toBe('--from must be earlier than --to')
    expect(await ask('iam', '--from', from)).toMatch(/^give --month/)
    expect(await ask('iam')).toMatch(/^give --month/)
    expect(await ask('iam', '--month', '2025-10', '--from', from)).toMatch(/^give either --month or/)
  })

  it('is refused where there is no such service, with those that there are', async () => {
    for (const id of ['nobody', '../iam', 'iam-login', '__proto__', ''])
      expect(await ask(id, '--month', '2025-10')).toBe(
        `there is no service ${JSON.stringify(id)}; there are: iam`,
      )
  })

  it('has no data where nothing is recorded yet', async () => {
    const { code, stdout, stderr } = await stage.cli(['availability', 'iam', '--month', '2025-10', '--json'])
    expect(stderr).toBe(`nothing is recorded in ${stage.data} yet\n`)
    expect(JSON.parse(stdout)).toMatchObject({ base: 0, availability: { percent: null }, creditDays: 0 })
    expect(code).toBe(0)
  })
})
