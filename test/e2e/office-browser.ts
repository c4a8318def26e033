import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { excessWidth, faultsOf, violations } from '../inspection.ts'
import { type Office, PASSWORD } from './office.ts'

/** A folder to put pictures into, for whoever wants to look. */
const PICTURES = process.env['OFFICE_PICTURES']

/** A person at a browser of their own. */
export interface Visitor {
  readonly page: Page
  /** What must not happen: errors of the page's own, and requests that go elsewhere. */
  readonly faults: readonly string[]
  /** Whatever page is open is accessible and fits, in both schemes and at each width. */
  inspect(name: string): Promise<void>
  close(): Promise<void>
}

const WIDE = { width: 1280, height: 900 }
const NARROW = { width: 360, height: 740 }

/** Opens a browser window; a customer's is looked at as on a phone too. */
export async function visitor(
  browser: Browser,
  { url }: Office,
  who: 'customer' | 'staff',
): Promise<Visitor> {
  const context = await browser.newContext({ viewport: WIDE, locale: 'en-GB', reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const faults = faultsOf(page, new URL(url).origin)
  return {
    page,
    faults,
    async inspect(name) {
      await page.waitForLoadState('load')
      for (const size of who === 'customer' ? [NARROW, WIDE] : [WIDE]) {
        await page.setViewportSize(size)
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme })
          const of = `${name} at ${size.width}, ${colorScheme}`
          if (PICTURES)
            await page.screenshot({ path: `${PICTURES}/${of.replaceAll(/\W+/g, '-')}.png`, fullPage: true })
          expect.soft([of, await excessWidth(page)]).toEqual([of, 0])
          expect.soft([of, await violations(page)]).toEqual([of, []])
        }
      }
    },
    close: () => context.close(),
  }
}

/** The first administrator, by the link that the server printed. */
export async function setUp({ page, inspect }: Visitor, office: Office): Promise<void> {
  const { setup } = office.running()
  if (setup === null) throw new Error('there is an administrator already')
  await page.goto(office.url + setup)
  await inspect('setup')
  await page.getByLabel('Your name').fill('Ada Admin')
  await page.getByLabel('E-mail address').fill('ada@status.example')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set up' }).click()
  await page.waitForSelector('.flash')
}

/** Somebody new: the administrator invites them, and they choose their password with the link. */
export async function invite(
  admin: Visitor,
  newcomer: Visitor,
  { url }: Office,
  of: { readonly name: string; readonly email: string; readonly role: string },
): Promise<void> {
  await admin.page.goto(`${url}/desk/people`)
  await admin.inspect('people')
  await admin.page.getByLabel('Name', { exact: true }).fill(of.name)
  await admin.page.getByLabel('E-mail address').fill(of.email)
  await admin.page.getByLabel('Role').selectOption(of.role)
  await admin.page.getByRole('button', { name: 'Invite' }).click()
  await admin.page.waitForSelector('#link')
  await admin.inspect('invitation link')
  await newcomer.page.goto(await admin.page.inputValue('#link'))
  await newcomer.inspect('invitation')
  await newcomer.page.getByLabel('New password').fill(PASSWORD)
  await newcomer.page.getByRole('button', { name: 'Choose this password' }).click()
  await newcomer.page.waitForSelector('.flash')
}

export async function signIn({ page }: Visitor, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForSelector('.who')
}

/** What a part of a page says, as it is read: spaces that do not break are spaces. */
export const said = async (page: Page, selector: string): Promise<string> =>
  ((await page.textContent(selector)) ?? '').replaceAll(/\s+/g, ' ').trim()
