import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findChromium } from '../../src/evidence/chromium.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nines-find-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function program(name: string, mode = 0o755): string {
  const file = join(directory, name)
  mkdirSync(directory, { recursive: true })
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, mode)
  return file
}

it('takes the configured Chromium, and no other where it cannot be run', async () => {
  const own = program('own')
  const other = program('chromium')
  expect(await findChromium({ configured: own, places: [directory], cache: null })).toEqual({
    kind: 'found',
    chromium: { executable: own, env: {} },
  })
  const missing = join(directory, 'missing')
  expect(await findChromium({ configured: missing, places: [directory], cache: null })).toEqual({
    kind: 'absent',
    why: `${missing} is not a program that can be run (evidence.chromium)`,
  })
  expect(other).toBeTruthy()
})

it('searches the usual places, and says where there is none', async () => {
  const nowhere = { kind: 'absent', why: 'Chromium was not found' }
  expect(await findChromium({ places: [directory, ''], cache: null })).toEqual(nowhere)
  const found = program('google-chrome')
  expect(await findChromium({ places: ['/nowhere', directory], cache: null })).toMatchObject({
    chromium: { executable: found },
  })
})
