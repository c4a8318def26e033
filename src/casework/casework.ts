import type { ServiceId } from '../catalog/model.ts'
import type { Upload } from '../support/attachments.ts'
import type { Attainment } from '../support/attainment.ts'
import type { Channel, Tier } from '../support/priority.ts'
import type { IncomingMail, Received } from '../support/receive.ts'
import type { SupportRequest } from '../support/request.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import type { Month } from '../time/month.ts'
import {
  type Acted,
  answer,
  type ClaimReport,
  changeTier,
  close,
  customerWrites,
  note,
  turnIntoClaim,
} from './act.ts'
import { mailArrived } from './arrive.ts'
import { type Assessed, assessCase, catchUp, monthClosed } from './assess.ts'
import { decideCase, type Ruling, type Wish } from './decide.ts'
import { type ClaimInput, fileClaim, fileOther, type RequestInput, type Sent } from './file.ts'
import { type ClaimPreview, previewClaim } from './preview.ts'
import { type CaseFile, caseOf, type PublicCase, publicCase } from './read.ts'
import { checksNeededSince } from './retention.ts'
import type { CaseworkOptions, Doer } from './room.ts'
import { countDisagreements, type DisagreementCount } from './store.ts'
import type { By } from './trail.ts'

/** Ties requests, claims, letters, months and the log together. Stale and impossible wishes are values; faults throw. */
export interface Casework {
  fileClaim(
    input: ClaimInput,
    uploads: readonly Upload[],
    via: Exclude<Channel, 'mail'>,
    by: By,
  ): Promise<Sent>
  fileRequest(
    input: RequestInput,
    uploads: readonly Upload[],
    via: Exclude<Channel, 'mail'>,
    by: By,
  ): Promise<Sent>
  /** What we make of a claim before it is sent; stores nothing. */
  preview(claim: Pick<ClaimInput, 'service' | 'times' | 'zone'>): Promise<ClaimPreview>
  mailArrived(mail: IncomingMail): Promise<Received>
  assessClaim(reference: string): Promise<Assessed>
  /** To be called after a month was closed or corrected. Returns how many claims were assessed. */
  monthClosed(service: ServiceId, month: Month): Promise<number>
  /** At the start, and regularly: assesses what is new, and what was held until `now`. */
  catchUp(now: Instant): Promise<number>
  decide(
    reference: string,
    month: Month,
    wish: Wish,
    person: Doer,
    version: number,
    service?: ServiceId | null,
  ): Promise<Ruling>
  answer(reference: string, text: string, person: Doer, version: number): Promise<Acted>
  note(reference: string, text: string, person: Doer): Promise<Acted>
  setTier(reference: string, tier: Tier, reason: string | null, person: Doer, version: number): Promise<Acted>
  close(reference: string, reason: string | null, person: Doer, version: number): Promise<Acted>
  turnIntoClaim(reference: string, report: ClaimReport, person: Doer, version: number): Promise<Acted>
  /** What a customer adds to their own case. */
  customerWrites(request: SupportRequest, text: string, uploads: readonly Upload[], by: By): Promise<Acted>
  caseOf(reference: string): Promise<CaseFile | null>
  publicCase(reference: string): Promise<PublicCase | null>
  /** By service and month. */
  disagreements(): Promise<readonly DisagreementCount[]>
  attainment(window: Interval): Promise<readonly Attainment[]>
  /** From when on raw checks must be kept for claims. */
  checksNeededSince(now: Instant): Instant
}

export function casework(room: CaseworkOptions): Casework {
  return {
    fileClaim: (input, uploads, via, by) => fileClaim(room, input, uploads, via, by),
    fileRequest: (input, uploads, via, by) => fileOther(room, input, uploads, via, by),
    preview: claim => previewClaim(room, claim),
    mailArrived: mail => mailArrived(room, mail),
    assessClaim: reference => assessCase(room, reference),
    monthClosed: (service, month) => monthClosed(room, service, month),
    catchUp: now => catchUp(room, now),
    decide: (reference, month, wish, person, version, service) =>
      decideCase(room, reference, month, wish, person, version, service),
    answer: (reference, text, person, version) => answer(room, reference, text, person, version),
    note: (reference, text, person) => note(room, reference, text, person),
    setTier: (reference, tier, reason, person, version) =>
      changeTier(room, reference, tier, reason, person, version),
    close: (reference, reason, person, version) => close(room, reference, reason, person, version),
    turnIntoClaim: (reference, report, person, version) =>
      turnIntoClaim(room, reference, report, person, version),
    customerWrites: (request, text, uploads, by) => customerWrites(room, request, text, uploads, by),
    caseOf: reference => caseOf(room, reference),
    publicCase: reference => publicCase(room, reference),
    disagreements: async () => countDisagreements(room.db),
    attainment: window => room.support.attainment(window, room.settings().contract.timeZone, room.now()),
    checksNeededSince: now => checksNeededSince(room, now),
  }
}
