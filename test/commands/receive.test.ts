import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { receive } from '../../src/commands/receive.ts'
import type { IncomingMail } from '../../src/mail/incoming.ts'
import { bounce, plain } from '../mail/mails.ts'
import { t0 } from '../record/scene.ts'

async function run(input: Iterable<Buffer | string>, onMail?: () => Promise<void>) {
  const taken: IncomingMail[] = []
  const said: string[] = []
  const code = await receive(Readable.from(input), {
    onMail: async mail => {
      await onMail?.()
      taken.push(mail)
    },
    now: () => t0,
    say: why => said.push(why),
  })
  return { code, taken, said }
}

describe('nines receive', () => {
  it('takes the mail of a pipe, with what the mail server wrote above it', async () => {
    const delivered = `From ada@example.org Thu Oct  1 08:00:00 2026\nReturn-Path: <ada@example.org>\nX-Original-To: support@example.com\nDelivered-To: nines@host.example\n${plain.replaceAll('\r\n', '\n')}`
    const bytes = Buffer.from(delivered)
    const { code, taken, said } = await run([
      bytes.subarray(0, 7),
      bytes.subarray(7, 300),
      bytes.subarray(300),
    ])
    expect([code, said]).toEqual([0, []])
    expect(taken).toMatchObject([
      {
        messageId: '<one@example.org>',
        from: { name: 'Ada Lövelace', address: 'ada@example.org' },
        to: ['support@example.com'],
        at: t0,
        automatic: false,
      },
    ])
    expect(taken[0]!.text).toMatch(/^Since 10:00/)
  })

  it('knows a report of mail that failed', async () => {
    expect((await run([bounce])).taken).toMatchObject([{ automatic: true, to: [] }])
  })

  it('answers 65 to what is no mail, or too large', async () => {
    expect(await run([])).toMatchObject({ code: 65, said: ['the mail is empty'] })
    expect(await run(['\r\n\r\ntext'])).toMatchObject({ code: 65, taken: [] })
    const chunk = Buffer.alloc(1_024 * 1_024, 'x')
    const large = await run([Buffer.from('From: a@example.org\n\n'), ...Array<Buffer>(20).fill(chunk)])
    expect(large).toMatchObject({ code: 65, said: ['the mail is larger than 20 MB'], taken: [] })
  })

  it('answers 75 where the mail could not be kept, or the pipe breaks', async () => {
    const kept = await run([plain], () => Promise.reject(new Error('the database is locked')))
    expect(kept).toMatchObject({ code: 75, said: ['the database is locked'] })
    const broken = (function* () {
      yield plain
      throw new Error('EPIPE')
    })()
    expect(await run(broken)).toMatchObject({ code: 75, taken: [] })
  })
})
