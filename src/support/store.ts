import type { Database } from '../db/open.ts'
import { transactPatiently } from '../db/patiently.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import {
  type Attachment,
  addAttachments,
  allowedFiles,
  findAttachment,
  knownFiles,
  readAttachments,
} from './attachment-store.ts'
import {
  attachmentsDirectory,
  drop,
  type Kept,
  keepFiles,
  type Opened,
  openFile,
  sweep,
  type Upload,
} from './attachments.ts'
import { type Attainment, attainment } from './attainment.ts'
import {
  assign,
  type Change,
  type Changed,
  type Doing,
  readChanges,
  setKind,
  setStatus,
  setTier,
} from './change-store.ts'
import type { Guarantee } from './clock.ts'
import { checkIntake, type Intake } from './intake.ts'
import {
  type Counts,
  countRequests,
  type Filter,
  listRequests,
  type Page,
  readAnswerable,
} from './list-store.ts'
import {
  type Added,
  addMessage,
  type Message,
  type MessageId,
  type NewMessage,
  nameMail,
  readMessages,
} from './message-store.ts'
import type { RequestKind, Tier } from './priority.ts'
import { answeredBy, type IncomingMail, nameOfMail, type Received, receiveMail } from './receive.ts'
import type { RequestId, Status, SupportRequest } from './request.ts'
import {
  type Filed,
  fileRequest,
  findByReference,
  findBySecret,
  findRequest,
  followSecret,
} from './request-store.ts'

export interface SupportOptions {
  readonly db: Database
  /** The data directory, under which the attachments lie. */
  readonly data: string
  /** Asked each time, since the configuration may change. */
  readonly guarantee: () => Guarantee
  /** The installation's secret from which followed addresses are derived. */
  readonly follow: string
  /** Our own mail addresses. */
  readonly own: () => readonly string[]
}

/** All of a request that the desk sees. */
export interface Case {
  readonly request: SupportRequest
  readonly messages: readonly Message[]
  readonly changes: readonly Change[]
  readonly attachments: readonly Attachment[]
}

/**
 * What is written in the same transaction, such as a claim, a letter or a line of the audit log. Where it throws, nothing
 * of it all is kept.
 */
export type Alongside<T> = (outcome: T) => void

/** Requests to support. Each method is one whole unit of work. Throws what SQLite throws where it stays locked or is full. */
export class SupportStore {
  readonly #options: SupportOptions
  readonly #db: Database
  readonly #directory: string

  constructor(options: SupportOptions) {
    this.#options = options
    this.#db = options.db
    this.#directory = attachmentsDirectory(options.data)
  }

  /** Files a request with its evidence. Everything that is wrong with either is named at once, and nothing is kept then. */
  async file(
    intake: Intake,
    uploads: readonly Upload[],
    now: Instant,
    alongside?: Alongside<Filed>,
  ): Promise<Filed> {
    const checked = checkIntake(intake)
    const kept = await keepFiles(this.#directory, checked.kind === 'fine' ? uploads : [])
    const problems = [...(checked.kind === 'refused' ? checked.problems : []), ...kept.problems]
    return this.#using(
      kept,
      () => {
        if (problems.length > 0) return { kind: 'refused', problems }
        const filed = fileRequest(this.#db, intake, { ...this.#filing(), now })
        if (filed.kind === 'filed') addAttachments(this.#db, filed.request.id, null, kept.files)
        return filed
      },
      filed => filed.kind === 'filed',
      alongside,
    )
  }

  /** Adds a message with its files, as `file` does. */
  async addMessage(
    id: RequestId,
    message: NewMessage,
    uploads: readonly Upload[] = [],
    alongside?: Alongside<Added>,
  ): Promise<Added> {
    const kept = await keepFiles(this.#directory, uploads, allowedFiles(this.#db, id))
    return this.#using(
      kept,
      () => {
        if (kept.problems.length > 0) return { kind: 'refused', problems: kept.problems }
        const added = addMessage(this.#db, id, message)
        if (added.kind === 'added') addAttachments(this.#db, id, added.message.id, kept.files)
        return added
      },
      added => added.kind === 'added',
      alongside,
    )
  }

  /** Takes a mail in (see `receiveMail`). Files that are not taken are named in a note. */
  async receive(mail: IncomingMail, now: Instant, alongside?: Alongside<Received>): Promise<Received> {
    const named = nameOfMail(this.#db, mail, this.#options.own())
    if (named.kind === 'known') return named
    const answered = answeredBy(this.#db, mail, mail.from.address)
    const allowed = answered ? allowedFiles(this.#db, answered.id) : undefined
    const kept = await keepFiles(
      this.#directory,
      mail.automatic ? [] : mail.attachments.slice(0, 20),
      allowed,
    )
    const receiving = { ...this.#filing(), now, own: this.#options.own() }
    return this.#using(
      kept,
      () => receiveMail(this.#db, mail, receiving, kept),
      received => received.kind === 'filed' || received.kind === 'message',
      alongside,
    )
  }

  async setTier(id: RequestId, tier: Tier, doing: Doing, alongside?: Alongside<Changed>): Promise<Changed> {
    return this.#write(() => setTier(this.#db, id, tier, this.#options.guarantee(), doing), alongside)
  }

  async setKind(
    id: RequestId,
    kind: RequestKind,
    doing: Doing,
    alongside?: Alongside<Changed>,
  ): Promise<Changed> {
    return this.#write(() => setKind(this.#db, id, kind, this.#options.guarantee(), doing), alongside)
  }

  async assign(
    id: RequestId,
    assignee: string | null,
    doing: Doing,
    alongside?: Alongside<Changed>,
  ): Promise<Changed> {
    return this.#write(() => assign(this.#db, id, assignee, doing), alongside)
  }

  async setStatus(
    id: RequestId,
    status: Status,
    doing: Doing,
    alongside?: Alongside<Changed>,
  ): Promise<Changed> {
    return this.#write(() => setStatus(this.#db, id, status, doing), alongside)
  }

  /** Keeps the id of the mail that a message was sent as. */
  async nameMail(message: MessageId, mailMessageId: string): Promise<boolean> {
    return this.#write(() => nameMail(this.#db, message, mailMessageId))
  }

  /** The secret of the followed address, for a letter. */
  async followSecret(request: SupportRequest): Promise<string> {
    return this.#write(() => followSecret(this.#db, this.#options.follow, request))
  }

  async find(id: RequestId): Promise<SupportRequest | null> {
    return findRequest(this.#db, id)
  }

  async findByReference(text: string): Promise<SupportRequest | null> {
    return findByReference(this.#db, text)
  }

  async findBySecret(secret: string): Promise<SupportRequest | null> {
    return findBySecret(this.#db, secret)
  }

  /** A request with all that belongs to it. Notes and changes are for the desk alone. */
  async open(id: RequestId): Promise<Case | null> {
    return this.#read(() => {
      const request = findRequest(this.#db, id)
      return (
        request && {
          request,
          messages: readMessages(this.#db, id),
          changes: readChanges(this.#db, id),
          attachments: readAttachments(this.#db, id),
        }
      )
    })
  }

  async list(filter: Filter, now: Instant, page = 0, size = 50): Promise<Page> {
    return this.#read(() => listRequests(this.#db, filter, now, page, size))
  }

  async count(filter: Filter, now: Instant): Promise<Counts> {
    return this.#read(() => countRequests(this.#db, filter, now))
  }

  /** How the guarantee was kept for the requests that came in `[from, to)`, by month in the zone. */
  async attainment(window: Interval, timeZone: string, now: Instant): Promise<Attainment[]> {
    return attainment(readAnswerable(this.#db, window), this.#options.guarantee(), timeZone, now)
  }

  /** A file of this request, with the headers to serve it under. Null where the request has none of that id. */
  async openAttachment(request: RequestId, id: number): Promise<Opened | null> {
    const attachment = findAttachment(this.#db, request, id)
    return attachment && openFile(this.#directory, attachment)
  }

  /** Removes files that a kill left without a row; at the start, before anything is filed. */
  async sweep(): Promise<number> {
    return sweep(this.#directory, knownFiles(this.#db))
  }

  #filing() {
    return { guarantee: this.#options.guarantee(), follow: this.#options.follow }
  }

  /** Does the work for which files were kept, and removes them where it does not use them. */
  async #using<T>(
    kept: Kept,
    work: () => T,
    used: (outcome: T) => boolean,
    alongside?: Alongside<T>,
  ): Promise<T> {
    let keep = false
    try {
      const outcome = await this.#write(work, alongside)
      keep = used(outcome)
      return outcome
    } finally {
      if (!keep) await drop(this.#directory, kept.files)
    }
  }

  async #write<T>(work: () => T, alongside?: Alongside<T>): Promise<T> {
    return transactPatiently(this.#db, () => {
      const outcome = work()
      alongside?.(outcome)
      return outcome
    })
  }

  /** Everything that is read in it belongs together. */
  #read<T>(work: () => T): T {
    return this.#db.connection.transaction(work)()
  }
}
