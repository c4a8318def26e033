import { SECURITY_HEADERS } from '../page/security.ts'

const policy = (SECURITY_HEADERS['content-security-policy'] ?? '').replace(
  "form-action 'none'",
  "form-action 'self'",
)

/** Sent with every answer of the forms: as the public pages, but forms go to us, and nothing is kept on the way. */
export const FORM_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Sent with a case, whose address is a secret: it goes nowhere, and into no index. */
export const CASE_HEADERS: Readonly<Record<string, string>> = {
  ...FORM_HEADERS,
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow, noarchive',
}
