import { z } from 'zod'
import { key } from './scalars.ts'

/** Response headers that are kept with an outage's evidence where nothing else is said. None of them carries a secret. */
export const EVIDENCE_HEADERS = [
  'age',
  'cache-control',
  'content-length',
  'content-type',
  'date',
  'location',
  'retry-after',
  'server',
  'via',
  'x-cache',
  'x-request-id',
]

/** Headers that are secrets by nature. */
const SECRET = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization', 'www-authenticate'])

const headerName = z
  .string()
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, { error: 'is not the name of a header' })
  .transform(name => name.toLowerCase())
  .refine(name => !SECRET.has(name), { error: 'is a header that carries secrets; it is never kept' })

export const endpointEvidence = key(
  z
    .strictObject({
      screenshot: key(
        z.boolean().prefault(false),
        'True to keep a picture of what a visitor saw when an outage is confirmed; needs Chromium.',
        true,
      ),
      headers: key(
        z.array(headerName).max(40).prefault(EVIDENCE_HEADERS),
        'The response headers that are kept.',
        ['server', 'date', 'x-request-id'],
      ),
      body: key(z.boolean().prefault(true), 'Whether the first 4 KiB of the body are kept.', false),
    })
    .prefault({}),
  'What is kept, for ever, of the checks that mark an outage.',
  { screenshot: true },
)

export const evidenceSchema = z
  .strictObject({
    chromium: key(
      z.string().min(1).exactOptional(),
      'The Chromium for screenshots; the usual places are searched where not given.',
      '/usr/bin/chromium',
    ),
  })
  .meta({ description: 'Tools for evidence.', examples: [{ chromium: '/usr/bin/chromium' }] })

export type EvidenceConfig = z.output<typeof evidenceSchema>
