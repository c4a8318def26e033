import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cleanName, EVIDENCE, type EvidenceKind, lookAt } from './evidence.ts'
import type { Problem } from './intake.ts'

/** 5 MiB, as file managers and mail programs count megabytes. */
export const MOST_BYTES = 5 * 1_024 * 1_024
/** How many files come with a request or a message at most. */
export const MOST_FILES = 3

/** A file as it was handed in. */
export interface Upload {
  readonly name: string
  readonly content: Uint8Array
}

/** A file in the attachments' directory that has no row yet. */
export interface KeptFile {
  readonly name: string
  readonly kind: EvidenceKind
  readonly bytes: number
  readonly sha256: string
  /** Its random name in the directory. */
  readonly file: string
}

export interface Kept {
  readonly files: readonly KeptFile[]
  /** What is wrong with those that were not kept, by the name they came with. */
  readonly problems: readonly Problem[]
}

export const attachmentsDirectory = (data: string): string => join(data, 'attachments')

/** What the content of a file is, whatever its name says, or a sentence that says why it is not taken. */
export async function judge(
  content: Uint8Array,
): Promise<
  | { readonly kind: 'fine'; readonly is: EvidenceKind }
  | { readonly kind: 'refused'; readonly problem: string }
> {
  if (content.length === 0) return { kind: 'refused', problem: 'The file is empty.' }
  if (content.length > MOST_BYTES)
    return {
      kind: 'refused',
      problem: `A file may have at most 5 MiB (${MOST_BYTES.toLocaleString('en')} bytes); this has ${content.length.toLocaleString('en')}.`,
    }
  const type = await typeOf(content)
  const is = KINDS.find(kind => EVIDENCE[kind].type === type)
  if (!is) return { kind: 'refused', problem: 'Only PNG and JPEG pictures and PDF files are taken.' }
  const look = lookAt(content, is)
  return look.kind === 'fine' ? { kind: 'fine', is } : look
}

const KINDS: readonly EvidenceKind[] = ['png', 'jpeg', 'pdf']

async function typeOf(content: Uint8Array): Promise<string | null> {
  try {
    const { fileTypeFromBuffer } = await import('file-type')
    return (await fileTypeFromBuffer(content))?.mime ?? null
  } catch {
    // A file that its parser trips over is of no kind that we take.
    return null
  }
}

/**
 * Judges files and keeps the good ones, at most `allowed` of them, each written whole or not at all, for its owner alone.
 * Rows must follow (`addAttachments`), or `drop`; what a kill leaves without a row is swept at the next start.
 */
export async function keepFiles(
  directory: string,
  uploads: readonly Upload[],
  allowed = MOST_FILES,
): Promise<Kept> {
  const files: KeptFile[] = []
  const problems: Problem[] = []
  for (const { name, content } of uploads) {
    const verdict =
      files.length < allowed
        ? await judge(content)
        : ({ kind: 'refused', problem: `At most ${allowed} files are taken.` } as const)
    if (verdict.kind === 'refused') {
      const shown = name.replace(/\p{C}/gu, '').slice(0, 100) || 'A file'
      if (problems.length < 20) problems.push({ field: 'evidence', problem: `${shown}: ${verdict.problem}` })
      continue
    }
    const file = randomBytes(16).toString('hex')
    await write(directory, file, content)
    files.push({
      name: cleanName(name, verdict.is),
      kind: verdict.is,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      file,
    })
  }
  return { files, problems }
}

/** Written beside, flushed, and renamed into place. Throws what the file system throws. */
async function write(directory: string, file: string, content: Uint8Array): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const draft = join(directory, `${file}.part`)
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, join(directory, file))
    const parent = await open(directory, 'r')
    try {
      await parent.sync()
    } finally {
      await parent.close()
    }
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** Removes kept files that will have no row. */
export async function drop(directory: string, files: readonly KeptFile[]): Promise<void> {
  for (const { file } of files) await rm(join(directory, file), { force: true })
}

/** Removes what has no row; to be called at the start, before anything is kept. Returns how many files it removed. */
export async function sweep(directory: string, known: ReadonlySet<string>): Promise<number> {
  let removed = 0
  for (const name of await names(directory)) {
    if (known.has(name) || !/^[0-9a-f]{32}(\.part)?$/.test(name)) continue
    await rm(join(directory, name), { force: true })
    removed++
  }
  return removed
}

async function names(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export type Opened =
  | {
      readonly kind: 'found'
      readonly content: Buffer
      readonly headers: Readonly<Record<string, string>>
    }
  /** The file is gone, or is not what was kept. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged' }

/** Reads a kept file back, with the headers to serve it under: saved, never shown or run, wherever it is opened. */
export async function openFile(directory: string, kept: KeptFile): Promise<Opened> {
  if (!/^[0-9a-f]{32}$/.test(kept.file)) return { kind: 'missing' }
  let content: Buffer
  try {
    content = await readFile(join(directory, kept.file))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'missing' }
    throw error
  }
  if (createHash('sha256').update(content).digest('hex') !== kept.sha256) return { kind: 'damaged' }
  return { kind: 'found', content, headers: headersOf(kept) }
}

/** RFC 6266, with the name as RFC 8187 writes it for those that know it. */
function headersOf(kept: KeptFile): Record<string, string> {
  const plain = kept.name.normalize('NFKD').replace(/[^\w. ()-]/g, '_')
  const extended = encodeURIComponent(kept.name).replace(
    /['()*!]/g,
    c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return {
    'content-type': EVIDENCE[kept.kind].type,
    'content-length': String(kept.bytes),
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${extended}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, no-store',
  }
}
