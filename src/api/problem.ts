import type { Context } from 'hono'

type Status = 400 | 404 | 405 | 500 | 503

const TITLES: Readonly<Record<Status, string>> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'Our fault',
  503: 'Not available now',
}

/** An error as RFC 9457 problem details. */
export function problem(c: Context, status: Status, detail: string): Response {
  return c.json({ type: 'about:blank', title: TITLES[status], status, detail }, status, {
    'content-type': 'application/problem+json',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  })
}
