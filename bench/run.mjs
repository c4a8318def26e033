// Measures Nines on this machine: npm run bench, or npm run bench -- NAME... for some parts of it.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiled = join(root, 'node_modules/.cache/bench')
const main = fileURLToPath(new URL('./main.ts', import.meta.url))

rmSync(compiled, { recursive: true, force: true })
mkdirSync(compiled, { recursive: true })
// What the sources look for beside themselves.
for (const name of ['package.json', 'views', 'migrations'])
  symlinkSync(join(root, name), join(compiled, name))

const tsc = join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'bench')], { stdio: 'inherit' })
if (status !== 0) process.exit(1)

const entry = join(compiled, main.slice(root.length).replace(/\.ts$/, '.js'))
spawn(process.execPath, [entry, ...process.argv.slice(2)], { stdio: 'inherit' }).on('exit', code => {
  process.exitCode = code ?? 1
})
