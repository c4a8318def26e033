// The pages are whole without this: it adds the reader's own times, keys in strips, copying, and news without a reload.

const POLL = 20_000

const units = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
]

const BEFORE = { until: 'until ', from: 'from ' }

/** `12 s ago`, `3 min ago` */
function ago(seconds) {
  for (const [size, unit] of units) if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`
  return `${Math.max(0, seconds)} s ago`
}

// The page is in English, whatever the browser speaks.
const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' })
const short = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
})
const zone = local.resolvedOptions().timeZone

function tick() {
  for (const time of document.querySelectorAll('time[data-ago]'))
    time.textContent = ago(Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000))
}

function localize() {
  for (const time of document.querySelectorAll('time[data-local]'))
    time.title = local.format(new Date(time.dateTime))
  for (const time of document.querySelectorAll('time[data-zone]')) {
    const at = new Date(time.dateTime)
    const text = (time.dataset.zone === 'exact' ? local : short).format(at)
    // A zone that shows the same hour has nothing to add.
    time.hidden = at.getTimezoneOffset() === 0
    time.textContent = `${BEFORE[time.dataset.zone] ?? ''}${text}${time.dataset.zone === 'exact' ? ' where you are' : ''}`
  }
  const note = document.querySelector('.foot #zone')
  if (note) note.textContent = `, and in your own zone, ${zone}, where that differs`
}

/** Where no public address is configured, the one that the reader sees is what goes into a claim. */
function address() {
  const link = document.querySelector('a.permanent')
  const path = link?.getAttribute('href')
  if (!path?.startsWith('/')) return
  const text = document.getElementById('claim-text')
  text.textContent = text.textContent.replace(`Record: ${path}`, () => `Record: ${link.href}`)
  link.textContent = link.href
}

/** One stop in each strip. Without scripts every day is one: there are no arrow keys then. */
function rove() {
  for (const strip of document.querySelectorAll('[data-strip]')) {
    const links = strip.querySelectorAll('a')
    if (strip.querySelector('a[tabindex="0"]')) {
      for (const link of links) if (!link.hasAttribute('tabindex')) link.setAttribute('tabindex', '-1')
      continue
    }
    for (const link of links) link.setAttribute('tabindex', '-1')
    links[links.length - 1]?.setAttribute('tabindex', '0')
  }
}

/** One stop in each strip; the arrow keys move it. */
function keys(event) {
  const link = event.target.closest?.('[data-strip] a')
  if (!link || event.altKey || event.ctrlKey || event.metaKey) return
  const all = [...link.closest('[data-strip]').querySelectorAll('a')]
  const at = all.indexOf(link)
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key]
  if (to === undefined) return
  event.preventDefault()
  const next = all[Math.min(Math.max(to, 0), all.length - 1)]
  link.setAttribute('tabindex', '-1')
  next.setAttribute('tabindex', '0')
  next.focus()
}

/** Leaves the services whose names hold what is asked for. */
function find() {
  const asked = document.querySelector('[data-find]')?.value.trim().toLowerCase() ?? ''
  for (const item of document.querySelectorAll('.service, .grid tbody tr')) {
    const name = item.querySelector('h3, h4, th')?.textContent ?? ''
    item.hidden = !name.toLowerCase().includes(asked)
  }
}

async function copy(event) {
  const button = event.target.closest?.('[data-copy]')
  if (!button) return
  const source = document.getElementById(button.dataset.copy)
  const before = button.textContent
  try {
    await navigator.clipboard.writeText(source.textContent)
    button.textContent = 'Copied'
  } catch {
    getSelection().selectAllChildren(source)
    button.textContent = 'Selected: press Ctrl+C'
  }
  setTimeout(() => {
    button.textContent = before
  }, 2_000)
}

const KEPT = new Set(['open', 'tabindex'])

/** Makes `old` like `next` while it keeps every node that is alike, and so focus, scroll and selection. */
function morph(old, next) {
  if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName || old.id !== next.id) {
    old.replaceWith(next)
    return
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue
    return
  }
  for (const { name } of [...old.attributes])
    if (!next.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name)
  for (const { name, value } of next.attributes)
    if (old.getAttribute(name) !== value && !(KEPT.has(name) && old.hasAttribute(name)))
      old.setAttribute(name, value)
  const from = [...old.childNodes]
  const to = [...next.childNodes]
  to.forEach((node, i) => {
    if (i < from.length) morph(from[i], node)
    else old.append(node)
  })
  for (const node of from.slice(to.length)) node.remove()
}

let tag = null

async function refresh() {
  if (document.hidden || document.querySelector('[data-still]')) return
  try {
    const headers = tag ? { 'if-none-match': tag } : {}
    const answer = await fetch(location.pathname, { headers, cache: 'no-cache', redirect: 'error' })
    if (answer.status !== 200) return
    const known = tag
    tag = answer.headers.get('etag')
    if (known !== null && tag === known) return
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const main = next.querySelector('main')
    if (!main) return
    morph(document.querySelector('main'), main)
    document.title = next.title
    enhance()
  } catch {
    // Offline, or the page is being restarted: the time of the last check goes on telling how old this is.
  }
}

function enhance() {
  localize()
  address()
  rove()
  find()
  tick()
}

enhance()
document.addEventListener('keydown', keys)
document.addEventListener('click', copy)
document.addEventListener('input', event => {
  if (event.target.matches('[data-find]')) find()
})
document.addEventListener('visibilitychange', refresh)
addEventListener('beforeprint', () => {
  const printed = document.getElementById('printed')
  const page = document.querySelector('link[rel="canonical"]')?.href ?? location.origin + location.pathname
  const now = new Date().toISOString()
  if (printed)
    printed.textContent = `This page: ${page}, printed on ${now.slice(0, 10)} at ${now.slice(11, 16)} UTC.`
})
setInterval(tick, 1_000)
setInterval(refresh, POLL)
