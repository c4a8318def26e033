import type { EndpointId } from '../catalog/model.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'

/** What came of taking a picture at `at`. `note` is what a reader should know of it, or why there is none. */
export type Picture =
  | {
      readonly kind: 'image/png' | 'image/jpeg'
      readonly at: Instant
      readonly note: string | null
      readonly bytes: Uint8Array
      readonly width: number
      readonly height: number
    }
  | { readonly kind: 'none'; readonly at: Instant; readonly note: string }

/** A confirmed outage of an endpoint of which a picture is wanted. */
export interface Wanted {
  readonly endpoint: EndpointId
  /** Start of the outage: of its first failed check. */
  readonly from: Instant
  /** The address as configured. */
  readonly url: string
}

/** A kept picture without its bytes; `sha256`, `type` and the size are null where none could be taken. */
export interface KeptPicture {
  readonly endpoint: EndpointId
  /** Start of the endpoint's outage. */
  readonly from: Instant
  readonly at: Instant
  readonly note: string | null
  readonly sha256: string | null
  readonly type: string | null
  readonly width: number | null
  readonly height: number | null
}

export interface PictureBytes {
  readonly type: string
  readonly bytes: Buffer
}

/** What pages read of the pictures. */
export interface PictureSource {
  /** Of the outages of these endpoints that began in the window, by when they were taken. */
  list(of: readonly EndpointId[], window: Interval): Promise<readonly KeptPicture[]>
  /** Null where there is none of this hash. */
  read(sha256: string): Promise<PictureBytes | null>
}
