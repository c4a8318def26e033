import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawCheck } from '../../src/record/check-store.ts'
import {
  availability,
  endpoint,
  iso,
  type ListedOutage,
  lastCheck,
  type Nines,
  outages,
  type Scene,
  scene,
  serviceNow,
  storedChecks,
  type Target,
  waitFor,
  waitUntil,
} from './harness.ts'

const HOLD = 4_000

let stage: Scene
let target: Target
let nines: Nines
/** The outage as it was listed when it was confirmed, and after its end. */
let open: ListedOutage
let over: ListedOutage
let stoppedAt: number
let startedAt: number

beforeAll(async () => {
  stage = scene()
  target = await stage.target()
  stage.save({
    services: [
      {
        id: 'shop',
        name: 'Web shop',
        endpoints: [endpoint('front', target.url('/front'), { hold: `${HOLD}ms` })],
      },
    ],
  })
  nines = await stage.serve()
  await waitFor('two good checks', () => target.requests.length >= 2)
  await waitFor('the service to be up', async () => (await serviceNow(nines, 'shop')).state === 'up')

  stoppedAt = Date.now()
  await target.stop()
  open = await waitFor('a confirmed outage', async () => (await outages(nines))[0])
  const confirmed = Date.now()
  await waitFor('one more failed check', async () => (await lastCheck(nines, 'front')) > confirmed)
  startedAt = Date.now()
  await target.start()
  over = await waitFor('the end of the outage', async () => {
    const [outage] = await outages(nines)
    return outage?.to ? outage : null
  })
}, 60_000)
afterAll(() => stage.close())

const checks = () => storedChecks(stage.data, 'front')
const firstOf = (state: string, from: number): RawCheck => {
  const found = checks().find(check => check.at >= from && check.state === state)
  if (!found) throw new Error(`no ${state} check from ${iso(from)}`)
  return found
}

describe('a target that is stopped and started again', () => {
  it('is down from the start of the first failed check to the start of the first good one', () => {
    const first = firstOf('down', 0)
    const good = firstOf('up', first.at)
    expect(over).toMatchObject({
      service: 'shop',
      from: iso(first.at),
      to: iso(good.at),
      ms: good.at - first.at,
      unknownMs: 0,
      maintenanceMs: 0,
      reason: 'connect-refused',
      endpoints: ['front'],
    })
  })

  it('is bounded by the good check before and the last failed check, between which nobody looked', () => {
    const before = checks().findLast(check => check.state === 'up' && check.at < Date.parse(over.from))
    const last = checks().findLast(check => check.state === 'down')
    expect(over.startsAfter).toBe(iso(before?.at ?? 0))
    expect(over.endsAfter).toBe(iso(last?.at ?? 0))
  })

  it('is recorded when it truly happened, as the target saw it', () => {
    const [from, to] = [Date.parse(over.from), Date.parse(over.to ?? '')]
    const answered = target.requests.filter(request => request.at <= stoppedAt).at(-1)?.at ?? 0
    const again = target.requests.find(request => request.at >= startedAt)?.at ?? 0
    expect(from).toBeGreaterThan(answered - 1_000)
    expect(from).toBeLessThan(stoppedAt + 2_000)
    // The check starts before its request arrives.
    expect(to).toBeLessThanOrEqual(again)
    expect(again - to).toBeLessThan(2_000)
    expect(Date.parse(over.startsAfter ?? '')).toBeLessThanOrEqual(answered)
  })

  it('keeps its id, address and start from its confirmation to its end', async () => {
    expect(open.to).toBeNull()
    expect([over.id, over.url, over.from]).toEqual([open.id, open.url, open.from])
    expect(over.url).toBe(`/outages/${over.id}`)
    const { service: _, ...outage } = over
    expect(await nines.json(`/api/v1/outages/${over.id}`)).toEqual(over)
    const month = (await serviceNow(nines, 'shop')).month
    expect(month.outages).toEqual([outage])
  })

  it('has a page that says the same to the millisecond', async () => {
    const page = await waitFor('the page of the ended outage', async () => {
      const found = await nines.get(over.url)
      return found.status === 200 && found.text.includes(over.to ?? 'never') ? found : null
    })
    expect(page.type).toMatch(/^text\/html/)
    for (const fact of [over.id, over.from, over.to ?? '', 'Web shop']) expect(page.text).toContain(fact)
    const front = await nines.get('/')
    expect(front.text).toContain('Web shop')
  })

  it('counts in every window for just the part inside', async () => {
    const [from, to] = [Date.parse(over.from), Date.parse(over.to ?? '')]
    const middle = Math.floor((from + to) / 2)
    const found = await availability(nines, 'shop', middle, to)
    expect(found.ms).toEqual({ total: to - middle, up: 0, down: to - middle, unknown: 0, maintenance: 0 })
    expect(found.availability.percent).toBe('0.000')
    expect(found.outages.map(outage => [outage.id, outage.from, outage.to])).toEqual([
      [over.id, over.from, over.to],
    ])
    expect((await availability(nines, 'shop', from - 1, from)).ms.down).toBe(0)
    expect((await availability(nines, 'shop', to, to + 1)).ms).toMatchObject({ up: 1, down: 0 })
  })

  it('is told the same by the command beside the running server', async () => {
    const window = ['--from', iso(Date.parse(over.from) - 1_500), '--to', over.to ?? '']
    const printed = await stage.cli(['availability', 'shop', ...window, '--json'])
    expect(printed).toMatchObject({ code: 0, stderr: '' })
    const served = await nines.json(`/api/v1/services/shop/availability?from=${window[1]}&to=${window[3]}`)
    expect(JSON.parse(printed.stdout)).toEqual(served)
    expect(served).toMatchObject({ complete: true, ms: { down: over.ms } })
    const words = await stage.cli(['availability', 'shop', ...window])
    expect(words.stdout).toContain(`(${over.ms} ms)`)
  })

  it('equals what the stored checks fold to, beside the running server', async () => {
    const { code, stdout } = await stage.cli(['recompute', '--check'])
    expect(stdout).toMatch(/^front: 0 ms in \d+ checks\n$/)
    expect(code).toBe(0)
  })
})

describe('a server that is asked to stop', () => {
  it('exits 0, keeps all that it had acknowledged, and does not know the time that it was away', async () => {
    const acknowledged = await lastCheck(nines, 'front')
    expect(await nines.stop()).toEqual({ code: 0, signal: null })
    expect(nines.log.map(line => line.msg)).toContain('stopped')
    expect(nines.noise).toEqual([])
    expect(checks().map(check => check.at)).toContain(acknowledged)
    const last = checks().at(-1)?.at ?? 0

    await waitUntil(last + HOLD + 1_000)
    nines = await stage.serve()
    await waitFor('a check after the restart', async () => (await lastCheck(nines, 'front')) > last)
    const next = checks().find(check => check.at > last)?.at ?? 0
    const away = await availability(nines, 'shop', last, next)
    expect(away.ms).toEqual({
      total: next - last,
      up: HOLD,
      down: 0,
      unknown: next - last - HOLD,
      maintenance: 0,
    })
    expect(away.outages).toEqual([])
    expect(await nines.json(`/api/v1/outages/${over.id}`)).toEqual(over)
  })

  it('stores a check that was in flight when it was told to stop', async () => {
    target.mood('/front', 'hanging')
    const asked = target.requests.length
    await waitFor('a check in flight', () => target.requests.length > asked)
    const began = target.requests[asked]?.at ?? 0
    expect(await nines.stop()).toEqual({ code: 0, signal: null })
    const stored = checks().findLast(check => check.at <= began)
    expect(stored).toMatchObject({ state: 'down', reason: 'timeout' })
  })

  it('exits 0 on SIGINT too', async () => {
    target.mood('/front', 'well')
    nines = await stage.serve()
    nines.signal('SIGINT')
    expect(await nines.stop()).toEqual({ code: 0, signal: null })
  })
})
