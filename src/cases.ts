import { join } from 'node:path'
import { type Casework, casework } from './casework/casework.ts'
import type { CaseworkOptions } from './casework/room.ts'
import type { Config } from './config/config.ts'
import type { Database } from './db/open.ts'
import type { LogStore } from './log/store.ts'
import { letterWriter } from './mail/write.ts'
import { loadSecrets } from './people/secrets.ts'
import type { Source } from './record/source.ts'
import type { RecordStore } from './record/store.ts'
import { SupportStore } from './support/store.ts'
import type { Instant } from './time/instant.ts'

export interface CasesOptions {
  readonly db: Database
  readonly store: RecordStore
  readonly source: Source
  readonly log: LogStore
  readonly config: () => Config
  readonly data: string
  readonly viewsDirectory: string
  readonly now: () => Instant
  /** Says that letters wait to be sent. */
  readonly poke: () => void
  readonly onSealed: () => void
  readonly onError: (error: unknown) => void
}

export interface Cases {
  readonly cases: Casework
  readonly room: CaseworkOptions
  readonly support: SupportStore
}

/** Requests and claims over a data directory: for the server, for a mailbox's pipe, and for the demo. Throws where the secrets are not to be had. */
export function openCases(options: CasesOptions): Cases {
  const { db, store, source, log, data, now, poke, onSealed, onError } = options
  const { config } = options
  const support = new SupportStore({
    db,
    data,
    guarantee: () => config().support,
    follow: loadSecrets(data).follow,
    own: () => {
      const { from, door } = config().mail
      return [...(from === undefined ? [] : [from]), ...(door?.recipients ?? [])]
    },
  })
  const room: CaseworkOptions = {
    db,
    store,
    source,
    support,
    log,
    letters: letterWriter(join(options.viewsDirectory, 'letters')),
    settings: () => ({
      title: config().page.title,
      url: config().page.url,
      contract: config().contract,
      support: config().support,
      closingAfter: config().closing.after,
      mailFrom: config().mail.from,
    }),
    now,
    poke,
    onSealed,
    onError,
  }
  return { cases: casework(room), room, support }
}
