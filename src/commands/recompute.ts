import { existsSync } from 'node:fs'
import { noteAudit } from '../audit/store.ts'
import { databaseFile, openDatabase, openForReading, transact } from '../db/open.ts'
import { compareWithChecks } from '../record/recompute.ts'
import { RecordStore } from '../record/store.ts'
import type { Instant } from '../time/instant.ts'
import { Failure } from './failure.ts'

export interface RecomputeCommand {
  readonly check: boolean
  readonly data: string
  readonly now: Instant
}

/** `nines recompute`: folds the stored checks again; with `check` it only compares. Returns the exit code: 1 where they differ. */
export async function recomputeCommand(options: RecomputeCommand): Promise<number> {
  return options.check ? check(options) : rewrite(options)
}

function check({ data, now }: RecomputeCommand): number {
  const db = openForReading(data)
  if (!db) throw nothing(data)
  try {
    // One read transaction, so that a server beside it does not change the record between two looks.
    return db.connection.transaction(() => {
      let wrong = 0
      for (const { endpoint, checks, ms, runs } of compareWithChecks(new RecordStore(db), now)) {
        if (ms > 0 || runs) wrong++
        process.stdout.write(
          `${endpoint}: ${ms} ms in ${checks} checks${runs && ms === 0 ? ', but runs differ' : ''}\n`,
        )
      }
      return wrong > 0 ? 1 : 0
    })()
  } finally {
    db.close()
  }
}

const nothing = (data: string) => new Failure(`nothing is recorded in ${data} yet`)

async function rewrite({ data, now }: RecomputeCommand): Promise<number> {
  if (!existsSync(databaseFile(data))) throw nothing(data)
  const db = openDatabase(data, 30_000)
  try {
    const store = new RecordStore(db)
    const folded = await store.recompute()
    transact(db, () =>
      noteAudit(db, {
        at: now,
        actor: { kind: 'system' },
        address: null,
        action: 'record.recomputed',
        subject: { kind: 'record', id: 'checks' },
        after: { endpoints: folded.length, checks: folded.reduce((n, { checks }) => n + checks, 0) },
        reason: 'Asked for on the command line.',
      }),
    )
    for (const { endpoint, checks } of folded)
      process.stdout.write(`${endpoint}: folded ${checks} checks again\n`)
    return 0
  } finally {
    db.close()
  }
}
