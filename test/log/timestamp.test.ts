import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { randomNonce, timestampRequest, tokenOf, verifyTimestamp } from '../../src/log/timestamp.ts'
import { requestTimestamp } from '../../src/log/timestamp-client.ts'
import { startTimestamping } from '../../src/log/timestamping.ts'
import { scratch } from '../record/scene.ts'
import { Authority, type AuthorityOptions, answering, hasOpenssl } from './authority.ts'
import { logScene, MONTH, month, t0 } from './scene.ts'

const NOTE = 'status.example.com/log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— a AAAAAAA=\n'

const room = scratch()
let rsa: Authority
const authority = (name: string, options: AuthorityOptions = {}): Authority => {
  const directory = join(room.directory, name)
  mkdirSync(directory)
  return new Authority(directory, options)
}
const closing: (() => unknown)[] = []
const serving = async (...args: Parameters<typeof answering>) => {
  const server = await answering(...args)
  closing.push(server.close)
  return server
}
/** A token over the note, checked by nobody yet. */
const tokenBy = (by: Authority, nonce: Uint8Array, note = NOTE, ...more: string[]): Uint8Array => {
  const token = tokenOf(by.reply(timestampRequest(note, nonce), ...more))
  if (!token.ok) throw new Error(token.message)
  return token.value
}
const refused = (result: { readonly ok: boolean; readonly message?: string }): string => {
  if (result.ok) throw new Error('it was accepted')
  return result.message ?? ''
}

describe.skipIf(!hasOpenssl())('a timestamp of a real authority', () => {
  beforeAll(() => {
    rsa = authority('rsa', { key: ['-newkey', 'rsa:2048'] })
  })
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })
  afterAll(room.remove)

  it('is asked for over HTTP, checked here, and accepted by openssl', async () => {
    const server = await serving((request, response) => {
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(rsa.reply(request))
    })
    const before = Date.now()
    const result = await requestTimestamp(server.url, NOTE)
    if (!result.ok) throw new Error(result.message)
    expect(server.asked[0]?.headers['content-type']).toBe('application/timestamp-query')
    expect(result.value.authority).toBe('Test TSA')
    expect(Math.abs(result.value.at - before)).toBeLessThan(60_000)
    expect(rsa.verify(result.value.token, NOTE)).toMatch(/Verification: OK/)
    const { token, ...timestamp } = result.value
    expect(await verifyTimestamp(token, NOTE)).toEqual({ ok: true, value: timestamp })
    expect(await verifyTimestamp(token, NOTE, { trusted: [rsa.certificate('ca')] })).toEqual({
      ok: true,
      value: timestamp,
    })
  })

  it('is asked for in words that openssl reads', () => {
    const query = join(room.directory, 'rsa', 'query.tsq')
    rsa.reply(timestampRequest(NOTE, randomNonce()))
    const text = rsa.openssl('ts', '-query', '-in', query, '-text')
    expect(text).toMatch(/Hash Algorithm: sha256/)
    expect(text).toMatch(/Nonce: 0x[4-7][0-9A-F]{15}\n/)
    expect(text).toMatch(/Certificate required: yes/)
  })

  it('is accepted from an elliptic curve, and with a certificate named by SHA-1, SHA-256 or SHA-512', async () => {
    const curve = authority('curve')
    const nonce = randomNonce()
    expect((await verifyTimestamp(tokenBy(curve, nonce), NOTE, { nonce })).ok).toBe(true)
    for (const hash of ['sha1', 'sha256', 'sha512']) {
      const config = join(room.directory, 'rsa', `${hash}.cnf`)
      writeFileSync(
        config,
        readFileSync(join(room.directory, 'rsa', 'openssl.cnf'), 'utf8').replace(
          'alg = sha256',
          `alg = ${hash}`,
        ),
      )
      expect(
        (await verifyTimestamp(tokenBy(rsa, nonce, NOTE, '-config', config), NOTE, { nonce })).ok,
        hash,
      ).toBe(true)
    }
  })

  it('is refused for another note, or as the answer to another request', async () => {
    const nonce = randomNonce()
    const token = tokenBy(rsa, nonce)
    expect(refused(await verifyTimestamp(token, `${NOTE}x`))).toBe('the timestamp is of something else')
    expect(refused(await verifyTimestamp(token, NOTE, { nonce: randomNonce() }))).toMatch(/its nonce differs/)
    expect((await verifyTimestamp(token, NOTE, { nonce })).ok).toBe(true)
  })

  it('is refused where nobody that is trusted vouches for the authority', async () => {
    const other = authority('other')
    const token = tokenBy(rsa, randomNonce())
    expect((await verifyTimestamp(token, NOTE, { trusted: [other.certificate('ca')] })).ok).toBe(false)
    expect((await verifyTimestamp(token, NOTE, { trusted: [] })).ok).toBe(false)
  })

  it('is refused from a certificate that is for something else, or that it does not name', async () => {
    const stamps = authority('stamps')
    const wrong = (['more', 'plain', 'soft'] as const).map(extensions =>
      authority(`wrong-${extensions}`, { extensions }),
    )
    const past = authority('past', { days: -1 })
    // After all of the certificates, so that it lies within their validity.
    const token = tokenBy(rsa, randomNonce())
    expect((await verifyTimestamp(stamps.signAgain(token), NOTE)).ok).toBe(true)
    expect(refused(await verifyTimestamp(stamps.signAgain(token, []), NOTE))).toMatch(
      /does not name the certificate/,
    )
    for (const one of wrong)
      expect(refused(await verifyTimestamp(one.signAgain(token), NOTE))).toMatch(
        /is not one for timestamps alone/,
      )
    expect(refused(await verifyTimestamp(past.signAgain(token), NOTE))).toMatch(/outside the validity/)
    const early = stamps.signAgain(token, ['-cades'], info => info.replace(/20\d{12}Z/, '20200101000000Z'))
    expect(refused(await verifyTimestamp(early, NOTE))).toMatch(/outside the validity/)
  })

  it('with any byte changed is refused or says the same, and is never thrown over', async () => {
    const nonce = randomNonce()
    const token = tokenBy(rsa, nonce)
    const whole = await verifyTimestamp(token, NOTE, { nonce })
    let same = 0
    for (let i = 0; i < token.length; i += 5) {
      const bent = Uint8Array.from(token, (byte, j) => (i === j ? byte ^ 0x01 : byte))
      const result = await verifyTimestamp(bent, NOTE, { nonce })
      if (!result.ok) continue
      expect(result, `byte ${i}`).toEqual(whole)
      same++
    }
    // A few bytes of the envelope, such as its version, are in no signature.
    expect(same).toBeLessThan(token.length / 100)
    // The signature itself is the last thing in it.
    const forged = Uint8Array.from(token, (byte, j) => (j === token.length - 1 ? byte ^ 1 : byte))
    expect(refused(await verifyTimestamp(forged, NOTE))).toBe("the timestamp's signature is false")
    for (const length of [0, 1, 10, 500, token.length - 1])
      expect((await verifyTimestamp(token.slice(0, length), NOTE)).ok).toBe(false)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async bytes => {
        expect((await verifyTimestamp(bytes, NOTE)).ok).toBe(false)
        expect(tokenOf(bytes).ok).toBe(false)
      }),
    )
  })

  it('is a value where the authority refuses or answers badly', async () => {
    const unknown = rsa.reply(timestampRequest(NOTE, randomNonce())).subarray(0, 40)
    const cases: [Parameters<typeof answering>[0], RegExp][] = [
      [(_, response) => response.writeHead(500).end('no'), /status 500$/],
      [
        (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
        /status 307, which is not followed/,
      ],
      [(_, response) => response.end('hello'), /is no TimeStampResp/],
      [(_, response) => response.end(unknown), /is no TimeStampResp/],
      [(_, response) => response.end(Buffer.alloc(70_000)), /longer than 65536 bytes/],
      [(_, response) => response.destroy(), /could not be reached/],
      // It stamps something else.
      [(_, response) => response.end(rsa.reply(timestampRequest('x', randomNonce()))), /something else/],
      [(_, response) => response.end(rsa.reply(timestampRequest(NOTE, randomNonce()))), /nonce differs/],
      // A hash that it does not take: openssl answers with a refusal.
      [
        (request, response) => {
          const other = Buffer.from(request)
          const oid = other.indexOf(Buffer.from('608648016503040201', 'hex'))
          other[oid + 8] = 4
          response.end(rsa.reply(other))
        },
        /the authority refused \(status 2/,
      ],
    ]
    for (const [answer, message] of cases) {
      const server = await serving(answer)
      expect(refused(await requestTimestamp(server.url, NOTE))).toMatch(message)
    }
    expect(refused(await requestTimestamp('http://127.0.0.1:1/', NOTE))).toMatch(/could not be reached/)
    const silent = await serving(() => undefined)
    expect(refused(await requestTimestamp(silent.url, NOTE, { patience: 50 }))).toBe(
      'the authority did not answer in time',
    )
  })

  it('is fetched for the newest checkpoint, tried again after a failure, and then kept', async () => {
    const scene = logScene()
    let well = false
    const server = await serving((request, response) => {
      if (well) response.end(rsa.reply(request))
      else response.writeHead(503).end()
    })
    const results: [number, boolean][] = []
    const errors: Error[] = []
    const stamping = startTimestamping({
      log: scene.log,
      url: () => server.url,
      onResult: (size, result) => results.push([size, result.ok]),
      onError: error => errors.push(error),
    })
    await stamping.run()
    expect(server.asked).toHaveLength(0)
    for (const name of ['2026-09', '2026-10']) {
      await scene.log.append(MONTH, month(name), t0)
      await scene.log.sign(t0)
    }
    await stamping.run()
    well = true
    await Promise.all([stamping.run(), stamping.run()])
    expect(results).toEqual([
      [2, false],
      [2, true],
    ])
    expect(server.asked).toHaveLength(2)
    const checkpoint = await scene.log.checkpoint()
    expect(rsa.verify(checkpoint!.timestamp!, checkpoint!.note)).toMatch(/Verification: OK/)
    expect((await scene.log.checkpointOf(1))?.timestamp).toBeNull()
    await stamping.stop()
    expect(errors).toEqual([])
    scene.close()
  })

  it('that is waited for does not hold up the end', async () => {
    const scene = logScene()
    await scene.log.append(MONTH, month('2026-09'), t0)
    await scene.log.sign(t0)
    let asked = () => {}
    const reached = new Promise<void>(done => {
      asked = done
    })
    const server = await serving(() => asked())
    const stamping = startTimestamping({
      log: scene.log,
      url: () => server.url,
      onResult: () => expect.unreachable(),
      onError: () => expect.unreachable(),
    })
    await reached
    await stamping.stop()
    expect((await scene.log.checkpoint())?.timestamp).toBeNull()
    scene.close()
  })
})
