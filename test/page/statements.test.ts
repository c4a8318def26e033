import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Months } from '../../src/month/months.ts'
import { statementFiles } from '../../src/page/statements.ts'
import { statementPdf } from '../../src/statement/pdf.ts'
import type { Month } from '../../src/time/month.ts'
import { CHECKPOINT, OCTOBER, record } from '../statement/scene.ts'

vi.mock('../../src/statement/pdf.ts', () => ({ statementPdf: vi.fn() }))
afterEach(() => void vi.mocked(statementPdf).mockReset())

const months = {
  sealed: async (_: unknown, month: Month) => ({
    record: { ...record(), month },
    index: 3,
    corrections: [],
    checkpoint: { size: 4, note: CHECKPOINT, at: OCTOBER.to },
    verifierKey: 'status.example.com/nines+0a+AA',
  }),
} as unknown as Months
const monthOf = (n: number) => `${2000 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`
const files = () =>
  statementFiles({ months, settings: () => ({ title: 'Example', url: 'https://status.example.com' }) })

describe('statements as PDF', () => {
  it('are made one after the other; of too many at once some are asked to come again', async () => {
    let [making, most] = [0, 0]
    vi.mocked(statementPdf).mockImplementation(async () => {
      making++
      most = Math.max(most, making)
      await new Promise(resolve => setImmediate(resolve))
      making--
      return Buffer.from('%PDF')
    })
    const app = files()
    const get = (n: number, kind = 'pdf') => app.request(`/services/iam/${monthOf(n)}/statement.${kind}`)
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => get(n)))
    expect(most).toBe(1)
    const refused = answers.filter(answer => answer.status === 503)
    expect(refused).toHaveLength(39)
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(21)
    expect(refused[0]?.headers.get('content-type')).toBe('application/problem+json')
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await get(59)).status).toBe(200)
  })

  it('follow one that failed', async () => {
    vi.mocked(statementPdf).mockRejectedValueOnce(new Error('no font')).mockResolvedValue(Buffer.from('%PDF'))
    const app = files()
    const get = () => app.request('/services/iam/2026-10/statement.pdf')
    expect((await get()).status).toBe(500)
    expect((await get()).status).toBe(200)
  })
})
