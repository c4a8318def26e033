import { type AuditFilters, type AuditRow, AuditStore } from '../audit/store.ts'
import type { Database } from '../db/open.ts'
import { listPeople } from '../people/store.ts'
import { parseInstant } from '../time/instant.ts'
import { moment } from './fields.ts'
import type { GuardedRoute } from './route.ts'

const DAY = 86_400_000

/** Who did what: for administrators. */
export function auditRoutes(db: Database): readonly GuardedRoute[] {
  const store = new AuditStore(db)
  return [
    {
      method: 'GET',
      path: '/desk/audit',
      nav: 'Audit',
      roles: ['admin'],
      handle: async (c, { page }) => {
        const asked = new URLSearchParams(new URL(c.req.url).search)
        const text = (name: string) => (asked.get(name) ?? '').slice(0, 200)
        const faults: { field: string; words: string }[] = []
        const day = (name: string, later: number) => {
          if (text(name) === '') return null
          const at = parseInstant(`${text(name)}T00:00:00Z`)
          if (at === null) faults.push({ field: name, words: 'A day is written as 2026-10-01.' })
          return at === null ? null : ((at + later) as typeof at)
        }
        const from = day('from', 0)
        const to = day('to', DAY)
        const filters: AuditFilters = {
          ...(text('actor') ? { actor: text('actor') } : {}),
          ...(text('action') ? { action: text('action') } : {}),
          ...(text('kind') ? { subjectKind: text('kind') } : {}),
          ...(text('subject') ? { subjectId: text('subject') } : {}),
          ...(from === null ? {} : { from }),
          ...(to === null ? {} : { to }),
        }
        const before = Number(text('before'))
        const cursor = Number.isSafeInteger(before) && before > 0 ? before : null
        const { entries, next } = await store.list({ filters, cursor })
        const known = await store.occurring()
        const members = listPeople(db)
        const names = new Map<string, string>(members.map(({ id, name }) => [id, name]))
        asked.delete('before')
        const view = {
          entries: entries.map(entry => row(entry, names)),
          filtered: Object.keys(filters).length > 0,
          older: next === null ? null : `/desk/audit?${withParameter(asked, 'before', String(next))}`,
          newest: cursor === null ? null : `/desk/audit?${asked}`,
          people: members.map(({ id, name }) => ({
            value: id,
            words: name,
            chosen: id === text('actor'),
          })),
          actions: known.actions.map(name => ({ value: name, words: name, chosen: name === text('action') })),
          kinds: known.subjects.map(name => ({ value: name, words: name, chosen: name === text('kind') })),
          subject: text('subject'),
          from: text('from'),
          to: text('to'),
          faults,
        }
        return page('audit', view, { title: 'Audit', status: faults.length > 0 ? 422 : 200 })
      },
    },
  ]
}

function withParameter(query: URLSearchParams, name: string, value: string): URLSearchParams {
  const out = new URLSearchParams(query)
  out.set(name, value)
  return out
}

const row = (entry: AuditRow, names: ReadonlyMap<string, string>) => ({
  id: entry.id,
  at: {
    ...moment(entry.at),
    words: `${new Date(entry.at).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
  },
  who: entry.actor.name,
  role: entry.role,
  address: entry.address,
  action: entry.action,
  // A person is named; everything else by its own id.
  subject: (entry.subject.kind === 'person' && names.get(entry.subject.id)) || entry.subject.id,
  kind: entry.subject.kind,
  person: entry.subject.kind === 'person' && names.has(entry.subject.id) ? entry.subject.id : null,
  reason: entry.reason,
  changes: changes(entry.before, entry.after),
})

/** What was, and what is, key by key. */
function changes(before: string | null, after: string | null) {
  const [was, is] = [before, after].map(text => values(text))
  const keys = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])]
  return keys.map(key => ({ key, was: words(was?.[key]), is: words(is?.[key]) })).filter(c => c.was !== c.is)
}

function values(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {}
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : { value }
}

function words(value: unknown): string | null {
  if (value === undefined) return null
  if (typeof value === 'string') return value
  return Array.isArray(value) && value.every(v => typeof v === 'string')
    ? value.join(', ')
    : JSON.stringify(value)
}
