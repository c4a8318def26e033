import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type JsonSchema, jsonSchema, renderJsonSchema } from '../../src/config/json-schema.ts'
import { EXAMPLE } from './valid.ts'

describe('the JSON Schema for editors', () => {
  test('is the committed nines.schema.json; `vitest run test/config/json-schema.test.ts -u` writes it anew', async () => {
    await expect(renderJsonSchema()).toMatchFileSnapshot('../../nines.schema.json')
  })

  test('describes every key and gives a right value for it', () => {
    const bare: string[] = []
    const walk = (schema: JsonSchema, path: string) => {
      for (const [name, child] of Object.entries(schema.properties ?? {})) {
        if (!child.description || !child.examples?.length) bare.push(`${path}.${name}`)
        walk(child, `${path}.${name}`)
      }
      for (const child of [schema.items, ...(schema.anyOf ?? [])]) if (child) walk(child, path)
    }
    walk(jsonSchema(), '')
    expect(bare).toEqual([])
  })

  test('knows every key of the example, and requires none that the example lacks', () => {
    const unknown: string[] = []
    const walk = (value: unknown, schema: JsonSchema | undefined, path: string) => {
      if (Array.isArray(value)) for (const item of value) walk(item, schema?.items, path)
      else if (typeof value === 'object' && value !== null) {
        for (const [name, child] of Object.entries(value)) {
          const rest =
            typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined
          const own = schema?.properties?.[name] ?? rest
          if (!own) unknown.push(`${path}.${name}`)
          walk(child, own, `${path}.${name}`)
        }
      }
    }
    walk(parse(EXAMPLE), jsonSchema(), '')
    expect(unknown).toEqual([])
  })

  test('gives the defaults of the contract', () => {
    const { contract } = jsonSchema().properties ?? {}
    const { claimWindow } = contract?.properties ?? {}
    expect(claimWindow).toMatchObject({
      default: '30d',
    })
  })
})
