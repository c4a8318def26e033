import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { loadConfig } from '../src/config/load.ts'
import { openCounter } from '../src/counter.ts'
import { openDatabase } from '../src/db/open.ts'
import { LogStore } from '../src/log/store.ts'
import { reader } from '../src/record/reader.ts'
import { RecordStore } from '../src/record/store.ts'
import * as cron from '../src/schedule/cron.ts'
import { openRoom } from './desk/request-scene.ts'
import { VIEWS } from './desk/scene.ts'
import { scratch, t0 } from './record/scene.ts'

test('the server’s desk has every page that the matrix of roles walks, and no other', async () => {
  const { directory, remove } = scratch()
  const db = openDatabase(directory, 0)
  const loaded = loadConfig(
    'services: [{ id: iam, endpoints: [{ id: login, url: "http://a.example" }] }]',
    'nines.yaml',
    {},
    { cron },
  )
  if (!loaded.ok) throw new Error('the configuration is wrong')
  const store = new RecordStore(db)
  const counter = await openCounter({
    db,
    store,
    source: reader(store, () => loaded.config),
    log: new LogStore(db, directory),
    pictures: { read: async () => null, list: async () => [] } as never,
    config: () => loaded.config,
    data: directory,
    viewsDirectory: join(VIEWS),
    now: () => t0,
    logger: pino({ level: 'silent' }),
    poke: () => undefined,
    onChanged: () => undefined,
  })
  const room = await openRoom()
  const routes = (of: { readonly routes: readonly { method: string; path: string; roles: unknown }[] }) =>
    of.routes.map(({ method, path, roles }) => `${method} ${path} ${String(roles)}`).toSorted()
  expect(routes(counter.desk)).toEqual(routes(room.desk))
  counter.close()
  room.end()
  db.close()
  remove()
})
