import type { Wish } from '../casework/decide.ts'
import type { Tier } from '../support/priority.ts'

interface Who {
  readonly name: string
  readonly email: string
  readonly account: string
}

const ACME: Who = { name: 'Jane Fletcher', email: 'jane@acme.example', account: 'ACME-1042' }
const GLOBEX: Who = { name: 'Tomás Vega', email: 'tomas@globex.example', account: 'GLOBEX-7' }
const INITECH: Who = { name: 'Priya Nair', email: 'priya@initech.example', account: 'INI-233' }
const UMBRELLA: Who = { name: 'Ole Brandt', email: 'ole@umbrella.example', account: 'UMB-9001' }
const HOOLI: Who = { name: 'Mei Tanaka', email: 'mei@hooli.example', account: 'HOO-15' }

type Step =
  | { readonly kind: 'answer'; readonly after: number; readonly text: string }
  | { readonly kind: 'note'; readonly after: number; readonly text: string }
  | { readonly kind: 'decide'; readonly after: number; readonly wish: Wish }

interface Told {
  /** Filed so many months ago, on this day and at this time; or, where given, so many hours ago. */
  readonly ago: number
  readonly day: number
  readonly time: `${number}:${number}`
  readonly hoursAgo?: number
  readonly who: Who
  readonly body: string
  /** What followed, in hours after it was filed. */
  readonly followed?: readonly Step[]
}

/** A case that somebody files. */
export type CaseStory =
  | (Told & {
      readonly kind: 'claim'
      readonly service: string
      /** The month that it is about, so many ago; that of filing where not given. */
      readonly about?: number
      /** Which of the month's outages; the last where not given. */
      readonly outage?: number
      /** What the customer writes instead of an outage's times. */
      readonly times?: string
      readonly picture: boolean
    })
  | (Told & {
      readonly kind: 'question' | 'incident' | 'feature'
      readonly service?: string
      readonly about?: undefined
      readonly subject: string
      readonly tier?: Tier
    })

/** A claim in every state: credited with 7 and with 14 days, declined for each usual reason, on hold, to decide, to look at. */
export const CASES: readonly CaseStory[] = [
  {
    kind: 'claim',
    ago: 7,
    day: 9,
    time: '10:12',
    service: 'iam',
    who: UMBRELLA,
    body: 'Nobody in our three offices could sign in for most of the night. Screenshot attached.',
    picture: true,
    followed: [{ kind: 'decide', after: 24 * 26, wish: { accept: true } }],
  },
  {
    kind: 'claim',
    ago: 4,
    day: 6,
    time: '9:30',
    about: 5,
    service: 'iam',
    outage: 0,
    who: HOOLI,
    body: 'The login page showed a certificate warning for about twenty minutes.',
    picture: true,
    followed: [
      {
        kind: 'decide',
        after: 6,
        wish: {
          outcome: 'declined',
          ground: 'met',
          reason: 'Even counting all of the unknown time as down, the sign-in itself worked in our own logs.',
        },
      },
    ],
  },
  {
    kind: 'claim',
    ago: 1,
    day: 28,
    time: '8:05',
    service: 'iam',
    who: ACME,
    body: 'Our staff got “503 Service Unavailable” at login. Please see the screenshot.',
    picture: true,
    followed: [{ kind: 'decide', after: 24 * 7, wish: { accept: true } }],
  },
  {
    kind: 'claim',
    ago: 1,
    day: 28,
    time: '15:40',
    service: 'iam',
    outage: 0,
    who: { ...ACME, name: 'Rob Fletcher', email: 'rob@acme.example', account: ' acme-1042' },
    body: 'Claiming for the login trouble on the 12th.',
    picture: true,
    followed: [{ kind: 'decide', after: 24 * 8, wish: { accept: true } }],
  },
  {
    kind: 'claim',
    ago: 1,
    day: 28,
    time: '11:20',
    service: 'iam',
    who: INITECH,
    body: 'Sign-in failed for our whole team.',
    picture: true,
    followed: [
      {
        kind: 'answer',
        after: 3,
        text: 'Thank you. October is judged once it is closed, on the 1st; we come back to you then.',
      },
    ],
  },
  {
    kind: 'claim',
    ago: 1,
    day: 29,
    time: '13:02',
    service: 'iam',
    who: GLOBEX,
    times: 'yesterday between 6pm and 6:40pm',
    body: 'Our dashboard could not load user names, though your page was green.',
    picture: true,
    followed: [
      {
        kind: 'answer',
        after: 5,
        text: 'Thank you. Our record shows nothing at that time; we are looking into it.',
      },
    ],
  },
  {
    kind: 'claim',
    ago: 0,
    day: 2,
    time: '9:00',
    about: 1,
    service: 'docs',
    who: HOOLI,
    body: 'The documentation was not to be reached.',
    picture: false,
    followed: [{ kind: 'answer', after: 2, text: 'Thank you, we are looking at it.' }],
  },
  {
    kind: 'claim',
    ago: 0,
    day: 1,
    time: '8:30',
    service: 'shop',
    who: UMBRELLA,
    times: 'this morning from 8:00 to 8:20',
    body: 'Checkout failed with an error page on the first of the month.',
    picture: true,
    followed: [
      {
        kind: 'answer',
        after: 2,
        text: 'Thank you. This month is still running; your claim waits for its end and cannot lapse.',
      },
    ],
  },
  {
    kind: 'incident',
    ago: 1,
    day: 27,
    time: '9:48',
    service: 'iam',
    subject: 'Login answers with 503',
    tier: 'urgent',
    who: ACME,
    body: 'Nobody can sign in since about 9:40.',
    followed: [
      { kind: 'answer', after: 0.4, text: 'We see it too and are on it. The status page shows its course.' },
    ],
  },
  {
    kind: 'question',
    ago: 0,
    day: 2,
    time: '16:20',
    subject: 'Where do I find the signed statement for October?',
    who: INITECH,
    body: 'Our auditors ask for it.',
    followed: [
      {
        kind: 'answer',
        after: 2,
        text: 'On the month’s page, under “Sealed”: it links to the statement as PDF, CSV and JSON.',
      },
    ],
  },
  {
    kind: 'feature',
    ago: 0,
    day: 1,
    time: '12:00',
    subject: 'A calendar of your maintenance windows',
    who: GLOBEX,
    body: 'An address for our calendar programs would help.',
    followed: [
      { kind: 'note', after: 1, text: 'Third customer who asks for it.' },
      { kind: 'answer', after: 20, text: 'A good idea; it is on our list.' },
    ],
  },
  {
    kind: 'question',
    ago: 0,
    day: 1,
    time: '0:00',
    hoursAgo: 3,
    subject: 'How long are single checks kept?',
    who: HOOLI,
    body: 'We should like to verify last year.',
  },
  {
    kind: 'incident',
    ago: 0,
    day: 1,
    time: '0:00',
    hoursAgo: 1.5,
    service: 'shop',
    subject: 'Checkout is slow',
    tier: 'urgent',
    who: UMBRELLA,
    body: 'Orders take half a minute.',
  },
]

export type CorrectionStory = {
  readonly ago: number
  readonly service: string
  readonly reason: string
} & ({ readonly kind: 'exclude' } | { readonly kind: 'bounds'; readonly minutes: number })

export const CORRECTIONS: readonly CorrectionStory[] = [
  {
    kind: 'exclude',
    ago: 4,
    service: 'iam',
    reason:
      'The prober’s own resolver answered wrongly for three minutes; login was used by 4,100 people in that time.',
  },
  {
    kind: 'bounds',
    ago: 4,
    service: 'shop',
    minutes: 121,
    reason:
      'The certificate was replaced 13 minutes before the prober noticed: it held on to the old one. The shop’s own log shows orders from then on.',
  },
]
