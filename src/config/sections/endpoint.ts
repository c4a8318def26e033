// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own ${NAME}
import { z } from 'zod'
import type { EndpointId } from '../../catalog/model.ts'
import { endpointEvidence } from './evidence.ts'
import { expectSchema } from './expect.ts'
import { address, holdLength, id, key, label, length, zone } from './scalars.ts'

const MINUTE = 60_000

const confirm = key(
  z
    .strictObject({
      failures: key(
        z.int().min(1).max(100).exactOptional(),
        'How many failed checks in a row make an outage.',
        2,
      ),
      every: key(
        length().exactOptional(),
        'How soon the next check follows a failed one; never longer than the interval.',
        '10s',
      ),
    })
    .exactOptional(),
  'How a failure is confirmed before it is an outage.',
  { failures: 2, every: '10s' },
)
const every = key(length().exactOptional(), 'The time between checks, at least 1s.', '30s')
const timeout = key(
  length({ least: 100, most: 5 * MINUTE }).exactOptional(),
  'The deadline of a whole check, from 100ms to 5m.',
  '10s',
)
const hold = key(
  holdLength.exactOptional(),
  'How long a check speaks for the time after it, or forever; 2 x interval + timeout where not given.',
  '65s',
)

export const defaultsSchema = z.strictObject({ every, timeout, hold, confirm }).meta({
  description: 'What endpoints have where they do not say otherwise.',
  examples: [{ every: '60s', timeout: '10s', confirm: { failures: 2, every: '10s' } }],
})

/** Headers that the HTTP client writes itself, or refuses. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const headerName = z
  .string()
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, { error: 'is not the name of a header' })
  .refine(name => !OWN_HEADERS.has(name.toLowerCase()), {
    error: 'is a header that is set for you; leave it out',
  })
// RFC 9110, section 5.5, with a sentence for the usual slip: a secret that was read from a file ends its line.
const headerValue = z
  .string({ error: 'must be text; a number must be in quotes' })
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, {
    error: 'holds a line break or another character that a header cannot carry',
  })

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

export const endpointSchema = z
  .strictObject({
    id: key(
      id.transform(text => text as EndpointId),
      'Permanent, and unique over all services: history follows it through renames.',
      'iam-login',
    ),
    name: key(label.exactOptional(), 'What the endpoint is called; its id where not given.', 'Login'),
    url: key(address, 'The http or https address to probe.', 'https://login.example.com/health'),
    every,
    cron: key(
      z
        .string({ error: 'must be a cron expression in quotes' })
        .transform(text => text.trim())
        .exactOptional(),
      'When to check, as a cron expression; instead of `every`.',
      '*/5 8-18 * * 1-5',
    ),
    timeZone: key(
      zone.exactOptional(),
      "IANA time zone of `cron`; the contract's where not given.",
      'America/New_York',
    ),
    timeout,
    hold,
    confirm,
    paused: key(
      z.boolean().prefault(false),
      'True while nothing is to be probed; its time is unknown.',
      true,
    ),
    method: key(z.enum(METHODS).prefault('GET'), 'The HTTP method.', 'GET'),
    headers: key(
      z.record(headerName, headerValue).prefault({}),
      'Request headers; ${NAME} is taken from the environment.',
      { authorization: 'Bearer ${LOGIN_TOKEN}' },
    ),
    body: key(
      z.string({ error: 'must be text; a number must be in quotes' }).prefault(''),
      'The request body.',
      '{"ping": true}',
    ),
    redirects: key(z.int().min(0).max(20).prefault(5), 'How many redirects are followed, from 0 to 20.', 5),
    expect: expectSchema.prefault({}),
    evidence: endpointEvidence,
  })
  .meta({
    description: 'One address that is probed, on one schedule.',
    examples: [{ id: 'iam-login', name: 'Login', url: 'https://login.example.com/health', every: '30s' }],
  })

export type EndpointInput = z.output<typeof endpointSchema>
export type DefaultsInput = z.output<typeof defaultsSchema>
