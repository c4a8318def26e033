import { type Conclusion, conclude, grouped } from './conclusion.ts'
import type { Known, Outcome, Shown } from './examine.ts'
import type { Finding } from './finding.ts'
import type { Message, Question } from './messages.ts'

// The page of a check is whole without this, with the commands to do it by hand.

/** More of one kind tell a reader nothing new. */
const MOST_ALIKE = 8
const SVG = 'http://www.w3.org/2000/svg'
const WORD = new Map([
  [true, { word: 'holds', shape: 's-met', tone: 'k-met' }],
  [false, { word: 'wrong', shape: 's-failed', tone: 'k-failed' }],
  [null, { word: 'note', shape: 's-note', tone: 'k-unknown' }],
])
const TONE = {
  agrees: { shape: 's-met', tone: 'k-met' },
  differs: { shape: 's-failed', tone: 'k-failed' },
  open: { shape: 's-note', tone: 'k-unknown' },
} as const

function part<T extends Element>(id: string, kind: abstract new () => T): T {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`the page has no ${id}`)
}

const section = part('check', HTMLElement)
const go = part('check-go', HTMLButtonElement)
const fields = { key: part('check-key', HTMLInputElement), kept: part('check-kept', HTMLTextAreaElement) }
const refusals = { key: part('check-key-error', HTMLElement), kept: part('check-kept-error', HTMLElement) }
const run = part('check-run', HTMLElement)
const doing = part('check-doing', HTMLElement)
const meter = part('check-meter', HTMLElement)
const progress = part('check-progress', HTMLProgressElement)
const received = part('check-received', HTMLElement)
const dayList = part('check-days', HTMLElement)
const dayKey = part('check-day-key', HTMLElement)
const cells = [...dayList.querySelectorAll('span')]
const cellOf = new Map(cells.map(cell => [cell.dataset['date'] ?? '', cell]))
const steps = part('check-steps', HTMLElement)
const outcomeBox = part('check-outcome', HTMLElement)
const figures = part('check-figures', HTMLElement)
const keep = part('check-keep', HTMLElement)
const evidence = part('check-evidence', HTMLElement)

const { dataset } = section
const shown: Shown = {
  service: dataset['service'] ?? '',
  month: dataset['month'] ?? '',
  percent: dataset['percent'] || null,
  counted: Number(dataset['counted']),
  base: Number(dataset['base']),
  creditDays: Number(dataset['creditDays']),
  key: dataset['key'] || null,
}
const expected = Number(dataset['checks'])
const bundle = part('check-bundle', HTMLAnchorElement)

/** One for each instance of Nines, of which a host may have several under paths. */
const REMEMBERED = `nines.checkpoint ${new URL(bundle.href).pathname.split('/api/v1/')[0]}`

/** Browsers that keep nothing between visits throw here. */
function remembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED)
  } catch {
    return null
  }
}

function remember(checkpoint: string): void {
  try {
    localStorage.setItem(REMEMBERED, checkpoint)
  } catch {
    // The reader can keep it as a file.
  }
}

const sizeOf = (checkpoint: string | null): number => Number(checkpoint?.split('\n')[1] ?? 0) || 0

/** A note ends in one line feed, whatever the field made of it. */
const noteOf = (text: string): string | null =>
  text.trim() === '' ? null : `${text.replaceAll('\r\n', '\n').trim()}\n`

const element = (name: string, text = '', className = ''): HTMLElement => {
  const made = document.createElement(name)
  if (text) made.textContent = text
  if (className) made.className = className
  return made
}

function shape(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg') as SVGSVGElement
  svg.setAttribute('class', 'shape')
  svg.setAttribute('width', '16')
  svg.setAttribute('height', '16')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(SVG, 'use')
  use.setAttribute('href', `#${name}`)
  svg.append(use)
  return svg
}

let worker: Worker | null = null
let urls: string[] = []
let alike = new Map<string, number>()
let wrong = 0
let done = 0
let downloaded: Blob | null = null

function begin(): void {
  worker?.terminate()
  for (const url of urls) URL.revokeObjectURL(url)
  urls = []
  alike = new Map()
  wrong = 0
  done = 0
  downloaded = null
  steps.replaceChildren()
  for (const cell of cells) cell.className = ''
  for (const name of ['key', 'kept'] as const) {
    refusals[name].textContent = ''
    fields[name].removeAttribute('aria-invalid')
  }
  for (const box of [outcomeBox, keep, evidence, dayList, dayKey]) box.hidden = true
  run.hidden = false
  meter.hidden = false
  progress.removeAttribute('value')
  received.textContent = ''
  doing.textContent = 'Downloading the bundle.'
  doing.className = 'doing'
  go.textContent = 'Stop'
}

function end(): void {
  worker?.terminate()
  worker = null
  meter.hidden = true
  go.textContent = 'Download again and recompute'
}

/** What went wrong before anything could be found. */
function broken(words: string): void {
  end()
  doing.className = 'doing k-failed'
  doing.replaceChildren(shape('s-failed'), element('span', words))
}

function start(): void {
  begin()
  const known: Known = {
    key: fields.key.value.trim() || null,
    kept: noteOf(fields.kept.value),
    seen: remembered(),
  }
  const question: Question = { url: bundle.href, shown, known }
  const asked = new Worker(part('check-worker', HTMLAnchorElement).href)
  worker = asked
  asked.onmessage = ({ data }: MessageEvent<Message>) => {
    if (worker === asked) hear(data)
  }
  asked.onerror = event => {
    event.preventDefault()
    if (worker === asked)
      broken(
        'The program that recomputes could not be started: it was replaced on the server, or this browser is too old for it. Load the page anew, or check by hand, see below.',
      )
  }
  asked.postMessage(question)
}

function hear(message: Message): void {
  switch (message.kind) {
    case 'refused':
      end()
      run.hidden = true
      part('check-own', HTMLDetailsElement).open = true
      refusals[message.field].textContent = message.words
      fields[message.field].setAttribute('aria-invalid', 'true')
      fields[message.field].focus()
      return
    case 'received':
      progress.max = Math.max(1, expected)
      progress.value = Math.min(message.checks, expected)
      received.textContent = `${(message.bytes / 1_000_000).toFixed(1)} MB received, ${grouped(Math.min(message.checks, expected))} of ${grouped(expected)} checks`
      return
    case 'later':
      doing.textContent = `Downloading the ${grouped(message.of)} later entries of the log.`
      progress.max = message.of
      progress.value = message.entries
      received.textContent = `${(message.bytes / 1_000_000).toFixed(1)} MB received, ${grouped(message.entries)} of ${grouped(message.of)} entries`
      return
    case 'failed':
      broken(message.words)
      return
    case 'crashed':
      broken(
        `The check itself broke off, so it says nothing of the figure: ${message.words}. Please check by hand, see below.`,
      )
      return
    case 'downloaded':
      downloaded = message.bytes
      doing.textContent = 'Recomputing the month from its checks, day by day.'
      received.textContent = `${(message.bytes.size / 1_000_000).toFixed(1)} MB received`
      progress.value = 0
      progress.max = Math.max(1, expected)
      dayList.hidden = false
      dayKey.hidden = false
      return
    case 'day': {
      const { date, checks, failed, sealed } = message.day
      done += checks
      progress.value = Math.min(done, expected)
      received.textContent = `${grouped(done)} of ${grouped(expected)} checks recomputed`
      const cell = cellOf.get(date)
      if (cell) cell.className = `${sealed ? 'read' : 'other'}${failed > 0 ? ' failed' : ''}`
      return
    }
    case 'finding':
      doing.textContent = 'Looking whether anything was changed.'
      tell(message.finding)
      return
    case 'outcome':
      finish(message.outcome)
  }
}

function tell(finding: Finding): void {
  if (finding.ok === false) wrong++
  const before = alike.get(finding.what) ?? 0
  alike.set(finding.what, before + 1)
  if (before >= MOST_ALIKE) return
  const { word, shape: name, tone } = WORD.get(finding.ok) ?? { word: '', shape: 's-unknown', tone: '' }
  const item = element('li', '', tone)
  const text = element('div')
  const head = element('p')
  head.append(element('b', finding.what), ' ', element('span', word, 'word'))
  text.append(head, element('p', finding.words, 'said'))
  item.append(shape(name), text)
  steps.append(item)
}

function finish(outcome: Outcome): void {
  end()
  for (const [what, count] of alike)
    if (count > MOST_ALIKE)
      steps.append(element('li', `${what}: and ${grouped(count - MOST_ALIKE)} more like these.`, 'rest-of'))
  const marked = (name: string) => cells.filter(cell => cell.classList.contains(name)).length
  dayList.setAttribute(
    'aria-label',
    `${cells.length} days: the checks of ${marked('read')} are those that were sealed, of ${marked('other')} they are not; some failed on ${marked('failed')}`,
  )
  const conclusion = conclude(outcome, shown, wrong)
  show(conclusion, outcome)
  offer(conclusion, outcome)
  doing.textContent = `Done. ${conclusion.title}`
  doing.className = 'vh'
}

function show({ tone, title, sentence, rows, arithmetic }: Conclusion, outcome: Outcome): void {
  const heading = part('check-title', HTMLElement)
  heading.className = TONE[tone].tone
  heading.replaceChildren(shape(TONE[tone].shape), element('span', title))
  part('check-sentence', HTMLElement).textContent = sentence
  part('check-source', HTMLElement).textContent =
    outcome.from === 'checks' ? 'Recomputed here' : 'In the record'
  part('check-rows', HTMLElement).replaceChildren(
    ...rows.map(row => {
      const line = element('tr', '', row.same ? '' : 'unlike')
      const name = element('th', row.name)
      name.setAttribute('scope', 'row')
      const found = element('td')
      found.append(element('span', row.found))
      if (!row.same) found.append(element('b', ' differs'))
      line.append(name, element('td', row.shown), found)
      return line
    }),
  )
  part('check-arithmetic', HTMLElement).replaceChildren(...arithmetic.map(line => element('li', line)))
  figures.hidden = rows.length === 0
  outcomeBox.className = `outcome ${tone}`
  outcomeBox.hidden = false
}

/** A checkpoint that is good to be kept, and what was downloaded where something is wrong with it. */
function offer({ tone }: Conclusion, { checkpoint, size }: Outcome): void {
  const link = (id: string, content: Blob, name: string) => {
    const anchor = part(id, HTMLAnchorElement)
    const url = URL.createObjectURL(content)
    urls.push(url)
    anchor.href = url
    anchor.download = name
  }
  if (checkpoint !== null) {
    link('check-keep-link', new Blob([checkpoint], { type: 'text/plain' }), `checkpoint-${size}.txt`)
    keep.hidden = false
    if (size >= sizeOf(remembered())) remember(checkpoint)
  }
  if (tone === 'differs' && downloaded) {
    link('check-evidence-link', downloaded, `${shown.service}-${shown.month}.nines.json`)
    evidence.hidden = false
  }
  downloaded = null
}

function stop(): void {
  end()
  run.hidden = true
}

const commands = part('check-commands', HTMLElement)
commands.textContent = (commands.textContent ?? '').replace('https://SERVER/', () =>
  bundle.href.slice(0, bundle.href.indexOf('/api/v1/') + 1),
)
if (typeof Worker === 'function' && typeof ReadableStream === 'function' && typeof Blob === 'function') {
  go.addEventListener('click', () => (worker ? stop() : start()))
  part('check-form', HTMLElement).hidden = false
} else {
  run.hidden = false
  for (const box of [meter, dayList, dayKey, steps]) box.hidden = true
  doing.textContent = 'This browser is too old to recompute the month. You can check it by hand, see below.'
}
