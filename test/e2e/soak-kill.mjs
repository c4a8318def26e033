// Kills a loaded server as often as asked and looks each time for anything lost: npm run soak:kill -- 1000
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const kills = process.argv[2] ?? '1000'
if (!/^[1-9]\d{0,5}$/.test(kills)) {
  process.stderr.write('give how often to kill, such as 1000\n')
  process.exit(2)
}
const root = fileURLToPath(new URL('../..', import.meta.url))
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
spawn(process.execPath, [vitest, 'run', 'test/e2e/kill.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NINES_KILLS: kills },
}).on('exit', code => {
  process.exitCode = code ?? 1
})
