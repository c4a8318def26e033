import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

interface Import {
  readonly file: string
  /** A file under `src`, or the name of a package. */
  readonly to: string
  /** Whether it is erased when the program is built. */
  readonly typeOnly: boolean
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .sort()
const text = new Map(files.map(file => [file, readFileSync(join(SRC, file), 'utf8')]))

const packageOf = (name: string): string =>
  name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? name)

function importsOf(file: string): Import[] {
  const found: Import[] = []
  const pattern =
    /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm
  for (const [, type, from, bare, dynamic] of (text.get(file) ?? '').matchAll(pattern)) {
    const name = from ?? bare ?? dynamic ?? ''
    const to = name.startsWith('.') ? normalize(join(dirname(file), name)) : packageOf(name)
    found.push({ file, to, typeOnly: type !== undefined })
  }
  return found
}

const imports = files.flatMap(importsOf)
const local = imports.filter(({ to }) => text.has(to))
/** Files that import a package and may not. */
const strangers = (packages: readonly string[], allowed: (file: string) => boolean): string[] =>
  imports
    .filter(({ file, to }) => packages.includes(to) && !allowed(file))
    .map(({ file, to }) => `${file} imports ${to}`)

const room = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : file)

describe('the house', () => {
  it('is seen whole by these tests', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(local.length).toBeGreaterThan(300)
    const lost = imports.filter(({ to }) => to.endsWith('.ts') && !text.has(to))
    expect(lost).toEqual([])
  })

  it('has no rooms for odds and ends, and no barrels', () => {
    const odd = new Set([
      'utils',
      'util',
      'helpers',
      'helper',
      'services',
      'controllers',
      'common',
      'shared',
      'lib',
      'misc',
    ])
    const rooms = new Set(files.flatMap(file => dirname(file).split('/')))
    expect([...rooms].filter(name => odd.has(name))).toEqual([])
    expect(files.filter(file => basename(file) === 'index.ts')).toEqual([])
    expect(files.filter(file => /^(utils?|helpers?|common|misc)\.ts$/.test(basename(file)))).toEqual([])
  })

  it('speaks SQL in stores, tables and the database room alone', () => {
    // What is read once and kept in memory reads as a store does.
    const also = new Set(['record/memory.ts'])
    expect(
      strangers(
        ['drizzle-orm', 'better-sqlite3'],
        file => room(file) === 'db' || /(^|[/-])(tables|store)\.ts$/.test(file) || also.has(file),
      ),
    ).toEqual([])
    // The driver itself stays behind the door.
    expect(strangers(['better-sqlite3'], file => room(file) === 'db')).toEqual([])
  })

  it('keeps each of the other large libraries in one place', () => {
    expect(strangers(['undici'], file => ['probe', 'notify'].includes(room(file)))).toEqual([])
    expect(
      strangers(['hono', '@hono/node-server'], file =>
        ['page', 'api', 'desk', 'front', 'app.ts', 'office.ts'].includes(room(file)),
      ),
    ).toEqual([])
    expect(strangers(['eta'], file => ['page/templates.ts', 'mail/templates.ts'].includes(file))).toEqual([])
    expect(strangers(['zod', 'yaml'], file => room(file) === 'config')).toEqual([])
    expect(strangers(['commander'], file => file === 'cli.ts')).toEqual([])
    expect(strangers(['temporal-polyfill'], file => ['time', 'schedule'].includes(room(file)))).toEqual([])
    expect(strangers(['ipaddr.js'], file => ['probe', 'desk'].includes(room(file)))).toEqual([])
    expect(strangers(['pkijs', 'asn1js'], file => file === 'log/timestamp.ts')).toEqual([])
    expect(strangers(['pdfkit'], file => room(file) === 'statement')).toEqual([])
    expect(strangers(['better-auth'], file => room(file) === 'people')).toEqual([])
    expect(strangers(['nodemailer', 'smtp-server', 'mailparser'], file => room(file) === 'mail')).toEqual([])
    expect(strangers(['chrono-node'], file => room(file) === 'claim')).toEqual([])
    expect(strangers(['playwright-core'], file => room(file) === 'evidence')).toEqual([])
  })
})

const PURE = [
  /^(time|availability|sla|csv)\//,
  /^verify\/(?!(browser|browser-worker|download|later-download)\.ts)/,
  /^month\/(record|check-lines|declared|compute|build|performance|raw|due|closed|as-of)\.ts$/,
  /^version\/(version|judging)\.ts$/,
  /^log\/(tree|note|canonical|contradiction)\.ts$/,
  /^claim\/(?!(tables|store|.*-store)\.ts)/,
  /^statement\/(?!(pdf|pdf-.*)\.ts)/,
  /^support\/(hours|clock|priority|attainment|reference|intake|evidence|request)\.ts$/,
  /^mail\/(text|address|retry|automatic|markup|compose|letters|incoming)\.ts$/,
  /^outage\/detect\.ts$/,
  /^schedule\/(due|stamp|heap|cron)\.ts$/,
  /^catalog\/(model|membership)\.ts$/,
  /^probe\/check\.ts$/,
  /^record\/state\.ts$/,
  // Of the pages, all but what reads files and keeps what was rendered.
  /^page\/(?!(pages|assets|templates|render|records|snapshot|snapshot-cache|statements|pictures)\.ts)/,
]
const isPure = (file: string): boolean => PURE.some(pattern => pattern.test(file))

describe('a pure room', () => {
  const pure = files.filter(isPure)
  /** Without comments, which may speak of what the code must not do. */
  const code = (file: string): string =>
    (text.get(file) ?? '').replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')

  it('is told the time, and asks nobody', () => {
    expect(pure.length).toBeGreaterThan(20)
    const asks =
      /Date\.now\(|new Date\(\s*\)|[^.\w]Date\(\s*\)|Temporal\.Now|process\.|performance\.now|Math\.random|crypto\.|setTimeout|setInterval|fetch\(|console\./
    expect(pure.filter(file => asks.test(code(file)))).toEqual([])
  })

  it('needs nothing of the machine that it runs on', () => {
    const machine = imports.filter(({ file, to }) => isPure(file) && to.startsWith('node:'))
    expect(machine.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
  })

  it('rests on pure rooms alone', () => {
    const leaks = local.filter(({ file, to, typeOnly }) => isPure(file) && !isPure(to) && !typeOnly)
    expect(leaks.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
  })
})

/** From what knows nothing of the others to what knows them all. A file may import from its own floor and those below. */
const FLOORS: readonly (readonly [name: string, holds: RegExp])[] = [
  ['time', /^time\//],
  ['vocabulary', /^(catalog\/model|probe\/check|sla\/contract)\.ts$/],
  [
    'pure rules',
    /^(availability\/|sla\/|csv\/|outage\/detect\.ts|catalog\/membership\.ts|schedule\/(due|stamp|heap|cron)\.ts|month\/(record|check-lines|declared|compute|build|performance|raw|due|closed|as-of)\.ts|version\/(version|judging)\.ts|log\/(tree|note|canonical|contradiction)\.ts|verify\/|claim\/deadline\.ts)/,
  ],
  ['database', /^db\//],
  [
    'stores, probes, configuration',
    /^(probe|config|catalog|outage|maintenance|schedule|version|log|audit|people|mail|month\/(tables|store|memory)\.ts)/,
  ],
  ['the record', /^record\//],
  ['months, evidence, requests', /^(month|evidence|support)\//],
  ['page and API', /^(page|api|statement|claim|app\.ts)/],
  ['cases and desks', /^(casework|front|desk)\//],
  ['server', /^((server|office|counter|cases)\.ts|demo\/)/],
  ['commands', /^commands\//],
  ['command line', /^cli\.ts$/],
]
const floor = (file: string): number => FLOORS.findIndex(([, holds]) => holds.test(file))

describe('imports', () => {
  it('run one way, from the command line down to time', () => {
    expect(files.filter(file => floor(file) < 0)).toEqual([])
    const up = local.filter(({ file, to }) => floor(file) < floor(to))
    expect(
      up.map(
        ({ file, to }) => `${file} (${FLOORS[floor(file)]?.[0]}) imports ${to} (${FLOORS[floor(to)]?.[0]})`,
      ),
    ).toEqual([])
  })

  it('keep probing apart from recording, and reading apart from deciding', () => {
    const apart: readonly (readonly [from: RegExp, to: RegExp])[] = [
      [/^probe\//, /^(record|db|outage|availability|sla|config|page|api)\//],
      [/^config\//, /^(record|db|probe|page|api)\//],
      [/^page\//, /^(api|db|commands|config)\//],
      [/^api\//, /^(page|db|commands|config)\//],
      [/^(page|api)\//, /^record\/(?!source\.ts|state\.ts)/],
    ]
    const mixed = local.filter(({ file, to }) =>
      apart.some(([from, there]) => from.test(file) && there.test(to)),
    )
    expect(mixed.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
  })

  it('name files by their extension, so that what is written is what runs', () => {
    const bare = [...text].flatMap(([file, source]) =>
      [...source.matchAll(/from '(\.[^']+)'/g)]
        .filter(([, to]) => !to?.endsWith('.ts'))
        .map(([, to]) => `${file}: ${to}`),
    )
    expect(bare).toEqual([])
  })
})

describe('the tests', () => {
  it('mirror the rooms', () => {
    const test = fileURLToPath(new URL('.', import.meta.url))
    const folders = readdirSync(test, { withFileTypes: true }).filter(entry => entry.isDirectory())
    const rooms = new Set(files.map(room))
    const own = new Set(['e2e', 'oracle', 'browser', 'install'])
    expect(folders.map(({ name }) => name).filter(name => !rooms.has(name) && !own.has(name))).toEqual([])
    expect(relative(SRC, test)).toBe('../test')
  })
})
