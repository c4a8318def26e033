import { type Content, type Snapshot, snapshot, tagOf, weight } from './snapshot.ts'

/** What rendering a key gives: content to keep, or another outcome that is never kept. */
export type Rendered<T> = { readonly content: Content } | { readonly other: T }

interface Entry {
  readonly snapshot: Snapshot
  readonly renderedAt: number
  readonly version: number
  readonly bytes: number
  /** Grows with every reading: the entry with the least is dropped first. */
  read: number
}

export interface SnapshotCacheOptions<T> {
  readonly render: (key: string) => Promise<Rendered<T>>
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number
  /** At most so many bytes are kept. */
  readonly limit?: number
  /** Told of a rendering that failed while its previous snapshot went on being served. */
  readonly onError?: (error: unknown, key: string) => void
}

/** Data does not make a page older more often than this. */
const LEAST_AGE = 1_000
/** A page says how long something has lasted: it is rendered again though nothing changed. */
const REFRESH_AGE = 10_000
/** One that the data has left behind so long ago was read by nobody meanwhile: its reader waits for the new one. */
const STALE_AGE = 2_000
/** An older one is not served while its successor is rendered, unless that takes longer than `PATIENCE`. */
const OLD_AGE = 30_000
const PATIENCE = 1_000

/**
 * Pages rendered once and served many times: one rendering of a key at a time, the previous one served meanwhile and
 * for as long as rendering fails, the least recently read ones dropped.
 */
export class SnapshotCache<T> {
  readonly #options: SnapshotCacheOptions<T>
  readonly #limit: number
  readonly #entries = new Map<string, Entry>()
  readonly #flights = new Map<string, Promise<Snapshot | { readonly other: T }>>()
  readonly #tried = new Map<string, number>()
  #bytes = 0
  #version = 0
  #reads = 0

  constructor(options: SnapshotCacheOptions<T>) {
    this.#options = options
    this.#limit = options.limit ?? 64 * 1024 * 1024
  }

  /** Says that the data changed: what was rendered before is rendered again when next read. */
  invalidate(): void {
    this.#version++
  }

  /** The snapshot, where one is at hand that may be served; starts its renewal where that is due. */
  peek(key: string): Snapshot | null {
    const entry = this.#entries.get(key)
    if (!entry) return null
    const age = this.#options.clock() - entry.renderedAt
    if (age > OLD_AGE || (entry.version !== this.#version && age > STALE_AGE)) return null
    if (this.#isDue(entry, age) && this.#mayTry(key)) void this.#fly(key).catch(() => undefined)
    entry.read = ++this.#reads
    return entry.snapshot
  }

  /** The snapshot, rendered where none can be served; the old one where rendering fails or is slow. */
  async get(key: string): Promise<Snapshot | { readonly other: T }> {
    const hot = this.peek(key)
    if (hot) return hot
    const old = this.#entries.get(key)
    if (!old) return this.#fly(key)
    if (!this.#flights.has(key) && !this.#mayTry(key)) return old.snapshot
    return this.#inTime(this.#fly(key), old.snapshot)
  }

  #isDue(entry: Entry, age: number): boolean {
    return age > REFRESH_AGE || (entry.version !== this.#version && age >= LEAST_AGE)
  }

  #mayTry(key: string): boolean {
    return this.#options.clock() - (this.#tried.get(key) ?? -LEAST_AGE) >= LEAST_AGE
  }

  async #inTime(flight: Promise<Snapshot | { readonly other: T }>, old: Snapshot) {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Snapshot>(resolve => {
      timer = setTimeout(resolve, PATIENCE, old)
    })
    try {
      return await Promise.race([flight, late])
    } catch {
      return old
    } finally {
      clearTimeout(timer)
    }
  }

  #fly(key: string): Promise<Snapshot | { readonly other: T }> {
    const running = this.#flights.get(key)
    if (running) return running
    const flight = this.#render(key)
      .catch(error => {
        this.#options.onError?.(error, key)
        throw error
      })
      .finally(() => this.#flights.delete(key))
    this.#flights.set(key, flight)
    return flight
  }

  async #render(key: string): Promise<Snapshot | { readonly other: T }> {
    const version = this.#version
    const renderedAt = this.#options.clock()
    if (this.#entries.has(key)) this.#tried.set(key, renderedAt)
    const rendered = await this.#options.render(key)
    const old = this.#entries.get(key)
    if ('other' in rendered) {
      this.#drop(key)
      return rendered
    }
    const tag = tagOf(rendered.content)
    const made = old?.snapshot.tag === tag ? old.snapshot : await snapshot(rendered.content, tag)
    this.#drop(key)
    const bytes = weight(made)
    this.#entries.set(key, { snapshot: made, renderedAt, version, bytes, read: ++this.#reads })
    this.#bytes += bytes
    this.#evict(key)
    return made
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#tried.delete(key)
    this.#bytes -= entry.bytes
  }

  #evict(kept: string): void {
    if (this.#bytes <= this.#limit) return
    const oldest = [...this.#entries].sort(([, a], [, b]) => a.read - b.read)
    for (const [key] of oldest) {
      if (this.#bytes <= this.#limit) return
      if (key !== kept) this.#drop(key)
    }
  }
}
