import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openCases } from '../cases.ts'
import { databaseFile, openDatabase } from '../db/open.ts'
import { LogStore } from '../log/store.ts'
import { reader } from '../record/reader.ts'
import { RecordStore } from '../record/store.ts'
import type { Instant } from '../time/instant.ts'
import { requireConfig } from './config.ts'
import { receive } from './receive.ts'

export interface ReceiveCommand {
  readonly config: string
  readonly data: string
  readonly now: () => Instant
}

/** As sysexits.h has it: the mail server keeps the mail and comes back. */
const TRY_AGAIN = 75

const VIEWS = fileURLToPath(new URL('../../views', import.meta.url))

/** `nines receive`: takes one mail from standard input, also beside a server, which sends what answers it. Returns the exit code. */
export async function receiveCommand({ config: file, data, now }: ReceiveCommand): Promise<number> {
  const config = await requireConfig(file)
  if (!existsSync(databaseFile(data))) {
    process.stderr.write(`nines: nothing is recorded in ${data} yet: start nines serve first\n`)
    return TRY_AGAIN
  }
  const db = openDatabase(data, 30_000)
  try {
    const store = new RecordStore(db)
    const { cases } = openCases({
      db,
      store,
      source: reader(store, () => config),
      log: new LogStore(db, data),
      config: () => config,
      data,
      viewsDirectory: VIEWS,
      now,
      poke: () => undefined,
      onSealed: () => undefined,
      onError: error => {
        throw error
      },
    })
    return await receive(process.stdin, {
      onMail: async mail => {
        await cases.mailArrived(mail)
      },
      now,
      say: why => process.stderr.write(`nines: ${why}\n`),
    })
  } finally {
    db.close()
  }
}
