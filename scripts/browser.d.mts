export interface Built {
  readonly name: string
  readonly bytes: number
  readonly gzip: number
}
export function buildBrowser(): Promise<Built[]>
export function buildBrowserIfStale(): Promise<void>
