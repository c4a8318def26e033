import { type Month, parseMonth } from '../time/month.ts'
import { checkPath, feedPath, monthPath, outagePath, servicePath, statementPath } from './address.ts'

/** A page that can be asked for. */
export type Route =
  | { readonly page: 'front' }
  | { readonly page: 'service'; readonly id: string }
  | { readonly page: 'month'; readonly id: string; readonly month: Month }
  | { readonly page: 'statement' | 'check'; readonly id: string; readonly month: Month }
  | { readonly page: 'outage'; readonly id: string }
  | { readonly page: 'feed'; readonly service: string | null }
  | { readonly page: 'robots' }
  | { readonly page: 'missing' }

const MISSING: Route = { page: 'missing' }

/** The page at a path, without a query. */
export function routeOf(path: string): Route {
  if (path === '/') return { page: 'front' }
  if (path === '/feed.xml') return { page: 'feed', service: null }
  if (path === '/robots.txt') return { page: 'robots' }
  const [first, ...parts] = path.slice(1).split('/')
  const [id, rest, part, ...more] = parts.map(decoded)
  if (!id || more.length > 0) return MISSING
  if (part !== undefined && part !== 'statement' && part !== 'check') return MISSING
  if (first === 'outages') return rest === undefined ? { page: 'outage', id } : MISSING
  if (first !== 'services' || rest === null) return MISSING
  if (rest === undefined) return { page: 'service', id }
  if (rest === 'feed.xml' && part === undefined) return { page: 'feed', service: id }
  const month = parseMonth(rest)
  return month ? { page: part ?? 'month', id, month } : MISSING
}

/** The one address of a page, under which it is kept. */
export function keyOf(route: Route): string {
  switch (route.page) {
    case 'front':
      return '/'
    case 'service':
      return servicePath(route.id)
    case 'month':
      return monthPath(route.id, route.month)
    case 'statement':
      return statementPath(route.id, route.month)
    case 'check':
      return checkPath(route.id, route.month)
    case 'outage':
      return outagePath(route.id)
    case 'feed':
      return feedPath(route.service)
    case 'robots':
      return '/robots.txt'
    case 'missing':
      return 'missing'
  }
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
