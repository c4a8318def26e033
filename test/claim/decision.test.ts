import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { accountKey } from '../../src/claim/account.ts'
import { type DecisionRecord, decisionLeaf, verifyDecision } from '../../src/claim/decision.ts'
import type { Month } from '../../src/time/month.ts'
import { utc } from './scene.ts'

const salt = '00112233445566778899aabbccddeeff'
const at = utc('2026-11-10T12:00:00Z')
const record: DecisionRecord = {
  type: 'nines.claim/1',
  reference: 'R-1',
  account: 'Ácme “x”',
  service: 'iam',
  month: '2026-10' as Month,
  outcome: 'credited',
  days: 7,
  reason: null,
  contract: 'abcdef',
}

describe('a decision in the log', () => {
  it('is a hash that anyone can recompute from the record and its salt', () => {
    const canonical =
      '{"record":{"account":"Ácme “x”","contract":"abcdef","days":7,"month":"2026-10","outcome":"credited","reason":null,' +
      '"reference":"R-1","service":"iam","type":"nines.claim/1"},"salt":"00112233445566778899aabbccddeeff"}'
    expect(decisionLeaf(record, salt, at)).toEqual({
      type: 'nines.decision/1',
      at: '2026-11-10T12:00:00.000Z',
      hash: createHash('sha256').update(canonical).digest('hex'),
    })
  })

  it('opens with that record and salt alone', () => {
    const leaf = decisionLeaf(record, salt, at)
    expect(verifyDecision(record, salt, leaf)).toBe(true)
    expect(verifyDecision({ ...record, days: 14 }, salt, leaf)).toBe(false)
    expect(verifyDecision(record, salt.replace('0', '1'), leaf)).toBe(false)
    expect(verifyDecision(record, '', leaf)).toBe(false)
    expect(verifyDecision({ ...record, reason: '\ud800' }, salt, leaf)).toBe(false)
  })

  it('needs a salt that cannot be guessed', () => {
    expect(() => decisionLeaf(record, 'abcd', at)).toThrow(RangeError)
  })
})

describe('accounts', () => {
  it('are the same whatever their case, width and spaces', () => {
    for (const same of ['ACME Ltd', '  acme   ltd ', 'ＡＣＭＥ Ltd', 'Acme\u00a0LTD', 'ac\u200bme ltd'])
      expect(accountKey(same)).toBe('acme ltd')
    expect(accountKey('Straße')).toBe(accountKey('STRASSE'))
    expect(accountKey('acme')).not.toBe(accountKey('acme2'))
  })
})
