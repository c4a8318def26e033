import { z } from 'zod'
import { address, key, label, length } from './scalars.ts'

export const closingSchema = z
  .strictObject({
    after: key(
      length({ least: 0 }).prefault('2h'),
      'How long after its end, and after the last import into it, a month is closed and sealed.',
      '2h',
    ),
    origin: key(
      label
        .refine(text => !/[\s+]/.test(text), { error: 'must hold neither a space nor a plus sign' })
        .exactOptional(),
      "The name that the log of sealed months signs with; permanent. The page's address where not given.",
      'status.example.com/log',
    ),
    timestamp: key(
      z
        .strictObject({
          url: key(address, 'A time-stamping authority (RFC 3161).', 'https://tsa.example.com/tsr'),
        })
        .exactOptional(),
      'A third party that confirms when the log was signed.',
      { url: 'https://tsa.example.com/tsr' },
    ),
  })
  .meta({ description: 'How months are closed and sealed.', examples: [{ after: '2h' }] })

export type ClosingConfig = z.output<typeof closingSchema>
