import { z } from 'zod'
import type { ServiceId } from '../../catalog/model.ts'
import { id, key, label, moment } from './scalars.ts'

export const maintenanceSchema = z
  .strictObject({
    id: key(id, 'Permanent, and unique among maintenance windows.', 'db-upgrade'),
    services: key(
      z.array(id.transform(text => text as ServiceId)).min(1, { error: 'needs at least one service' }),
      'The ids of the services that it lies over.',
      ['iam'],
    ),
    from: key(moment, 'When it begins.', '2026-10-04T01:00:00Z'),
    to: key(moment, 'When it ends; the window does not hold this instant.', '2026-10-04T03:00:00Z'),
    title: key(label.prefault('Maintenance'), 'What is being done.', 'Database upgrade'),
    announced: key(
      moment.exactOptional(),
      'When it was announced; not after it begins.',
      '2026-09-30T09:00:00Z',
    ),
  })
  .meta({
    description: 'A window announced beforehand.',
    examples: [
      { id: 'db-upgrade', services: ['iam'], from: '2026-10-04T01:00:00Z', to: '2026-10-04T03:00:00Z' },
    ],
  })
