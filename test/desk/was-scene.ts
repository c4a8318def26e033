import type { GuardedRoute } from '../../src/desk/route.ts'
import type { Instant } from '../../src/time/instant.ts'

/** Routes that see `now` wherever the clock of the desk stands: signing in keeps to the real one. */
export const at = (routes: readonly GuardedRoute[], now: () => Instant): GuardedRoute[] =>
  routes.map(route => ({
    ...route,
    handle: (c, context) => route.handle(c, { ...context, now: now() }),
  }))

/** A page as a reader has it: without tags, with single blanks. */
export const textOf = (html: string): string =>
  html
    .replaceAll(/<title>.*?<\/title>|<option(?! [^>]*selected).*?<\/option>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/[\s\u00a0]+/g, ' ')
