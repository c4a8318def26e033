import type { AvailabilityJson } from '../../src/api/json.ts'
import { type Finished, type Scene, scene } from '../e2e/harness.ts'

/** A scene with one service and two endpoints, which are never probed: all that is recorded is imported. */
export const importScene = (more: object = {}): Scene =>
  scene({
    page: { title: 'Status', url: 'https://status.example.com' },
    services: [
      {
        id: 'iam',
        name: 'IAM Services',
        endpoints: [
          { id: 'iam-login', url: 'https://login.example.com/health' },
          { id: 'iam-token', url: 'https://token.example.com/health' },
        ],
      },
    ],
    ...more,
  })

export const line = (at: string | number, state: string, more: object = {}): string =>
  JSON.stringify({ endpoint: 'iam-login', at, state, ...more })

/** Stores lines, of which none may be wrong. */
export async function stored(stage: Scene, lines: readonly string[], ...options: string[]): Promise<void> {
  const { code, stderr } = await stage.cli(['import', '-', ...options], { input: lines.join('\n') })
  if (code !== 0) throw new Error(stderr)
}

export async function figures(stage: Scene, ...asked: string[]): Promise<AvailabilityJson> {
  const { code, stdout, stderr } = await stage.cli(['availability', 'iam', ...asked, '--json'])
  if (code !== 0 || stderr !== '') throw new Error(`exit ${code}: ${stderr}`)
  return JSON.parse(stdout) as AvailabilityJson
}

/** Whether a command ended as bad arguments do: one clear line on standard error, nothing else, exit 2. */
export function refusal({ code, stdout, stderr }: Finished): string {
  const lines = stderr.split('\n')
  if (
    code !== 2 ||
    stdout !== '' ||
    lines.length !== 2 ||
    lines[1] !== '' ||
    !lines[0]?.startsWith('nines: ')
  )
    throw new Error(`no clean refusal: ${JSON.stringify({ code, stdout, stderr })}`)
  return lines[0].slice('nines: '.length)
}
