/** What may be attached: what a browser and a reader show without running anything. */
export type EvidenceKind = 'png' | 'jpeg' | 'pdf'

export const EVIDENCE: Readonly<Record<EvidenceKind, { readonly type: string; readonly extension: string }>> =
  {
    png: { type: 'image/png', extension: '.png' },
    jpeg: { type: 'image/jpeg', extension: '.jpg' },
    pdf: { type: 'application/pdf', extension: '.pdf' },
  }

export type Look =
  | { readonly kind: 'fine' }
  /** A sentence that says what is wrong. */
  | { readonly kind: 'refused'; readonly problem: string }

const FINE: Look = { kind: 'fine' }
const refused = (problem: string): Look => ({ kind: 'refused', problem })

/** PURE. Whether the bytes are one whole file of the kind and nothing else: nothing before it, behind it or smuggled inside. */
export function lookAt(bytes: Uint8Array, kind: EvidenceKind): Look {
  if (kind !== 'pdf' && PAGE.test(ascii(bytes, 0, bytes.length))) return HIDDEN
  switch (kind) {
    case 'png':
      return lookAtPng(bytes)
    case 'jpeg':
      return lookAtJpeg(bytes)
    case 'pdf':
      return lookAtPdf(bytes)
  }
}

const latin = (bytes: Uint8Array, from: number, to: number): string => {
  let text = ''
  for (let i = Math.max(0, from); i < Math.min(to, bytes.length); i++)
    text += String.fromCharCode(bytes[i] as number)
  return text
}
const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 65_536 + u16(bytes, at + 2)

/** As text in which ASCII is ASCII, fast also for all of a large file. */
const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  new TextDecoder('latin1').decode(bytes.subarray(Math.max(0, from), to))

/** In pixels, where a shorter mark could stand by chance. */
const PAGE = /<(?:!doctype|html|script)/i
const MARKUP = /<(?:!doctype|html|head|body|script|iframe|svg|object|embed|form|\?php)/i
const HIDDEN = refused(
  'The picture carries a web page or a script inside. Take a new screenshot and attach that.',
)
/** Of a side, in pixels: larger ones are no screenshots, and take gigabytes to show. */
const LONGEST_SIDE = 20_000
const HUGE = refused(
  `The picture has more than ${LONGEST_SIDE.toLocaleString('en')} pixels on a side. Cut out what shows the failure and attach that.`,
)
const ZIP = refused('The file carries an archive inside. Take a new screenshot and attach that.')

/** ISO 15948: the signature, IHDR first, IEND last, and nothing behind it. */
function lookAtPng(bytes: Uint8Array): Look {
  if (latin(bytes, 0, 8) !== '\x89PNG\r\n\x1a\n')
    return refused('The file does not begin as a PNG picture does.')
  const broken = refused('The PNG picture is incomplete or damaged. Save it again and attach that.')
  let data = false
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = u32(bytes, at)
    const type = latin(bytes, at + 4, at + 8)
    const end = at + 12 + length
    if (!/^[A-Za-z]{4}$/.test(type) || end > bytes.length) return broken
    if ((at === 8) !== (type === 'IHDR' && length === 13)) return broken
    if (at === 8 && Math.max(u32(bytes, 16), u32(bytes, 20)) > LONGEST_SIDE) return HUGE
    if (type === 'IEND') {
      if (length !== 0 || !data) return broken
      if (end < bytes.length) return refused('Something was added behind the end of the PNG picture.')
      return endsAsZip(bytes) ? ZIP : FINE
    }
    if (type === 'IDAT') data = true
    else if (MARKUP.test(ascii(bytes, at + 8, at + 8 + length))) return HIDDEN
    at = end
  }
  return broken
}

/** ISO 10918-1, annex B: SOI, segments, at least one frame and scan, EOI, and nothing behind it. */
function lookAtJpeg(bytes: Uint8Array): Look {
  if (u16(bytes, 0) !== 0xffd8) return refused('The file does not begin as a JPEG picture does.')
  const broken = refused('The JPEG picture is incomplete or damaged. Save it again and attach that.')
  let frame = false
  let scan = false
  for (let at = 2; at < bytes.length; ) {
    if (bytes[at] !== 0xff) return broken
    while (bytes[at + 1] === 0xff) at++
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xd9) {
      if (!frame || !scan) return broken
      if (at + 2 < bytes.length) return refused('Something was added behind the end of the JPEG picture.')
      return endsAsZip(bytes) ? ZIP : FINE
    }
    // Only segments with a length come here; 00, TEM and the restart markers belong inside a scan.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) return broken
    const length = u16(bytes, at + 2)
    const end = at + 2 + length
    if (length < 2 || end > bytes.length) return broken
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      if (Math.max(u16(bytes, at + 5), u16(bytes, at + 7)) > LONGEST_SIDE) return HUGE
      frame = true
    }
    if (marker >= 0xe0 && MARKUP.test(ascii(bytes, at + 4, end))) return HIDDEN
    at = end
    if (marker === 0xda) {
      scan = true
      while (at < bytes.length && !(bytes[at] === 0xff && isMarker(bytes[at + 1] ?? 0))) at++
    }
  }
  return broken
}

/** Whether what follows FF ends a scan's data: neither a stuffed zero nor a restart marker (nor a fill byte). */
const isMarker = (byte: number): boolean => byte !== 0 && byte !== 0xff && !(byte >= 0xd0 && byte <= 0xd7)

/** How far from its beginning and its end a PDF is searched for a web page, in bytes. */
const EDGE = 4_096
/** Names of what a reader runs or unpacks. `/JS` is so short that it stands in pictures by chance: only with its value. */
const RUNS =
  /\/(?:(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![^\s\0()<>[\]{}/%])|JS(?=[\s\0]*[(<%]|[\s\0]+\d))/

/** Names may be written with escapes (ISO 32000-2, 7.3.5): `/J#53` is `/JS`. */
const withoutEscapes = (text: string): string =>
  text.replaceAll(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** ISO 32000-2, 7.5: `%PDF- at the first byte; `startxref` and `%%EOF` at the end, with blanks alone behind. */
function lookAtPdf(bytes: Uint8Array): Look {
  if (!/^%PDF-[12]\.\d/.test(latin(bytes, 0, 8))) return refused('The file does not begin as a PDF does.')
  const tail = latin(bytes, bytes.length - 2_048, bytes.length)
  const end = tail.lastIndexOf('%%EOF')
  if (end < 0 || !/startxref\s+\d{1,10}\s+$/.test(tail.slice(0, end)))
    return refused(
      'The PDF is incomplete, or something was added behind its end. Save it again and attach that.',
    )
  if (/[^\s\0]/.test(tail.slice(end + 5))) return refused('Something was added behind the end of the PDF.')
  if (MARKUP.test(ascii(bytes, 0, EDGE))) return refused('The PDF carries a web page at its beginning.')
  if (MARKUP.test(ascii(bytes, bytes.length - EDGE, bytes.length)))
    return refused('The PDF carries a web page at its end.')
  if (endsAsZip(bytes))
    return refused('The PDF carries an archive inside. Print it to a PDF and attach that.')
  const found = RUNS.exec(withoutEscapes(ascii(bytes, 0, bytes.length)))
  return found
    ? refused(`The PDF holds a script, a program or a file (${found[0]}). Print it to a PDF and attach that.`)
    : FINE
}

/** Whether an archive's end (APPNOTE 4.3.16) lies where programs that unpack look for it: in the last 65,557 bytes. */
function endsAsZip(bytes: Uint8Array): boolean {
  for (let at = Math.max(0, bytes.length - 65_557); at + 22 <= bytes.length; at++)
    if (u32(bytes, at) === 0x504b_0506) return true
  return false
}

/** The most characters of an attachment's name. */
export const NAME_LIMIT = 100

/**
 * PURE. A name to keep and to offer: its last part without path, control, invisible and bidirectional characters and
 * without what file systems refuse, with the extension of what the file is, at most 100 characters.
 */
export function cleanName(name: string, kind: EvidenceKind): string {
  const { extension } = EVIDENCE[kind]
  const last = name.slice(-1_000).split(/[/\\]/).at(-1) ?? ''
  const stem = last
    .normalize('NFC')
    .replace(/\p{C}/gu, '')
    .replace(/[<>:"|?*%;\s]+/gu, ' ')
    .replace(/\.[A-Za-z0-9]{1,5}\s*$/, '')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const short = [...stem].slice(0, NAME_LIMIT)
  while (short.join('').length > NAME_LIMIT - extension.length) short.pop()
  const safe = short.join('').trim()
  return `${safe === '' || /^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(safe) ? 'file' : safe}${extension}`
}
