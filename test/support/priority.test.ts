import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { priorityOf, TIERS, type Tier, tierOfSubject } from '../../src/support/priority.ts'

describe('a subject', () => {
  it.each<[string, Tier]>([
    ['Urgent: IAM services offline', 'urgent'],
    ['URGENT:IAM', 'urgent'],
    ['urgent : offline', 'urgent'],
    ['[High] Login is slow', 'high'],
    ['[ high ]Login', 'high'],
    ['(Low) typo', 'low'],
    ['LOW - typo on the page', 'low'],
    ['Low – typo', 'low'],
    ['Low— typo', 'low'],
    ['Medium | report', 'medium'],
    ['Re: Urgent: IAM', 'urgent'],
    ['RE: Fwd: re[2]: AW: high: IAM', 'high'],
    ['[EXTERNAL] Urgent: IAM', 'urgent'],
    ['Re: [N-7KQ2-M4XD] [ext] High: IAM', 'high'],
    ['Urgent!!! help', 'urgent'],
    ['Urgent!', 'urgent'],
    ['  urgent  ', 'urgent'],
    ['Ｕｒｇｅｎｔ： IAM', 'urgent'],
    ['\u200burgent\u00a0: IAM', 'urgent'],
    ['High: Urgent: both', 'high'],
    ['[Low] Urgent: both', 'low'],
  ])('%j names %s', (subject, tier) => {
    expect(tierOfSubject(subject)).toBe(tier)
  })

  it.each([
    '',
    'not urgent at all',
    'This is urgent: IAM',
    'Not urgent: a typo',
    'Urgent help needed',
    'Urgently: call me',
    'High-availability pair is down',
    'High- and mid-range prices',
    'Low-level error',
    'High–low',
    'Highlights: November',
    'Priority: high',
    'Urgent, please',
    'Urgent!important',
    'Re: not urgent',
    'Re:',
    '[urgently] x',
    '[] urgent-ish',
    'Request: urgent: x',
    '"Urgent: x"',
  ])('%j names no tier', subject => {
    expect(tierOfSubject(subject)).toBeNull()
  })

  it('never counts a word in the middle of a sentence, nor throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...TIERS), (text, tier) => {
        tierOfSubject(text)
        expect(tierOfSubject(`about ${text} ${tier}: x`)).toBeNull()
      }),
    )
  })

  it('of any length is read at once', () => {
    expect(tierOfSubject('Re: '.repeat(100_000))).toBeNull()
    expect(tierOfSubject(`[${' '.repeat(100_000)}] urgent: x`)).toBeNull()
  })
})

describe('the tier of a request', () => {
  const mail = { channel: 'mail', kind: 'question', subject: 'IAM', chosen: null } as const

  it('that comes by mail is medium unless its subject names another', () => {
    expect(priorityOf(mail)).toEqual({ tier: 'medium', by: 'default' })
    expect(priorityOf({ ...mail, subject: 'Urgent: IAM' })).toEqual({ tier: 'urgent', by: 'subject' })
  })

  it('for a feature is low, whatever it says', () => {
    expect(priorityOf({ ...mail, kind: 'feature', subject: 'Urgent: a dark mode' })).toEqual({
      tier: 'low',
      by: 'kind',
    })
    expect(priorityOf({ ...mail, channel: 'form', kind: 'feature', chosen: 'urgent' }).tier).toBe('low')
  })

  it('of a form is the one that was chosen: its subject names none', () => {
    const form = { ...mail, channel: 'form', subject: 'Urgent: IAM' } as const
    expect(priorityOf(form)).toEqual({ tier: 'medium', by: 'default' })
    expect(priorityOf({ ...form, chosen: 'high' })).toEqual({ tier: 'high', by: 'customer' })
    expect(priorityOf({ ...form, channel: 'desk', chosen: 'low' })).toEqual({ tier: 'low', by: 'desk' })
  })
})
