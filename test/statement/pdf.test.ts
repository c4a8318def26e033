import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import fc from 'fast-check'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { describe, expect, it } from 'vitest'
import { statementPdf } from '../../src/statement/pdf.ts'
import { type Piece, paginate } from '../../src/statement/pdf-flow.ts'
import { shownIn, type Typeface } from '../../src/statement/pdf-type.ts'
import { hostile, withTexts } from './hostile.ts'
import { busy, excluded, flat, issue, record } from './scene.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const FONTS = join(
  dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')),
  'standard_fonts',
)
/** Files that are embedded, with Latin, Greek and Cyrillic letters. */
const LIBERATION: Typeface = {
  regular: join(FONTS, 'LiberationSans-Regular.ttf'),
  bold: join(FONTS, 'LiberationSans-Bold.ttf'),
  embedded: true,
}
const HELVETICA: Typeface = { regular: 'Helvetica', bold: 'Helvetica-Bold', embedded: false }

interface Node {
  readonly role?: string
  readonly children?: readonly Node[]
}
const roles = (node: Node | null): string[] =>
  node ? [...(node.role ? [node.role] : []), ...(node.children ?? []).flatMap(roles)] : []

interface Read {
  /** The text of each page in reading order, lines joined. */
  readonly pages: readonly string[]
  readonly count: number
  readonly text: string
  readonly roles: readonly (readonly string[])[]
  readonly info: Readonly<Record<string, unknown>>
  readonly marked: boolean
  readonly xml: string
}

/** Reads each `step`th page. */
async function read(pdf: Buffer, step = 1): Promise<Read> {
  const document = await getDocument({
    data: new Uint8Array(pdf),
    standardFontDataUrl: `${FONTS}/`,
    verbosity: 0,
  }).promise
  const pages: string[] = []
  const tags: string[][] = []
  for (let n = 1; n <= document.numPages; n += step) {
    const page = await document.getPage(n)
    const { items } = await page.getTextContent()
    const words = items.map(item => ('str' in item ? `${item.str}${item.hasEOL ? ' ' : ''}` : '')).join('')
    pages.push(flat(words).replaceAll(/ +/g, ' '))
    tags.push(roles((await page.getStructTree()) as Node | null))
  }
  const { info } = (await document.getMetadata()) as unknown as { info: Record<string, unknown> }
  const marked = (await document.getMarkInfo())?.Marked ?? false
  await document.destroy()
  return {
    pages,
    count: document.numPages,
    text: pages.join(' '),
    roles: tags,
    info,
    marked,
    xml: pdf.toString('latin1'),
  }
}

describe('a statement as PDF', () => {
  const month = busy()

  it.each([
    ['with its own faces', undefined],
    ['with embedded faces', LIBERATION],
    ['with standard faces', HELVETICA],
  ])('%s holds the figure, each outage and the checkpoint as text in reading order', async (_, typeface) => {
    const { text, pages } = await read(await statementPdf(month, issue(), typeface ? { typeface } : {}))
    const order = [
      'IAM Services, October 2026',
      '99.764 %',
      'The 99.9 % guarantee was missed by 1 h 32.870 s',
      'How it was computed',
      '6,310,250 × 1,000 = 6,310,250,000',
      ...month.outages.map(o => `Outage ${o.id}`),
      'Database upgrade',
      'Versions in force',
      'Checkpoint',
      'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
    ]
    let last = -1
    for (const words of order) {
      const found = text.indexOf(words, last + 1)
      expect(found, words).toBeGreaterThan(last)
      last = found
    }
    pages.forEach((page, i) => {
      expect(page).toContain(`${i + 1} of ${pages.length}`)
      expect(page).toContain('iam/2026-10 · log entry 41')
    })
  })

  it('sets the checkpoint with the empty line before its signatures, without which it is no note', async () => {
    const document = await getDocument({
      data: new Uint8Array(await statementPdf(month, issue())),
      verbosity: 0,
    }).promise
    const { items } = await (await document.getPage(document.numPages)).getTextContent()
    await document.destroy()
    const lines = issue()
      .checkpoint.split('\n')
      .filter(line => line !== '')
    const tops = lines.map(line => {
      const found = items.find(item => 'str' in item && flat(item.str) === line)
      expect(found, line).toBeDefined()
      return (found as { readonly transform: readonly number[] }).transform[5] ?? 0
    })
    const [first = 0, second = 0, signature = 0] = tops.slice(1).map((top, i) => (tops[i] ?? 0) - top)
    expect(second).toBeCloseTo(first)
    expect(signature).toBeGreaterThan(2 * first)
  })

  it('is tagged, with its language and title', async () => {
    const pdf = await statementPdf(month, issue(), { typeface: LIBERATION })
    const { roles, info, marked, xml } = await read(pdf)
    expect(marked).toBe(true)
    const all = roles.flat()
    for (const role of ['Document', 'H1', 'H2', 'P', 'Table', 'TR', 'TH', 'TD', 'L', 'LI', 'LBody'])
      expect(all).toContain(role)
    expect(all.filter(role => role === 'H1')).toHaveLength(1)
    expect(info['Title']).toBe('IAM Services, October 2026: statement of availability')
    expect(info['Language']).toBe('en')
    expect(info['PDFFormatVersion']).toBe('1.7')
    expect(xml).toContain('/DisplayDocTitle true')
    expect(xml).toContain('<pdfuaid:part>1</pdfuaid:part>')
    expect(xml).toContain('/FontFile2')
  })

  it('claims PDF/UA only where its faces are embedded', async () => {
    const pdf = await statementPdf(month, issue(), { typeface: HELVETICA })
    expect(pdf.toString('latin1')).not.toContain('pdfuaid')
  })

  it('has the same bytes for the same statement, and others for another', async () => {
    const make = (of = issue()) => statementPdf(month, of, { typeface: LIBERATION })
    expect((await make()).equals(await make())).toBe(true)
    expect((await make()).equals(await make(issue([excluded(month)])))).toBe(false)
  })

  it('fits A4 and Letter', async () => {
    const sizes = async (paper: 'A4' | 'LETTER') =>
      (await statementPdf(month, issue(), { paper, typeface: HELVETICA }))
        .toString('latin1')
        .match(/MediaBox \[[^\]]*\]/g)
    expect(new Set(await sizes('A4'))).toEqual(new Set(['MediaBox [0 0 595.28 841.89]']))
    expect(new Set(await sizes('LETTER'))).toEqual(new Set(['MediaBox [0 0 612 792]']))
  })

  it('says of maintenance that was entered after it had begun that it was', async () => {
    const [from, to] = ['2026-10-04T01:00:00.000Z', '2026-10-04T03:00:00.000Z'] as const
    const window = { id: 'w', title: 'Work', from, to, announced: null }
    const told = async (noted: string | null) =>
      (await read(await statementPdf({ ...record(), maintenance: [{ ...window, noted }] }, issue()))).text
    expect(await told('2026-11-03T08:00:00.000Z')).toContain('Entered after it had begun, on 3 Nov 2026.')
    expect(await told(null)).not.toContain('after it had begun')
  })

  it('shows the corrected figure before the one as closed', async () => {
    const { text } = await read(await statementPdf(month, issue([excluded(month)])))
    expect(text.indexOf('99.786 %')).toBeGreaterThan(0)
    expect(text.indexOf('99.764 %')).toBeGreaterThan(text.indexOf('99.786 %'))
    expect(text).toContain('Ada Byron')
    expect(text).toContain('takes an outage out: 6,310,250 ms − 600,000 ms = 5,710,250 ms.')
    expect(text).toContain('As the month was closed: 6,310,250 ms down.')
    expect(text).toContain('(2,677,800,000 − 6,190,250) ÷ 2,677,800,000 = 99.768 %')
  })

  it('writes names in the scripts that its face has', async () => {
    const named = record({ name: 'Ηλεκτρονικό ταχυδρομείο, Почта, Łódź' })
    const { pages } = await read(await statementPdf(named, issue(), { typeface: LIBERATION }))
    expect(pages[0]).toContain('Ηλεκτρονικό ταχυδρομείο, Почта, Łódź, October 2026')
  })

  it('shows boxes and the id where its face lacks a script, never other letters', async () => {
    for (const typeface of [LIBERATION, HELVETICA]) {
      const { pages } = await read(await statementPdf(record({ name: '決済 API' }), issue(), { typeface }))
      expect(pages[0]).toMatch(/[□?]{2} API \(iam\), October 2026/)
    }
    expect(shownIn(null, 'a − Ж')).toBe('a – ?')
  })
})

describe('a long statement as PDF', () => {
  /** Run as a program of its own, whose memory can be limited. */
  const PROGRAM = `
    import { statementPdf } from './src/statement/pdf.ts'
    import { at, issue, MINUTE, plus, record } from './test/statement/scene.ts'
    const outages = Array.from({ length: 3_000 }, (_, i) => ({
      from: plus(at('2026-10-01T00:00:00Z'), i * 14 * MINUTE),
      to: plus(at('2026-10-01T00:00:00Z'), i * 14 * MINUTE + 90_250 + i),
    }))
    const typeface = ${JSON.stringify(LIBERATION)}
    process.stdout.write(await statementPdf(record({ outages }), issue(), { typeface }))
  `

  it('lists 3,000 outages in little memory, the head of their table on every page', async () => {
    const { outputFiles } = await build({
      stdin: { contents: PROGRAM, resolveDir: ROOT, loader: 'ts' },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    })
    // Some 30 MiB are the program itself.
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--max-old-space-size=94', '--input-type=module', '-'],
      { cwd: ROOT, input: outputFiles[0]?.text ?? '', maxBuffer: 64 * 2 ** 20 },
    )
    expect(status).toBe(0)
    const { pages, count } = await read(stdout, 25)
    expect(count).toBeGreaterThan(200)
    expect(pages[0]).toContain('3 d 4 h 27 min 28.500 s, 275,248,500 ms')
    const listing = pages.filter(page => /Outage iam-\d+/.test(page))
    expect(listing.length).toBeGreaterThan(5)
    for (const page of listing) expect(page).toContain('Counted as down')
    const first = listing.map(page => Number(/Outage iam-(\d+)/.exec(page)?.[1]))
    expect(first).toEqual([...first].sort((x, y) => x - y))
    expect(first.at(-1)).toBeGreaterThan(3_500)
  }, 120_000)
})

describe('hostile texts in a PDF', () => {
  it('neither break it nor its metadata', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async texts => {
        const { month, of } = withTexts(texts)
        const pdf = await statementPdf(month, of, { typeface: LIBERATION })
        const { text, xml } = await read(pdf)
        expect(text).toContain('99.786 %')
        const packet = /<x:xmpmeta[\s\S]*<\/x:xmpmeta>/.exec(xml)?.[0] ?? ''
        expect(packet).not.toMatch(/<(?!\/?(?:x|rdf|xmp|dc|pdf|pdfuaid):)/)
        expect(packet).not.toMatch(/&(?!amp;|lt;|gt;)/)
      }),
      { numRuns: 8 },
    )
  }, 60_000)
})

describe('pages', () => {
  const piece = (height: number, stays = false, head?: Piece['head']): Piece => ({
    height,
    gap: 0,
    stays,
    draw: () => undefined,
    ...(head ? { head } : {}),
  })

  it('keep a heading with what follows it', () => {
    const pages = paginate([piece(80), piece(10, true), piece(20)], 0, 100)
    expect(pages.map(page => page.length)).toEqual([1, 2])
  })

  it('repeat a table’s head where a row begins a page', () => {
    const head = { height: 5, draw: () => undefined }
    const pages = paginate([piece(90), piece(20, false, head)], 0, 100)
    expect(pages[1]?.map(placed => placed.top)).toEqual([0, 5])
  })

  it('never lose a piece, even one that is taller than a page', () => {
    const pages = paginate([piece(10), piece(500, true), piece(500), piece(10)], 0, 100)
    expect(pages.flat()).toHaveLength(4)
  })
})
