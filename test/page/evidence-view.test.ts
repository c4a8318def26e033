import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EndpointId } from '../../src/catalog/model.ts'
import type { KeptPicture, PictureSource } from '../../src/evidence/picture.ts'
import { type Published, pictureViews, publicEvidence, staffEvidence } from '../../src/page/evidence-view.ts'
import { askedPicture, findPicture, pictureHeaders } from '../../src/page/pictures.ts'
import { templates } from '../../src/page/templates.ts'
import type { Observation } from '../../src/record/source.ts'
import { at, NOW, plus, SECOND, source } from './fixture.ts'
import { scene } from './scene.ts'

const FROM = at('2026-10-04T13:02:03Z')
const ID = 'iam-login' as EndpointId
const NAMES = new Map([['iam-login', 'Login']])

const seen = (seconds: number, state: 'up' | 'down', parts: Partial<Observation> = {}): Observation => ({
  endpoint: ID,
  at: plus(FROM, seconds * SECOND),
  state,
  reason: state === 'up' ? null : 'status',
  observed: state === 'up' ? 'status 200' : 'status 503, expected 200-299',
  timings: { dns: 1.2, connect: 14.1, tls: 20, firstByte: 30.2, total: 82.4 },
  address: '203.0.113.7:443',
  status: state === 'up' ? 200 : 503,
  evidence: {
    resolved: ['203.0.113.7', '2001:db8::7'],
    hops: [],
    headers: [['server', 'nginx']],
    body: { kind: 'text', charset: 'utf-8', text: '<h1>inside-host-42</h1>', bytes: 22, whole: true },
    certificate: {
      subject: 'login.example.com',
      issuer: 'R11, Let’s Encrypt',
      names: ['login.example.com'],
      validFrom: FROM - 86_400_000,
      validTo: FROM + 10 * 86_400_000,
      fingerprint: 'ab'.repeat(32),
      protocol: 'TLSv1.3',
      refused: null,
    },
    references: [{ target: '192.0.2.1:443', answered: true, observed: 'in 12 ms' }],
  },
  ...parts,
})

describe('what each check was to the outage', () => {
  const roles = (states: readonly ('up' | 'down')[]) =>
    publicEvidence(
      states.map((state, i) => seen(i * 10, state)),
      NAMES,
      'host',
    ).map(check => check.role)

  it.each([
    [
      ['down', 'down', 'down', 'up'],
      ['First failed', 'Confirmed it', 'Last failed', 'First good'],
    ],
    [
      ['down', 'down', 'up'],
      ['First failed', 'Last failed', 'First good'],
    ],
    [
      ['down', 'down', 'down'],
      ['First failed', 'Confirmed it', 'Failed again'],
    ],
    [['down'], ['First failed']],
    [
      ['up', 'down', 'up', 'down', 'down'],
      ['Good before it', 'First failed', 'First good', 'First failed', 'Failed again'],
    ],
  ] as const)('%j is %j', (states, expected) => {
    expect(roles(states)).toEqual(expected)
  })
})

describe('what everyone may read', () => {
  it('is state, time, reason, timings and what was seen, and nothing that the target said', () => {
    const text = JSON.stringify(publicEvidence([seen(0, 'down')], NAMES, 'host'))
    for (const part of ['status 503', 'Login', 'First failed', 'wait 30.2']) expect(text).toContain(part)
    for (const part of ['203.0.113.7', '2001:db8', 'inside-host', 'nginx', 'abab', '192.0.2.1'])
      expect(text).not.toContain(part)
  })

  it.each<[Published, string, string]>([
    ['host', '203.0.113.7:443 refused the connection', 'the target refused the connection'],
    ['host', '[2001:db8::7]:443 refused the connection', 'the target refused the connection'],
    [
      'host',
      'no response from https://198.51.100.3:8443 within 5 s',
      'no response from the target within 5 s',
    ],
    ['host', 'login.example.com was not found (ENOTFOUND)', 'login.example.com was not found (ENOTFOUND)'],
    ['none', 'login.example.com was not found (ENOTFOUND)', 'the target was not found (ENOTFOUND)'],
    [
      'none',
      'no response from https://login.example.com within 5 s',
      'no response from the target within 5 s',
    ],
    [
      'none',
      'the certificate is for another name, not for a.example: DNS:b.example (X)',
      'the certificate is for another name, not for the target: DNS:the target (X)',
    ],
    ['full', 'refused', 'refused, from 203.0.113.7:443'],
  ])('with addresses published as %s, %j is %j', (published, observed, expected) => {
    expect(publicEvidence([seen(0, 'down', { observed })], NAMES, published)[0]?.seen).toBe(expected)
  })
})

describe('what staff may read', () => {
  it('is everything that is kept', () => {
    const [check] = staffEvidence([seen(0, 'down')], NAMES).checks
    expect(check).toMatchObject({
      address: '203.0.113.7:443',
      headers: [['server', 'nginx']],
      body: { text: '<h1>inside-host-42</h1>' },
      kept: true,
    })
    const facts = new Map(check?.facts.map(f => [f.name, f.values.join('; ')]))
    expect(facts.get('Resolved to')).toBe('203.0.113.7; 2001:db8::7')
    expect(facts.get('Certificate')).toMatch(
      /^Trusted, TLSv1.3; Of login.example.com, issued by R11.*10.days left; SHA-256 abab/,
    )
    expect(facts.get('References')).toBe('192.0.2.1:443 answered in 12 ms')
  })

  it('is written with every text of the target escaped', () => {
    const evil = '</pre><script>alert(1)</script>'
    const evidence = {
      resolved: [evil],
      hops: [evil],
      headers: [[evil, evil] as const],
      body: { kind: 'text' as const, charset: evil, text: evil, bytes: 1, whole: false },
      certificate: null,
      references: [{ target: evil, answered: false, observed: evil }],
    }
    const shown = staffEvidence([seen(0, 'down', { observed: evil, address: evil, evidence })])
    const html = templates(join(import.meta.dirname, '../../views'))('/desk/evidence', { evidence: shown })
    expect(html).not.toContain('<script')
    expect(html.split('&lt;script&gt;').length).toBeGreaterThan(8)
    expect(html).toContain('<details>')
  })

  it('says of an old check that nothing else was kept', () => {
    expect(staffEvidence([seen(0, 'down', { evidence: null })]).checks[0]).toMatchObject({
      kept: false,
      facts: [],
      body: null,
    })
  })
})

describe('a picture', () => {
  const SHA = 'ab'.repeat(32)
  const outage = `iam-${FROM.toString(36)}`
  const kept: KeptPicture = {
    endpoint: ID,
    from: FROM,
    at: plus(FROM, 17 * SECOND),
    note: null,
    sha256: SHA,
    type: 'image/png',
    width: 1_280,
    height: 800,
  }
  const pictures: PictureSource = {
    list: async (of, window) =>
      [kept].filter(p => of.includes(p.endpoint) && window.from <= p.from && p.from < window.to),
    read: async sha => (sha === SHA ? { type: 'image/png', bytes: Buffer.from('png') } : null),
  }
  const find = (id: string, sha256 = SHA) =>
    findPicture({ outage: id, sha256 }, source(scene), pictures, async () => ({ now: NOW, records: scene() }))

  it('is shown with its own time, in words too', () => {
    const [view] = pictureViews([kept], NAMES, { id: outage, from: FROM })
    expect(view).toMatchObject({
      endpoint: 'Login',
      href: `/outages/${outage}/screenshot/${SHA}`,
      at: { iso: '2026-10-04T13:02:20.000Z' },
    })
    expect(view?.alt.replaceAll('\u00a0', ' ')).toBe(
      'What a browser showed of Login on 4 October 2026, 13:02:20 UTC, 17 s into the outage',
    )
    const absent = {
      ...kept,
      sha256: null,
      type: null,
      width: null,
      height: null,
      note: 'Chromium was not found',
    }
    expect(pictureViews([absent], NAMES, { id: outage, from: FROM })[0]).toMatchObject({
      href: null,
      note: 'Chromium was not found',
    })
  })

  it('is found under the address of its own outage alone', async () => {
    expect(await find(outage)).toMatchObject({ type: 'image/png' })
    expect(await find(`iam-${at('2026-11-03T05:10:00Z').toString(36)}`)).toBeNull()
    expect(await find('nothing')).toBeNull()
    expect(await find(outage, 'cd'.repeat(32))).toBeNull()
  })

  it('has an address that nothing else has', () => {
    expect(askedPicture(`/outages/x-1/screenshot/${SHA}`)).toEqual({ outage: 'x-1', sha256: SHA })
    for (const path of [
      `/outages/x/screenshot/${SHA}0`,
      `/outages/a/b/screenshot/${SHA}`,
      `/outages/x/${SHA}`,
      '/outages/x',
    ])
      expect(askedPicture(path)).toBeNull()
  })

  it('is sent as a picture and nothing else', () => {
    const asked = { outage: 'x', sha256: SHA }
    expect(pictureHeaders(asked, { type: 'text/html', bytes: Buffer.from('x') })).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
  })
})
