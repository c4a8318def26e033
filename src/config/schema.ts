import { z } from 'zod'
import { closingSchema } from './sections/closing.ts'
import { contractSchema } from './sections/contract.ts'
import { defaultsSchema } from './sections/endpoint.ts'
import { evidenceSchema } from './sections/evidence.ts'
import { mailSchema } from './sections/mail.ts'
import { maintenanceSchema } from './sections/maintenance.ts'
import { pageSchema } from './sections/page.ts'
import { peopleSchema } from './sections/people.ts'
import { address, key, length } from './sections/scalars.ts'
import { serverSchema } from './sections/server.ts'
import { serviceSchema } from './sections/service.ts'
import { supportSchema } from './sections/support.ts'

const DAY = 86_400_000

const SERVICES = [
  { id: 'web', name: 'Website', endpoints: [{ id: 'web-home', url: 'https://example.com/' }] },
]

const retentionSchema = z
  .strictObject({
    checks: key(
      length({ least: DAY }).prefault('400d'),
      'How long single checks are kept, at least 1d; spans, outages and months are kept for ever.',
      '400d',
    ),
  })
  .meta({ description: 'How long data is kept.', examples: [{ checks: '400d' }] })

/** The configuration file, section by section. What one section cannot know of another is in `cross.ts`. */
export const configSchema = z
  .strictObject({
    page: pageSchema.prefault({}),
    contract: contractSchema.prefault({}),
    defaults: defaultsSchema.prefault({}),
    references: key(
      z.array(address).max(20).prefault([]),
      'Addresses that tell "we are offline" from "they are down".',
      ['https://www.example.org/'],
    ),
    services: key(
      z.array(serviceSchema).min(1, { error: 'needs at least one service' }),
      'What is watched.',
      SERVICES,
    ),
    maintenance: key(
      z.array(maintenanceSchema).prefault([]),
      'Windows of work that was announced beforehand.',
      [{ id: 'db-upgrade', services: ['web'], from: '2026-10-04T01:00:00Z', to: '2026-10-04T03:00:00Z' }],
    ),
    retention: retentionSchema.prefault({}),
    closing: closingSchema.prefault({}),
    evidence: evidenceSchema.prefault({}),
    support: supportSchema.prefault({}),
    mail: mailSchema.prefault({}),
    people: peopleSchema.prefault({}),
    server: serverSchema.prefault({}),
  })
  .meta({
    title: 'nines.yaml',
    description: 'The configuration of Nines.',
    examples: [{ services: SERVICES }],
  })

export type ConfigInput = z.output<typeof configSchema>
