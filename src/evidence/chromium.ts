import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

export interface Chromium {
  readonly executable: string
  /** What its process needs beside our own environment. */
  readonly env: Readonly<Record<string, string>>
}

export type FoundChromium =
  | { readonly kind: 'found'; readonly chromium: Chromium }
  | { readonly kind: 'absent'; readonly why: string }

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'headless_shell',
]
const PLACES = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome', '/usr/lib/chromium']

export interface FindOptions {
  /** The configured one: no other is looked for. */
  readonly configured?: string | undefined
  /** The directories that are searched. */
  readonly places?: readonly string[]
  /** Where a Chromium that comes as a package is unpacked. Its files are run: nobody else may write there. Null for none. */
  readonly cache: string | null
}

/** Finds a Chromium: the configured one, else one in a usual place or in PATH, else one that is installed as a package. */
export async function findChromium({ configured, places, cache }: FindOptions): Promise<FoundChromium> {
  if (configured !== undefined) {
    if (await runs(configured)) return found(configured)
    return { kind: 'absent', why: `${configured} is not a program that can be run (evidence.chromium)` }
  }
  for (const place of places ?? [...PLACES, ...(process.env['PATH'] ?? '').split(delimiter)])
    for (const name of NAMES) {
      const executable = join(place, name)
      if (place !== '' && (await runs(executable))) return found(executable)
    }
  const packed = cache === null ? null : await packaged(cache)
  return packed ?? { kind: 'absent', why: 'Chromium was not found' }
}

const found = (executable: string, env = {}): FoundChromium => ({
  kind: 'found',
  chromium: { executable, env },
})

async function runs(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Without its libraries and a font, which it unpacks only where it believes itself on the platform that it is made for. */
const UNPACK = `
const { default: packed } = await import(process.argv[1])
await packed.executablePath()
`

async function packaged(cache: string): Promise<FoundChromium | null> {
  let entry: string
  try {
    entry = import.meta.resolve('@sparticuz/chromium')
  } catch {
    return null
  }
  const place = join(cache, 'chromium')
  const executable = join(place, 'chromium')
  if (!(await runs(executable)) && !(await unpack(entry, cache, place))) return null
  return found(executable, {
    HOME: place,
    FONTCONFIG_PATH: join(place, 'fonts'),
    LD_LIBRARY_PATH: join(place, 'al2023', 'lib'),
  })
}

async function unpack(entry: string, cache: string, place: string): Promise<boolean> {
  await mkdir(cache, { recursive: true, mode: 0o700 })
  const work = await mkdtemp(join(cache, 'unpacking-'))
  try {
    const child = spawn(process.execPath, ['--input-type=module', '-e', UNPACK, entry], {
      env: { ...process.env, TMPDIR: work, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x', NODE_OPTIONS: '' },
      stdio: 'ignore',
      timeout: 60_000,
    })
    const code = await new Promise<number | null>(done => {
      child.on('exit', done)
      child.on('error', () => done(null))
    })
    if (code !== 0 || !(await runs(join(work, 'chromium')))) return false
    await writeFile(join(work, 'fonts', 'fonts.conf'), fontsFrom(join(place, 'fonts'))).catch(() => {})
    // In one step: another process may do the same.
    await rename(work, place).catch(() => {})
    return await runs(join(place, 'chromium'))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const fontsFrom = (directory: string): string =>
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${directory}</dir><dir>/usr/share/fonts</dir><cachedir>${directory}/cache</cachedir></fontconfig>
`
