import type { DownReason, UnknownReason } from '../probe/check.ts'

/** When something happened: so many months ago (0 is the running one), on a day of the month, at a time. */
interface When {
  readonly ago: number
  readonly day: number
  readonly time: `${number}:${number}`
}

/** An outage that is told beforehand. All of its endpoints fail, the later ones within the time of the first. */
export interface Story extends When {
  readonly service: string
  readonly endpoints: readonly string[]
  readonly reason: DownReason
  /** Minutes; or as long as it takes to leave the service's month at a displayed percentage. */
  readonly lasts: number | { readonly leaving: string }
}

/** An outage of the last days; it is left out where the month began later. */
export interface Recent {
  readonly service: string
  readonly endpoints: readonly string[]
  readonly reason: DownReason
  readonly hoursAgo: number
  readonly minutes: number
}

/** A time in which nothing could be said of any endpoint. */
export interface Blindness extends When {
  readonly minutes: number
  readonly reason: UnknownReason
}

export interface Window extends When {
  readonly id: string
  readonly service: string
  readonly title: string
  readonly hours: number
}

const IAM = ['iam-login', 'iam-token'] as const
const iam = (
  ago: number,
  day: number,
  time: When['time'],
  lasts: Story['lasts'],
  reason: DownReason,
  endpoints: readonly string[] = IAM,
): Story => ({ service: 'iam', ago, day, time, lasts, reason, endpoints })

export const STORIES: readonly Story[] = [
  iam(1, 12, '14:06', 31, 'timeout'),
  iam(1, 27, '9:41', { leaving: '99.898' }, 'status', ['iam-login']),
  iam(3, 5, '3:17', 15, 'connect-refused', ['iam-token']),
  iam(3, 21, '16:48', { leaving: '99.950' }, 'timeout'),
  iam(4, 18, '11:02', 3, 'dns', ['iam-login']),
  iam(5, 9, '6:33', 21, 'tls'),
  iam(7, 6, '21:52', 6 * 60, 'connect-timeout'),
  iam(7, 8, '9:10', { leaving: '98.940' }, 'status', ['iam-login']),
  iam(8, 23, '8:20', 2, 'timeout', ['iam-token']),
  iam(9, 15, '1:12', 109, 'connect-refused'),
  iam(10, 14, '17:25', 18, 'status'),
  iam(12, 3, '12:44', 6, 'timeout', ['iam-login']),
  iam(14, 20, '5:50', 9, 'connect-timeout'),

  {
    service: 'shop',
    ago: 4,
    day: 11,
    time: '0:00',
    lasts: 134,
    reason: 'tls',
    endpoints: ['shop-front', 'shop-checkout'],
  },
  {
    service: 'shop',
    ago: 10,
    day: 25,
    time: '19:30',
    lasts: 58,
    reason: 'status',
    endpoints: ['shop-checkout'],
  },
  {
    service: 'payments',
    ago: 2,
    day: 8,
    time: '2:20',
    lasts: 190,
    reason: 'connect-timeout',
    endpoints: ['payments-ap'],
  },
  {
    service: 'payments',
    ago: 6,
    day: 17,
    time: '15:05',
    lasts: 19,
    reason: 'timeout',
    endpoints: ['payments-us', 'payments-ap'],
  },
  {
    service: 'payments',
    ago: 8,
    day: 4,
    time: '10:31',
    lasts: 61,
    reason: 'status',
    endpoints: ['payments-eu', 'payments-us'],
  },
  {
    service: 'storage',
    ago: 1,
    day: 14,
    time: '4:12',
    lasts: 26 * 60,
    reason: 'connect-refused',
    endpoints: ['storage-b'],
  },
  {
    service: 'storage',
    ago: 3,
    day: 9,
    time: '13:37',
    lasts: 6,
    reason: 'timeout',
    endpoints: ['storage-a', 'storage-b'],
  },
  { service: 'docs', ago: 1, day: 19, time: '7:55', lasts: 35, reason: 'dns', endpoints: ['docs-site'] },
]

export const RECENT: readonly Recent[] = [
  { service: 'iam', endpoints: ['iam-login'], reason: 'timeout', hoursAgo: 26, minutes: 7 },
  { service: 'shop', endpoints: ['shop-checkout'], reason: 'status', hoursAgo: 51, minutes: 23 },
]

/** The longer one is what leaves a verdict open; on its own it does not: 31 minutes are allowed in any month. */
export const BLINDNESS: readonly Blindness[] = [
  { ago: 2, day: 12, time: '22:03', minutes: 4, reason: 'unknown:suspended' },
  { ago: 5, day: 20, time: '13:00', minutes: 31, reason: 'unknown:offline' },
]

export const WINDOWS: readonly Window[] = [
  {
    id: 'directory-upgrade',
    service: 'iam',
    ago: 9,
    day: 15,
    time: '1:00',
    hours: 2,
    title: 'Directory upgrade',
  },
  { id: 'shop-release', service: 'shop', ago: 3, day: 16, time: '4:00', hours: 1, title: 'New checkout' },
]

/** For how many months before the running one each service has been watched. Those that are not named are new. */
export const WATCHED: Readonly<Record<string, number>> = {
  iam: 14,
  shop: 14,
  payments: 14,
  storage: 14,
  docs: 5,
}

/** Services whose every outage is told above; the others have small ones besides. */
export const TOLD: readonly string[] = ['iam']

/** How long the service that was added just now has been watched, in minutes. */
export const FRESH = { service: 'search', minutes: 9 } as const

/** In which month responses were slow, from which day to which, and of which service. */
export const SLOW_WEEK = { service: 'shop', ago: 2, from: 9, to: 16 } as const

/** Months that are worth a look, with what there is to see. */
export const SIGHTS: readonly { readonly service: string; readonly ago: number; readonly words: string }[] = [
  { service: 'iam', ago: 1, words: '99.898 %: 99.9 % missed by less than a minute, 7 days of credit' },
  { service: 'iam', ago: 3, words: '99.950 %: met' },
  { service: 'iam', ago: 5, words: 'met as measured, but not certain: nothing is known of 31 minutes' },
  { service: 'iam', ago: 7, words: '98.940 %: both guarantees missed, 14 days of credit' },
  {
    service: 'iam',
    ago: 9,
    words: 'maintenance announced beforehand, and an outage that outlasts it by a minute',
  },
]
