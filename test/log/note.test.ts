import { createPublicKey, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Checked,
  checkpointText,
  fromBase64,
  isKeyName,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  signerOf,
  signNote,
  toBase64,
  toHex,
  verifierKey,
} from '../../src/log/note.ts'

// From the tests of golang.org/x/mod/sumdb/note.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const PETERS_SEED = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const PETERS_NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`

const value = <T>(checked: Checked<T>): T => {
  if (!checked.ok) throw new Error(checked.message)
  return checked.value
}
const peter = value(parseVerifierKey(PETER))
const peterSigns = signerOf('PeterNeumann', fromBase64(PETERS_SEED)!.subarray(1))
const seeded = (name: string, seed: number) => signerOf(name, new Uint8Array(32).fill(seed))
const alice = seeded('log.example.com', 1)
const bob = seeded('witness.example.com/w1', 2)

describe('base64', () => {
  it('reads every text that it writes, and no other spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
        expect(fromBase64(toBase64(bytes))).toEqual(bytes)
      }),
    )
    for (const text of ['AB==', 'AQ', 'AQ=', 'A===', '====', 'AQ==\n', ' AQ==', 'A-Q_', 'AQ==AQ==', 'AAB='])
      expect(fromBase64(text)).toBeNull()
  })
})

describe('a verifier key', () => {
  it('is read as golang.org/x/mod/sumdb/note writes it', () => {
    expect(peter).toMatchObject({ name: 'PeterNeumann', id: 'c74f20a3', text: PETER })
    expect(verifierKey(peter.name, peter.publicKey).text).toBe(PETER)
    expect(peterSigns.key.text).toBe(PETER)
  })

  it('is refused with anything cut off, or with a letter changed', () => {
    for (let i = 0; i <= PETER.length; i++)
      for (let j = i; j <= PETER.length; j++)
        if (j - i < PETER.length) expect(parseVerifierKey(PETER.slice(i, j)).ok).toBe(false)
    for (let i = 0; i < PETER.length; i++) {
      const next = String.fromCharCode(PETER.charCodeAt(i) + 1)
      expect(parseVerifierKey(PETER.slice(0, i) + next + PETER.slice(i + 1)).ok).toBe(false)
    }
  })

  it('is refused with another length or algorithm, even under a fitting id', () => {
    for (const text of [
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
      'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    ])
      expect(parseVerifierKey(text).ok).toBe(false)
  })

  it('has a name without spaces, control characters and plus signs', () => {
    expect(['a', 'status.example.com/log', 'grüße'].every(isKeyName)).toBe(true)
    for (const name of [
      '',
      'a b',
      'a+b',
      'a\u00a0b',
      'a\u2003b',
      'a\nb',
      'a\u0085b',
      'a\u007fb',
      '\ud800',
      'x'.repeat(256),
    ])
      expect(isKeyName(name)).toBe(false)
    expect(() => verifierKey('a b', peter.publicKey)).toThrow(RangeError)
    expect(() => verifierKey('a', new Uint8Array(31))).toThrow(RangeError)
  })
})

describe('a note', () => {
  it('is signed and opened as golang.org/x/mod/sumdb/note does', () => {
    expect(signNote(TEXT, [peterSigns])).toBe(PETERS_NOTE)
    expect(value(openNote(PETERS_NOTE, [peter]))).toEqual({ text: TEXT, signedBy: [peter] })
  })

  it('has a signature that another library finds good', () => {
    const [signature] = value(parseNote(signNote(TEXT, [alice]))).signatures
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(alice.key.publicKey).toString('base64url') },
      format: 'jwk',
    })
    expect(verify(null, Buffer.from(TEXT), key, signature!.bytes)).toBe(true)
  })

  it('may hold empty lines, letters of every script, and several signatures', () => {
    const text = 'Ognuno sta solo sul cuor della terra\n\ned è subito sera. 🌃\n'
    const note = signNote(text, [alice, bob, peterSigns])
    expect(value(openNote(note, [bob.key, alice.key]))).toEqual({ text, signedBy: [alice.key, bob.key] })
  })

  it('is opened by one trusted key among unknown ones, and by none never', () => {
    const note = signNote(TEXT, [bob, alice])
    expect(value(openNote(note, [alice.key])).signedBy).toEqual([alice.key])
    expect(openNote(note, [peter])).toEqual({
      ok: false,
      message: 'no key that is trusted has signed this note',
    })
    expect(openNote(note, []).ok).toBe(false)
    // The same name with another key, and the same key under another name, are unknown.
    expect(openNote(note, [seeded('log.example.com', 3).key]).ok).toBe(false)
    expect(openNote(note, [seeded('other.example.com', 1).key]).ok).toBe(false)
  })

  it('counts a key once, however often it signed', () => {
    expect(value(openNote(signNote(TEXT, [alice, alice]), [alice.key])).signedBy).toEqual([alice.key])
  })

  it('is refused where a trusted signature is false, though another one is good', () => {
    const false_ = { ...alice, sign: () => new Uint8Array(64) }
    const short = { ...alice, sign: () => new Uint8Array(5) }
    expect(openNote(signNote(TEXT, [bob, false_]), [alice.key, bob.key]).ok).toBe(false)
    expect(openNote(signNote(TEXT, [bob, short]), [alice.key, bob.key]).ok).toBe(false)
    expect(openNote(signNote(TEXT, [bob, false_]), [bob.key]).ok).toBe(true)
  })

  it('is refused with any letter changed, left out or added', () => {
    const note = signNote('a\nb\n', [alice])
    for (let i = 0; i < note.length; i++) {
      const [head, tail] = [note.slice(0, i), note.slice(i)]
      expect(openNote(head + tail.slice(1), [alice.key]).ok).toBe(false)
      expect(openNote(`${head}x${tail}`, [alice.key]).ok).toBe(false)
      expect(openNote(`${head}\n${tail}`, [alice.key]).ok).toBe(false)
      expect(openNote(`${head}${tail[0] === 'x' ? 'y' : 'x'}${tail.slice(1)}`, [alice.key]).ok).toBe(false)
    }
    expect(openNote(`${note}\n`, [alice.key]).ok).toBe(false)
  })

  it('is refused where it is not written as it must be', () => {
    const good = signNote(TEXT, [alice])
    const line = good.slice(TEXT.length + 1)
    for (const wrong of [
      '',
      '\n',
      TEXT,
      `${TEXT}\n`,
      line,
      good.slice(0, -1),
      good.replaceAll('\n', '\r\n'),
      good.replace('— ', '- '),
      good.replace('— ', '—  '),
      good.replace('— ', '—'),
      good.replace(TEXT, `${TEXT}\t\n`),
      good.replace(TEXT, `${TEXT}\u0000\n`),
      good.replace(TEXT, `\ud800${TEXT}`),
      `${good}— log.example.com \n`,
      `${good}— log.example.com AAAA\n`,
      `${good}— log.example.com AAAAAAA=\n`.replace('AAAAAAA=', 'AAAAAAB='),
      `${TEXT}\n${line.repeat(65)}`,
      `${'x'.repeat(70_000)}\n\n${line}`,
    ])
      expect(parseNote(wrong).ok, JSON.stringify(wrong.slice(0, 80))).toBe(false)
    expect(parseNote(`${TEXT}\n${line.repeat(64)}`).ok).toBe(true)
  })

  it('is never thrown over, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: 'binary' }), (a, b) => {
        openNote(`${a}\n\n— ${b} `, [alice.key])
        openNote(`${a}\n\n— log.example.com ${btoa(b.replace(/[^ -~]/g, ''))}\n`, [alice.key])
        parseVerifierKey(a)
        parseCheckpoint(a)
      }),
    )
  })

  it('cannot be made of what is no note', () => {
    for (const text of ['', 'no newline', 'tab\t\n', '\ud800\n'])
      expect(() => signNote(text, [alice])).toThrow(RangeError)
  })
})

describe('a checkpoint', () => {
  const root = new Uint8Array(32).map((_, i) => i)
  const text = `log.example.com\n20852163\n${toBase64(root)}\n`

  it('is written and read as C2SP says', () => {
    expect(checkpointText({ origin: 'log.example.com', size: 20_852_163, root })).toBe(text)
    expect(value(parseCheckpoint(text))).toEqual({ origin: 'log.example.com', size: 20_852_163, root })
    const theirs = value(
      parseCheckpoint(
        'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
      ),
    )
    expect(toHex(theirs.root)).toMatch(/^0ac5186a91863e8e1d90c808014aa89b/)
  })

  it('may carry extension lines, which are passed over', () => {
    expect(value(parseCheckpoint(`${text}more\n`)).size).toBe(20_852_163)
  })

  it('is refused in any other spelling', () => {
    const b64 = toBase64(root)
    for (const wrong of [
      text.slice(0, -1),
      `log.example.com\n020852163\n${b64}\n`,
      `log.example.com\n+5\n${b64}\n`,
      `log.example.com\n-5\n${b64}\n`,
      `log.example.com\n5.0\n${b64}\n`,
      `log.example.com\n5e3\n${b64}\n`,
      `log.example.com\n0x5\n${b64}\n`,
      `log.example.com\n 5\n${b64}\n`,
      `log.example.com\n9007199254740993\n${b64}\n`,
      `log.example.com\n\n${b64}\n`,
      `\n5\n${b64}\n`,
      `log.example.com\n5\n${b64.slice(0, -1)}\n`,
      `log.example.com\n5\n${toBase64(root.subarray(1))}\n`,
      `log.example.com\n5\n\n`,
      `log.example.com\n5\n`,
      `${text}\nmore\n`,
      `${text}\n`,
    ])
      expect(parseCheckpoint(wrong).ok, JSON.stringify(wrong)).toBe(false)
    expect(value(parseCheckpoint(`log.example.com\n0\n${b64}\n`)).size).toBe(0)
  })

  it('is opened for its own log, with a key that has its name', () => {
    const note = signNote(text, [alice, bob])
    expect(value(openCheckpoint(note, 'log.example.com', [alice.key, bob.key]))).toMatchObject({
      size: 20_852_163,
      signedBy: [alice.key],
    })
    expect(openCheckpoint(note, 'log.example.com', [bob.key]).ok).toBe(false)
    expect(openCheckpoint(note, bob.key.name, [bob.key])).toEqual({
      ok: false,
      message: 'the checkpoint is of the log log.example.com, not of witness.example.com/w1',
    })
  })
})
