import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  drop,
  judge,
  type KeptFile,
  keepFiles,
  MOST_BYTES,
  openFile,
  sweep,
} from '../../src/support/attachments.ts'
import { cleanName, lookAt, NAME_LIMIT } from '../../src/support/evidence.ts'
import { scratch } from '../record/scene.ts'
import { chunk, gif, HTML, jpeg, pdf, png, svg, zip } from './files.ts'

const refusal = async (content: Buffer) => {
  const verdict = await judge(content)
  return verdict.kind === 'refused' ? verdict.problem : null
}

describe('evidence', () => {
  it('is a PNG, a JPEG or a PDF, by its content', async () => {
    expect(await judge(png())).toEqual({ kind: 'fine', is: 'png' })
    expect(await judge(png(chunk('tEXt', Buffer.from('Software\0screenshot'))))).toEqual({
      kind: 'fine',
      is: 'png',
    })
    expect(await judge(jpeg())).toEqual({ kind: 'fine', is: 'jpeg' })
    expect(await judge(await pdf())).toEqual({ kind: 'fine', is: 'pdf' })
    expect(await judge(Buffer.concat([await pdf(), Buffer.from('\r\n\0')]))).toEqual({
      kind: 'fine',
      is: 'pdf',
    })
  })

  it('is nothing else, whatever its name says', async () => {
    const only = 'Only PNG and JPEG pictures and PDF files are taken.'
    for (const content of [HTML, svg, gif, zip(), Buffer.from('hello'), Buffer.from('%!PS-Adobe-3.0')])
      expect(await refusal(content)).toBe(only)
    expect(await refusal(Buffer.concat([gif, zip()]))).toBe(only)
    expect(await refusal(Buffer.concat([Buffer.from('junk '), await pdf()]))).not.toBeNull()
    expect(await refusal(Buffer.concat([HTML, await pdf()]))).not.toBeNull()
    expect(await refusal(Buffer.concat([HTML, png()]))).not.toBeNull()
  })

  it('has nothing behind its end', async () => {
    for (const tail of [HTML, zip(), Buffer.from([0]), Buffer.from('\n'), png(), jpeg()]) {
      expect(await refusal(Buffer.concat([png(), tail]))).toMatch(/./)
      expect(await refusal(Buffer.concat([jpeg(), tail]))).toMatch(/./)
    }
    expect(await refusal(Buffer.concat([png(), zip()]))).toBe(
      'Something was added behind the end of the PNG picture.',
    )
    expect(await refusal(Buffer.concat([jpeg(), zip()]))).toBe(
      'Something was added behind the end of the JPEG picture.',
    )
    for (const tail of [HTML, zip(), png()])
      expect(await refusal(Buffer.concat([await pdf(), tail]))).toMatch(/./)
  })

  it('carries no page and no archive inside', async () => {
    const carries = /carries a web page or a script/
    expect(await refusal(png(chunk('tEXt', HTML)))).toMatch(carries)
    expect(await refusal(png(chunk('IDAT', HTML)))).toMatch(carries)
    expect(await refusal(png(chunk('iTXt', Buffer.from('<SVG onload=alert(1)>'))))).toMatch(carries)
    expect(await refusal(jpeg('<?php system($_GET[0]) ?>'))).toMatch(carries)
    expect(await refusal(png(chunk('zzZz', zip('\0'.repeat(16)))))).toMatch(/carries an archive/)
    expect(await refusal(jpeg(zip().toString('latin1')))).toMatch(/carries an archive/)
  })

  it('runs nothing and holds no files, where it is a PDF', async () => {
    const paper = (await pdf()).toString('latin1')
    const withIn = (text: string) =>
      Buffer.from(paper.replace('/Type /Catalog', `/Type /Catalog ${text}`), 'latin1')
    expect(paper).toContain('/Type /Catalog')
    for (const text of [
      '/OpenAction << /S /JavaScript /JS (app.alert(1)) >>',
      '/A << /S /Rendition /JS 12 0 R >>',
      '/A << /J#53 (1) >>',
      '/A << /S/J#61vaScript>>',
      '/A << /S /Launch >>',
      '/EF << /F << /Type /EmbeddedFile >> >>',
      '/Names << /EmbeddedFiles 3 0 R >>',
      '/Subtype /#52ichMedia',
    ])
      expect([text, await refusal(withIn(text))]).toEqual([text, expect.stringMatching(/holds a script/)])
    for (const text of ['/Title (JavaScript)', '/JSON 1', '/JS', '/Launched true'])
      expect([text, await refusal(withIn(text))]).toEqual([text, null])
    expect(await refusal(withIn(zip('').toString('latin1')))).toMatch(/archive/)
    expect(await refusal(withIn(`% ${' '.repeat(2_000)}<script>`))).toMatch(/web page/)
    const end = paper.lastIndexOf('startxref')
    const late = `${paper.slice(0, end)}% ${HTML} ${' '.repeat(1_500)}\n${paper.slice(end)}`
    const front = paper.replace('\n', `\n%${'x'.repeat(9_000)}\n`)
    expect(await refusal(Buffer.from(front, 'latin1'))).toBeNull()
    expect(await refusal(Buffer.from(late, 'latin1'))).toMatch(/web page/)
  })

  it('is a picture of a size that can be shown', async () => {
    const sized = (width: number, height: number) => {
      const made = Buffer.from(png())
      made.writeUInt32BE(width, 16)
      made.writeUInt32BE(height, 20)
      return made
    }
    const wide = Buffer.from(jpeg())
    wide.writeUInt16BE(20_001, wide.indexOf(Buffer.from([0xff, 0xc0])) + 7)
    for (const picture of [sized(20_001, 1), sized(1, 4_294_967_295), wide])
      expect(await refusal(picture)).toMatch(/more than 20,000 pixels/)
    expect(await refusal(sized(20_000, 20_000))).toBeNull()
  })

  it('is whole: no shorter file passes', async () => {
    for (const whole of [png(), jpeg()])
      for (let length = 0; length < whole.length; length++)
        expect(await refusal(whole.subarray(0, length))).not.toBeNull()
    const paper = await pdf()
    for (const length of [0, 5, 8, 100, paper.length - 8])
      expect(await refusal(paper.subarray(0, length))).toMatch(/./)
  })

  it('of random or damaged bytes never throws', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(png(), jpeg()),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (whole, edits) => {
          const bytes = Buffer.from(whole)
          for (const [at, value] of edits) bytes[at % bytes.length] = value
          await judge(bytes)
          for (const kind of ['png', 'jpeg', 'pdf'] as const) lookAt(bytes, kind)
        },
      ),
    )
  })

  it('has at most 5 MiB, and something', async () => {
    const padded = (bytes: number) => png(chunk('zzZz', Buffer.alloc(bytes - png().length - 12)))
    expect(await refusal(padded(MOST_BYTES))).toBeNull()
    expect(await refusal(padded(MOST_BYTES + 1))).toBe(
      'A file may have at most 5 MiB (5,242,880 bytes); this has 5,242,881.',
    )
    expect(await refusal(Buffer.alloc(0))).toBe('The file is empty.')
  })
})

describe("a file's name", () => {
  it.each([
    ['shot.png', 'png', 'shot.png'],
    ['C:\\Users\\jo\\shot.PNG', 'png', 'shot.png'],
    ['../../etc/passwd', 'pdf', 'passwd.pdf'],
    ['shot.html', 'png', 'shot.png'],
    ['a\u202egnp.exe', 'png', 'agnp.png'],
    ['a\r\nset-cookie: x.jpg', 'jpeg', 'aset-cookie x.jpg'],
    ['"; filename=x.html', 'png', 'filename=x.png'],
    ['', 'pdf', 'file.pdf'],
    ['..', 'pdf', 'file.pdf'],
    ['.png', 'png', 'file.png'],
    ['NUL.png', 'png', 'file.png'],
    ['Größe 日本.png', 'png', 'Größe 日本.png'],
    ['\ud800x.png', 'png', 'x.png'],
  ] as const)('%j of a %s becomes %j', (name, kind, clean) => {
    expect(cleanName(name, kind)).toBe(clean)
  })

  it('is short, plain and has the right extension, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), name => {
        const clean = cleanName(name, 'jpeg')
        expect(clean.length).toBeLessThanOrEqual(NAME_LIMIT)
        expect(clean).toMatch(/^[^/\\\p{C}<>:"|?*%;]+\.jpg$/u)
        expect(clean).not.toMatch(/^\./)
      }),
    )
  })
})

describe("the attachments' directory", () => {
  let directory: string
  let remove: () => void
  beforeEach(() => {
    const made = scratch()
    directory = join(made.directory, 'attachments')
    remove = made.remove
  })
  afterEach(() => remove())

  const keepOne = async (name = 'shot.png'): Promise<KeptFile> =>
    (await keepFiles(directory, [{ name, content: png() }])).files[0]!

  it('holds files by random names, for its owner alone', async () => {
    const kept = await keepOne()
    expect(readdirSync(directory)).toEqual([kept.file])
    expect(kept.file).toMatch(/^[0-9a-f]{32}$/)
    expect(statSync(join(directory, kept.file)).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  it('gives them back to be saved, never shown or run', async () => {
    const kept = await keepOne('Größe "1".png')
    const opened = await openFile(directory, kept)
    if (opened.kind !== 'found') throw new Error(opened.kind)
    expect(opened.content.equals(png())).toBe(true)
    expect(opened.headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png().length),
      'content-disposition': `attachment; filename="Gro__e 1.png"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.png`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
  })

  it('puts no name into a header that could end it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 150 }), async name => {
        const kept = await keepOne(name)
        const opened = await openFile(directory, kept)
        await drop(directory, [kept])
        if (opened.kind !== 'found') throw new Error(opened.kind)
        expect(opened.headers['content-disposition']).toMatch(
          /^attachment; filename="[\w. ()-]+"; filename\*=UTF-8''[\w.~%-]+$/,
        )
      }),
      { numRuns: 50 },
    )
  })

  it('takes three files at a time and says which it did not take, and why', async () => {
    const good = { name: 'a.png', content: png() }
    const kept = await keepFiles(directory, [good, { name: 'b.svg', content: svg }, good, good, good])
    expect(kept.files.length).toBe(3)
    expect(kept.problems).toEqual([
      { field: 'evidence', problem: 'b.svg: Only PNG and JPEG pictures and PDF files are taken.' },
      { field: 'evidence', problem: 'a.png: At most 3 files are taken.' },
    ])
    await drop(directory, kept.files)
    expect(readdirSync(directory)).toEqual([])
  })

  it('notices a file that is gone or was changed', async () => {
    const kept = await keepOne()
    writeFileSync(join(directory, kept.file), jpeg())
    expect(await openFile(directory, kept)).toEqual({ kind: 'damaged' })
    await drop(directory, [kept])
    expect(await openFile(directory, kept)).toEqual({ kind: 'missing' })
    expect(await openFile(directory, { ...kept, file: '../nines.db' })).toEqual({ kind: 'missing' })
  })

  it('is swept of what has no row, and of nothing else', async () => {
    const [a, b] = [await keepOne(), await keepOne()]
    writeFileSync(join(directory, `${'0'.repeat(32)}.part`), 'half')
    writeFileSync(join(directory, 'README'), 'mine')
    expect(await sweep(directory, new Set([a.file]))).toBe(2)
    expect(existsSync(join(directory, b.file))).toBe(false)
    expect(readdirSync(directory).sort()).toEqual([a.file, 'README'].sort())
    expect(await sweep(join(directory, 'none'), new Set())).toBe(0)
  })
})
