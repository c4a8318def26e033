// Bundles the check that runs in a reader's browser: a page script, and a worker with the core of `nines verify`.
import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const assets = join(root, 'views/assets')

/** The page is a module, as its other script is; a worker runs wherever it is a plain script. */
const PARTS = [
  { from: 'browser.ts', to: 'verify.js', format: 'esm' },
  { from: 'browser-worker.ts', to: 'verify-worker.js', format: 'iife' },
]

/** Writes both scripts to `views/assets`, and returns their names and sizes. */
export async function buildBrowser() {
  const made = []
  for (const { from, to, format } of PARTS) {
    const { outputFiles } = await build({
      entryPoints: [join(root, 'src/verify', from)],
      write: false,
      format,
      bundle: true,
      minify: true,
      platform: 'browser',
      target: 'es2022',
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'warning',
    })
    const bytes = outputFiles[0].contents
    // In one step, since a server that starts may read it.
    const file = join(assets, to)
    writeFileSync(`${file}.${process.pid}`, bytes)
    renameSync(`${file}.${process.pid}`, file)
    made.push({ name: to, bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length })
  }
  return made
}

/** Writes them where they are missing, or older than any file in `src`. */
export async function buildBrowserIfStale() {
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs)
  const newest = sources.reduce((a, b) => Math.max(a, b), 0)
  const fresh = PARTS.every(({ to }) => {
    const file = join(assets, to)
    return existsSync(file) && statSync(file).mtimeMs > newest
  })
  if (!fresh) await buildBrowser()
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { name, bytes, gzip } of await buildBrowser())
    console.log(`views/assets/${name}: ${bytes} bytes, ${gzip} gzipped`)
