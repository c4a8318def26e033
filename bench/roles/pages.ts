import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { composeApp, httpServer } from '../../src/app.ts'
import { requireConfig } from '../../src/commands/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { pages as publicPages } from '../../src/page/pages.ts'
import { reader } from '../../src/record/reader.ts'
import { RecordStore } from '../../src/record/store.ts'
import { instant } from '../../src/time/instant.ts'
import type { Place } from '../stage.ts'

const VIEWS = fileURLToPath(new URL('../../views', import.meta.url))
/** Older than any page that is still served. */
const LONG = 3_600_000

type Question =
  /** Makes every page so old that it has to be rendered before it is served. */
  | { readonly kind: 'expire' }
  /** Renders the front page cold so many times, and says how long each took, in ms. */
  | { readonly kind: 'render'; readonly times: number }

/** The public pages of a record, without a prober, and with a clock that can be moved on. */
export async function pages({ config: file, data }: Place) {
  const config = await requireConfig(file)
  const store = new RecordStore(openDatabase(data, 0))
  let passed = 0
  const made = await publicPages({
    source: reader(store, () => config),
    settings: () => ({ title: config.page.title, url: config.page.url, contract: config.contract }),
    now: () => instant(Date.now()),
    viewsDirectory: VIEWS,
    clock: () => performance.now() + passed,
    onError: error => {
      throw error
    },
  })
  const expire = (): void => {
    passed += LONG
    made.invalidate()
  }
  const render = async (): Promise<number> => {
    expire()
    const begun = performance.now()
    const response = await made.app.request('/', { headers: { 'accept-encoding': 'gzip' } })
    const took = performance.now() - begun
    if (response.status !== 200) throw new Error(`the front page answered ${response.status}`)
    // Brotli is made beside the answer, on other threads: the next one is not to be measured against it.
    await new Promise(done => setTimeout(done, 50))
    return took
  }
  const server = httpServer(
    composeApp([], [], made, error => {
      throw error
    }),
    made,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    told: { port: (server.address() as AddressInfo).port },
    ask: async (question: Question): Promise<readonly number[]> => {
      if (question.kind === 'expire') {
        expire()
        return []
      }
      const took: number[] = []
      while (took.length < question.times) took.push(await render())
      return took
    },
  }
}
