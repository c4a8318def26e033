import type { Instant } from '../time/instant.ts'
import type { Channel, PriorityBy, RequestKind, Tier } from './priority.ts'
import type { Reference } from './reference.ts'

declare const brand: unique symbol

export type RequestId = number & { readonly [brand]: 'RequestId' }

/** `waiting` is for the customer. */
export type Status = 'open' | 'waiting' | 'closed'

export interface SupportRequest {
  readonly id: RequestId
  readonly reference: Reference
  readonly kind: RequestKind
  readonly tier: Tier
  readonly priorityBy: PriorityBy
  readonly subject: string
  readonly body: string
  readonly name: string
  readonly email: string
  readonly account: string | null
  readonly service: string | null
  readonly via: Channel
  readonly receivedAt: Instant
  readonly status: Status
  /** Who of the desk has taken it. */
  readonly assignee: string | null
  /** Null where no desk opens within a year. */
  readonly dueAt: Instant | null
  readonly firstAnswerAt: Instant | null
  readonly lastMessageAt: Instant
  readonly closedAt: Instant | null
  readonly messageId: string | null
  /** Grows with every change: what a page that was opened before must name. */
  readonly version: number
}
