import type { Config } from '../config/config.ts'
import { type Loaded, readConfig } from '../config/load.ts'
import { formatProblem } from '../config/problem.ts'
import * as cron from '../schedule/cron.ts'
import { Failure } from './failure.ts'

export const loadFile = (file: string): Promise<Loaded> => readConfig(file, process.env, { cron })

/** The configuration of a file. Throws a Failure with every mistake in it. */
export async function requireConfig(file: string): Promise<Config> {
  const loaded = await loadFile(file)
  if (!loaded.ok) throw new Failure(loaded.problems.map(formatProblem).join('\n'))
  return loaded.config
}

/** `nines config check`: every mistake on a line of its own. Returns the exit code: 0 or 1. */
export async function configCheck(file: string): Promise<number> {
  const loaded = await loadFile(file)
  if (loaded.ok) {
    const { services } = loaded.config
    const endpoints = services.reduce((n, service) => n + service.endpoints.length, 0)
    process.stdout.write(`${file}: no mistakes; ${services.length} services, ${endpoints} endpoints\n`)
    return 0
  }
  process.stdout.write(loaded.problems.map(problem => `${formatProblem(problem)}\n`).join(''))
  return 1
}
