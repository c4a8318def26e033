import { z } from 'zod'
import type { DownRule, ServiceId } from '../../catalog/model.ts'
import { endpointSchema } from './endpoint.ts'
import { id, key, label, length } from './scalars.ts'

const quorum = z.strictObject({
  quorum: key(z.int().min(1), 'The service is up while at least so many endpoints are up.', 1),
})

const down = z
  .union([z.enum(['any', 'all']), quorum], { error: 'must be any, all or { quorum: NUMBER }' })
  .transform(
    (rule): DownRule => (typeof rule === 'string' ? { kind: rule } : { kind: 'quorum', n: rule.quorum }),
  )

export const serviceSchema = z
  .strictObject({
    id: key(
      id.transform(text => text as ServiceId),
      'Permanent: history and public addresses follow it through renames.',
      'iam',
    ),
    name: key(label.exactOptional(), 'What the service is called; its id where not given.', 'IAM Services'),
    group: key(label.exactOptional(), 'The heading that it stands under on the page.', 'Platform'),
    down: key(
      down.prefault('any'),
      'When the service is down: when any endpoint is, when all are, or when fewer than a quorum are up.',
      'any',
    ),
    performance: key(
      z
        .array(
          z.strictObject({
            percentile: key(z.int().min(1).max(99), 'So many percent of the checks answer faster.', 95),
            below: key(length({ least: 1 }), 'The target for that percentile.', '800ms'),
          }),
        )
        .max(10)
        .prefault([]),
      'Informal targets for the response time of a month; they carry no credit.',
      [{ percentile: 95, below: '800ms' }],
    ),
    endpoints: key(
      z.array(endpointSchema).min(1, { error: 'needs at least one endpoint' }),
      'What is probed to know whether the service is up.',
      [{ id: 'iam-login', name: 'Login', url: 'https://login.example.com/health', every: '30s' }],
    ),
  })
  .meta({
    description: 'What a contract speaks of: it has availability and credit.',
    examples: [
      {
        id: 'iam',
        name: 'IAM Services',
        endpoints: [{ id: 'iam-login', url: 'https://login.example.com/' }],
      },
    ],
  })

export type ServiceInput = z.output<typeof serviceSchema>
