import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** How a page is looked at: on a phone and on a desk, light and dark. */
export const SCREENS = [
  { width: 360, height: 740, colorScheme: 'light' },
  { width: 1280, height: 900, colorScheme: 'dark' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 1280, height: 900, colorScheme: 'light' },
] as const

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const AXE_RUN = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))`

/**
 * What axe finds wrong. It is put into the page by hand, since the policy lets no script in. `meanwhile` moves the clock of
 * a page whose clock stands still: axe takes its timers from there.
 */
export async function violations(page: Page, meanwhile?: () => Promise<void>): Promise<string[]> {
  await page.evaluate(AXE)
  const running = page.evaluate<string[]>(AXE_RUN)
  await meanwhile?.()
  return running
}

/** By how many px a page is wider than its window. */
export const excessWidth = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - innerWidth')

/** What can be pressed and is lower than 24 px; `except` are selectors of those that may be. */
const tooSmall = (page: Page, except: string): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('a, button, input, select, textarea')]
    .filter(e => !e.matches(${JSON.stringify(`.skip, [hidden], [type=hidden]${except}`)}))
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, r]) => r.height > 0 && r.height < 23.5).map(([text]) => text)`)

export interface Inspection {
  /** A folder to put a picture into, for whoever wants to look. */
  readonly pictures?: string | undefined
  /** Looks at the size of what can be pressed too: selectors, each after a comma, of what may be small. */
  readonly small?: string
}

/** The page that is open is accessible and fits. */
export async function inspect(page: Page, name: string, { pictures, small }: Inspection = {}): Promise<void> {
  // With its style sheet: a form's answer is shown before that is there.
  await page.waitForLoadState('load')
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  expect.soft([name, await excessWidth(page)]).toEqual([name, 0])
  expect.soft([name, await violations(page)]).toEqual([name, []])
  if (small !== undefined) expect.soft([name, await tooSmall(page, small)]).toEqual([name, []])
}

/** Gathers what must not happen in a page: errors and warnings, and requests to elsewhere. A refused form is neither. */
export function faultsOf(page: Page, origin: string): string[] {
  const faults: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type()) && !/status of 4\d\d/.test(message.text()))
      faults.push(message.text())
  })
  page.on('pageerror', error => faults.push(String(error)))
  page.on('request', request => {
    const { protocol, origin: asked } = new URL(request.url())
    if (protocol !== 'blob:' && asked !== origin) faults.push(`asked ${request.url()}`)
  })
  return faults
}

/** Serves an app on a free port of this machine. */
export async function listening(
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(getRequestListener(fetch))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
