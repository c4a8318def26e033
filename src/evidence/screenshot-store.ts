import { createHash } from 'node:crypto'
import { and, asc, eq, gte, inArray, lt } from 'drizzle-orm'
import type { EndpointId } from '../catalog/model.ts'
import { endpoints } from '../catalog/tables.ts'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import type { Picture, PictureSource } from './picture.ts'
import { screenshots } from './tables.ts'

/** The pictures of outages. Nothing of them is ever changed or removed. */
export interface ScreenshotStore extends PictureSource {
  /** Keeps the picture of an endpoint's outage; a second one of the same outage, and one of an unknown endpoint, is dropped. */
  keep(of: { readonly endpoint: EndpointId; readonly from: Instant }, picture: Picture): Promise<void>
  has(of: { readonly endpoint: EndpointId; readonly from: Instant }): Promise<boolean>
}

export function screenshotStore(db: Database): ScreenshotStore {
  const keyOf = (id: EndpointId): number | undefined =>
    db.orm.select({ key: endpoints.key }).from(endpoints).where(eq(endpoints.id, id)).get()?.key

  return {
    keep: async ({ endpoint, from }, picture) => {
      const key = keyOf(endpoint)
      if (key === undefined) return
      const bytes = picture.kind === 'none' ? null : Buffer.from(picture.bytes)
      const size = picture.kind === 'none' ? { width: null, height: null } : picture
      db.orm
        .insert(screenshots)
        .values({
          endpoint: key,
          fromAt: from,
          at: picture.at,
          kind: picture.kind,
          note: picture.note,
          bytes,
          width: size.width,
          height: size.height,
          sha256: bytes && createHash('sha256').update(bytes).digest('hex'),
        })
        .onConflictDoNothing()
        .run()
    },

    has: async ({ endpoint, from }) => {
      const key = keyOf(endpoint)
      const same = and(eq(screenshots.endpoint, key ?? -1), eq(screenshots.fromAt, from))
      return db.orm.select({ id: screenshots.id }).from(screenshots).where(same).get() !== undefined
    },

    list: async (of, window) =>
      db.orm
        .select({
          endpoint: endpoints.id,
          from: screenshots.fromAt,
          at: screenshots.at,
          note: screenshots.note,
          sha256: screenshots.sha256,
          kind: screenshots.kind,
          width: screenshots.width,
          height: screenshots.height,
        })
        .from(screenshots)
        .innerJoin(endpoints, eq(endpoints.key, screenshots.endpoint))
        .where(
          and(
            inArray(endpoints.id, [...of]),
            gte(screenshots.fromAt, window.from),
            lt(screenshots.fromAt, window.to),
          ),
        )
        .orderBy(asc(screenshots.at), asc(screenshots.id))
        .all()
        .map(({ kind, ...row }) => ({
          ...row,
          endpoint: row.endpoint as EndpointId,
          from: row.from as Instant,
          at: row.at as Instant,
          type: kind === 'none' ? null : kind,
        })),

    read: async sha256 => {
      const row = db.orm
        .select({ type: screenshots.kind, bytes: screenshots.bytes })
        .from(screenshots)
        .where(eq(screenshots.sha256, sha256))
        .get()
      return row?.bytes ? { type: row.type, bytes: row.bytes } : null
    },
  }
}
