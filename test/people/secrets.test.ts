import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadSecrets, secretsFile } from '../../src/people/secrets.ts'
import { scratch } from '../record/scene.ts'

let place: ReturnType<typeof scratch>
beforeEach(() => {
  place = scratch()
})
afterEach(() => place.remove())

it('are made once, differ, and are readable by their owner alone', () => {
  const made = loadSecrets(place.directory)
  expect(Buffer.from(made.auth, 'base64url').length).toBe(32)
  expect(made.auth).not.toBe(made.follow)
  expect(loadSecrets(place.directory)).toEqual(made)
  expect(statSync(secretsFile(place.directory)).mode & 0o777).toBe(0o600)
  expect(readdirSync(place.directory)).toEqual(['secrets.json'])
  const other = scratch()
  expect(loadSecrets(other.directory).auth).not.toBe(made.auth)
  other.remove()
})

it('are said to be wrong where the file is, and never made anew over it', () => {
  for (const text of ['', '{}', '{"auth":"short","follow":"x"}', 'null', '[1]']) {
    writeFileSync(secretsFile(place.directory), text)
    expect(() => loadSecrets(place.directory)).toThrow(/must hold the secrets/)
    expect(readFileSync(secretsFile(place.directory), 'utf8')).toBe(text)
  }
})
