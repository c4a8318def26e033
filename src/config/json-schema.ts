import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The part of JSON Schema (draft 7) that describes the configuration file. */
export interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

/** The JSON Schema of the configuration file as it is written, before defaults and substitution. */
export function jsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    reused: 'inline',
    override: ({ zodSchema, jsonSchema: json }) => {
      // Zod leaves these out where a value is transformed, taking them for results; here they are what one writes.
      const { examples } = z.globalRegistry.get(zodSchema) ?? { examples: undefined }
      if (Array.isArray(examples)) json.examples = examples
      const { def } = zodSchema._zod
      if (def.type === 'prefault') json.default = (def as z.core.$ZodPrefaultDef).defaultValue as never
    },
  })
  return allowReferences(schema) as JsonSchema
}

/** `${NAME}` may stand wherever text may, but not in keys. */
function allowReferences(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(allowReferences)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      if (name === 'propertyNames') return [name, value]
      return name === 'pattern' && typeof value === 'string'
        ? [name, `${value}|\\$\\{`]
        : [name, allowReferences(value)]
    }),
  )
}

/** `nines.schema.json`, for editors. */
export function renderJsonSchema(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`
}
