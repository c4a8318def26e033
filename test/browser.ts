import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

interface Installation {
  readonly executable: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * The Chromium that comes with a development dependency, unpacked once a version with its own libraries and fonts, so
 * that a machine needs nothing else installed. It goes to its place in one step: test files run side by side.
 */
async function installed(): Promise<Installation> {
  const custom = process.env['CHROMIUM_PATH']
  if (custom) return { executable: custom, env: process.env }
  const require = createRequire(import.meta.url)
  const manifest = join(dirname(require.resolve('@sparticuz/chromium')), '../../package.json')
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  const place = join(tmpdir(), `nines-chromium-${version}`)
  if (!existsSync(place)) await unpack(place)
  return {
    executable: join(place, 'chromium'),
    env: {
      ...process.env,
      HOME: place,
      FONTCONFIG_PATH: join(place, 'fonts'),
      LD_LIBRARY_PATH: join(place, 'al2023', 'lib'),
    },
  }
}

async function unpack(place: string): Promise<void> {
  const before = process.env['TMPDIR']
  const work = await mkdtemp(join(tmpdir(), 'nines-chromium-'))
  // The package unpacks to the temporary directory, and its libraries only where it believes itself on such a platform.
  process.env['TMPDIR'] = work
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs20.x'
  try {
    const { default: packed } = await import('@sparticuz/chromium')
    await packed.executablePath()
  } finally {
    delete process.env['AWS_EXECUTION_ENV']
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
  await writeFile(join(work, 'fonts', 'fonts.conf'), fontsFrom(join(place, 'fonts')))
  await rename(work, place).catch(async error => {
    await rm(work, { recursive: true, force: true })
    if (!existsSync(place)) throw error
  })
}

/** Its own font and no other, so that pages look the same on every machine. */
const fontsFrom = (directory: string): string =>
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${directory}</dir><cachedir>${directory}/cache</cachedir></fontconfig>
`

/** A browser with an empty profile that asks nothing of the network by itself. */
export async function launchBrowser(): Promise<Browser> {
  const { executable, env } = await installed()
  return chromium.launch({
    executablePath: executable,
    env: Object.fromEntries(Object.entries(env).filter((e): e is [string, string] => e[1] !== undefined)),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--font-render-hinting=none',
    ],
  })
}
