import { join } from 'node:path'
import { Hono } from 'hono'
import { type Front, front } from '../../src/front/front.ts'
import { loadAssets } from '../../src/page/assets.ts'
import { reader } from '../../src/record/reader.ts'
import { type CaseScene, caseScene, NOVEMBER, OCTOBER, VIEWS } from '../casework/scene.ts'
import { service } from '../record/scene.ts'

export interface FrontScene extends CaseScene {
  readonly front: Front
  readonly app: Hono
  readonly trouble: unknown[]
  readonly proxies: string[]
  get: (path: string, headers?: Record<string, string>, address?: string) => Promise<Response>
  post: (
    path: string,
    body: URLSearchParams | FormData | string,
    headers?: Record<string, string>,
    address?: string,
  ) => Promise<Response>
}

export async function frontScene(now?: string, fed = true): Promise<FrontScene> {
  const scene = await caseScene(now)
  if (fed) {
    await scene.feed([...OCTOBER, ...NOVEMBER])
    await scene.closeMonths()
  }
  const trouble: unknown[] = []
  const proxies: string[] = []
  const services = [
    { ...service('iam', ['login']), name: 'IAM Services' },
    { ...service('mail', ['smtp']), name: 'Mail Relay' },
  ]
  const made = front({
    casework: scene.cases,
    support: scene.support,
    source: reader(scene.store, () => ({ services, maintenance: [] })),
    settings: () => ({
      ...scene.settings,
      trustedProxies: proxies,
      tolerance: scene.settings.support.tolerance,
      evidence: scene.settings.support.evidence,
      tiers: scene.settings.support.tiers,
    }),
    now: scene.now,
    viewsDirectory: VIEWS,
    onError: error => trouble.push(error),
  })
  const app = new Hono()
  app.use('*', made.door)
  const assets = [...loadAssets(join(VIEWS, 'assets')).values()]
  app.get('/assets/*', c => {
    const asset = assets.find(({ path }) => path === c.req.path)
    return asset ? c.body(new Uint8Array(asset.body), 200, { 'content-type': asset.type }) : c.notFound()
  })
  app.get('*', c => c.text('the public page'))
  const env = (address: string) => ({ incoming: { socket: { remoteAddress: address } } })
  return {
    ...scene,
    front: made,
    app,
    trouble,
    proxies,
    get: async (path, headers = {}, address = '192.0.2.1') => app.request(path, { headers }, env(address)),
    post: async (path, body, headers = {}, address = '192.0.2.1') =>
      app.request(
        path,
        { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin', ...headers } },
        env(address),
      ),
  }
}

export const fields = (of: Record<string, string>): URLSearchParams => new URLSearchParams(of)
export const form = (
  of: Record<string, string>,
  files: readonly (readonly [string, Uint8Array])[] = [],
): FormData => {
  const made = new FormData()
  for (const [name, value] of Object.entries(of)) made.append(name, value)
  for (const [name, content] of files) made.append('evidence', new File([new Uint8Array(content)], name))
  return made
}

export const GIVEN = {
  service: 'iam',
  times: '20 October 2026, 15:05 to 17:00',
  zone: 'Europe/London',
  seen: 'Sign-in answered with an error 502.',
  account: 'ACME-1',
  name: 'Jo Doe',
  email: 'jo@example.com',
}
export const ONCE = 'abcdefghijklmnopqrstuv'
