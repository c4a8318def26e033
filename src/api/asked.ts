import { type Instant, parseInstant } from '../time/instant.ts'
import { parseMonth } from '../time/month.ts'
import type { Asked } from './json.ts'

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string }

/** What an unset value is, whether it comes from a query string or a command line. */
type Text = string | undefined

/** Reads which month or window is asked for. `name` is how the caller's options are called, such as `--month`. */
export function parseAsked(
  month: Text,
  from: Text,
  to: Text,
  name: (option: string) => string,
): Parsed<Asked> {
  if (month !== undefined) {
    if (from !== undefined || to !== undefined)
      return {
        ok: false,
        message: `give either ${name('month')} or ${name('from')} and ${name('to')}, not both`,
      }
    const value = parseMonth(month)
    return value
      ? { ok: true, value: { kind: 'month', month: value } }
      : { ok: false, message: `${name('month')} must be YYYY-MM, such as 2026-10` }
  }
  if (from === undefined || to === undefined)
    return {
      ok: false,
      message: `give ${name('month')}, such as 2026-10, or both ${name('from')} and ${name('to')}`,
    }
  const window = parseWindow(from, to, name)
  return window.ok ? { ok: true, value: { kind: 'window', window: window.value } } : window
}

export function parseWindow(
  from: string,
  to: string,
  name: (option: string) => string,
): Parsed<{ from: Instant; to: Instant }> {
  const a = parseInstant(from)
  const b = parseInstant(to)
  const wrong = a === null ? name('from') : b === null ? name('to') : null
  if (a === null || b === null)
    return {
      ok: false,
      message: `${wrong} must be an RFC 3339 time with its zone, such as 2026-10-01T00:00:00Z`,
    }
  return a < b
    ? { ok: true, value: { from: a, to: b } }
    : { ok: false, message: `${name('from')} must be earlier than ${name('to')}` }
}
