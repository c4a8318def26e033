import type { Known, Shown, Step } from './examine.ts'

/** What the page asks of its worker: once. */
export interface Question {
  /** The bundle's address, whole. */
  readonly url: string
  readonly shown: Shown
  readonly known: Known
}

/** What the worker tells, in this order. The last is `refused`, `failed`, `crashed`, or a step that is the outcome. */
export type Message =
  | { readonly kind: 'refused'; readonly field: 'key' | 'kept'; readonly words: string }
  | { readonly kind: 'received'; readonly bytes: number; readonly checks: number }
  | { readonly kind: 'later'; readonly bytes: number; readonly entries: number; readonly of: number }
  | { readonly kind: 'failed'; readonly words: string }
  | { readonly kind: 'downloaded'; readonly bytes: Blob }
  | { readonly kind: 'crashed'; readonly words: string }
  | Step
