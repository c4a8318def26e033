import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadConfig } from '../src/config/load.ts'
import { type Database, openDatabase } from '../src/db/open.ts'
import { LogStore } from '../src/log/store.ts'
import { openOffice } from '../src/office.ts'
import { reader } from '../src/record/reader.ts'
import { RecordStore } from '../src/record/store.ts'
import * as cron from '../src/schedule/cron.ts'
import { VIEWS } from './desk/scene.ts'
import { scratch, t0 } from './record/scene.ts'

let place: ReturnType<typeof scratch>
let db: Database
beforeEach(() => {
  place = scratch()
  db = openDatabase(place.directory, 0)
})
afterEach(() => {
  db.close()
  place.remove()
})

/** What is warned of when the office opens with these settings. */
async function warned(settings: string): Promise<string> {
  const text = `${settings}services: [{ id: iam, endpoints: [{ id: login, url: "http://a.example" }] }]`
  const loaded = loadConfig(text, 'nines.yaml', {}, { cron })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded))
  const lines: string[] = []
  const store = new RecordStore(db)
  const office = await openOffice({
    db,
    store,
    source: reader(store, () => loaded.config),
    log: new LogStore(db, place.directory),
    pictures: { read: async () => null, list: async () => [] } as never,
    config: () => loaded.config,
    data: place.directory,
    viewsDirectory: VIEWS,
    now: () => t0,
    logger: pino({ level: 'warn' }, { write: line => lines.push(line) }),
    onChanged: () => undefined,
    unlocked: async work => work(),
  })
  await office.stop()
  return lines.join('')
}

const SMTP = 'mail: { from: support@example.com, smtp: { host: mail.example.com, port: 25 } }\n'

it('an office that sends letters warns where they lead nowhere', async () => {
  expect(await warned(SMTP)).toContain('letters lead nowhere')
  expect(await warned(`page: { url: "https://status.example.com" }\n${SMTP}`)).not.toContain(
    'letters lead nowhere',
  )
  expect(await warned('')).toBe('')
})
