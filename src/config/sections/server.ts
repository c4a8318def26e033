import { z } from 'zod'
import { key } from './scalars.ts'

const network = z
  .string()
  .regex(/^[0-9A-Fa-f.:]+(\/\d{1,3})?$/, { error: 'must be an IP address or a network such as 10.0.0.0/8' })

export const serverSchema = z
  .strictObject({
    trustedProxies: key(
      z.array(network).max(50).prefault([]),
      'Reverse proxies whose X-Forwarded-For is believed; anyone else is taken for who they connect as.',
      ['127.0.0.1', '::1'],
    ),
  })
  .meta({ description: 'How requests come in.', examples: [{ trustedProxies: ['127.0.0.1'] }] })

export type ServerConfig = z.output<typeof serverSchema>
