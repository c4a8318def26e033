import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** A file that pages refer to, at an address that changes with its content. */
export interface Asset {
  readonly path: string
  readonly type: string
  readonly body: Buffer
}

/** The assets by their file name. */
export function loadAssets(directory: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>()
  for (const name of readdirSync(directory)) {
    const extension = extname(name)
    const type = TYPES[extension]
    if (type === undefined) continue
    const body = readFileSync(join(directory, name))
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
    const stem = name.slice(0, -extension.length)
    assets.set(name, { path: `/assets/${stem}-${hash}${extension}`, type, body })
  }
  return assets
}
