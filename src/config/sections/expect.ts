import { z } from 'zod'
import { key, length } from './scalars.ts'

const A_STATUS = 'must be a status code from 100 to 599, or a range of them'

const statusRange = z
  .union([z.int(), z.string().meta({ pattern: '^[1-5]\\d\\d(\\s*-\\s*[1-5]\\d\\d)?$' })], { error: A_STATUS })
  .transform((given, ctx): readonly [from: number, to: number] => {
    const m = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(String(given).trim())
    const from = Number(m?.[1])
    const to = Number(m?.[2] ?? m?.[1])
    if (m && from <= to) return [from, to]
    ctx.addIssue(m ? 'must be a range from the lower code to the higher' : A_STATUS)
    return z.NEVER
  })

const jsonValue = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: 'must be text, a number, true, false or null',
})

const dottedPath = z
  .string({ error: 'must be a path of names with dots between them' })
  .max(500)
  .regex(/^[^.\p{Cc}]+(\.[^.\p{Cc}]+)*$/u, { error: 'must be a path of names with dots between them' })

/** The conditions of a JSON expectation; one of them at least must be there. */
export const CONDITIONS = ['exists', 'equals', 'notEquals', 'lessThan', 'greaterThan'] as const

const jsonExpectation = z.strictObject({
  path: key(dottedPath, 'Where the value stands in the JSON body.', 'data.ready'),
  exists: key(z.boolean().exactOptional(), 'Whether the value must be there.', true),
  equals: key(jsonValue.exactOptional(), 'What the value must be.', true),
  notEquals: key(jsonValue.exactOptional(), 'What the value must not be.', 'error'),
  lessThan: key(z.number().exactOptional(), 'The value must be a number below this one.', 100),
  greaterThan: key(z.number().exactOptional(), 'The value must be a number above this one.', 0),
})

const bodyText = z.string({ error: 'must be text; a number must be in quotes' }).min(1).max(10_000)

export const expectSchema = z
  .strictObject({
    status: key(
      z.array(statusRange).min(1).max(100).prefault(['200-299']),
      'Status codes, and ranges of them, that are up.',
      ['200-299'],
    ),
    contains: key(bodyText.exactOptional(), 'Text that the body must contain.', 'ok'),
    notContains: key(bodyText.exactOptional(), 'Text that the body must not contain.', 'error'),
    json: key(z.array(jsonExpectation).max(100).prefault([]), 'What the body, read as JSON, must hold.', [
      { path: 'data.ready', equals: true },
    ]),
    maxLatency: key(length({ least: 1 }).exactOptional(), 'A slower response is down.', '2s'),
    certificateDays: key(
      z.int().min(1).max(3650).exactOptional(),
      'The certificate must stay valid for at least so many days.',
      14,
    ),
  })
  .meta({
    description: 'What a response must be to be up.',
    examples: [{ status: ['200-299'], contains: 'ok' }],
  })
