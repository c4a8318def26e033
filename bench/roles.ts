import { bare } from './roles/bare.ts'
import { hello } from './roles/hello.ts'
import { pages } from './roles/pages.ts'
import { reader } from './roles/reader.ts'
import { target } from './roles/target.ts'
import { timer } from './roles/timer.ts'
import { writer } from './roles/writer.ts'

/** What a process beside the measured one plays: it tells what is to be known of it, and answers questions one by one. */
export const roles = { bare, hello, pages, reader, target, timer, writer }

export type Roles = typeof roles
export type Options<N extends keyof Roles> = Parameters<Roles[N]>[0]
export type Played<N extends keyof Roles> = Awaited<ReturnType<Roles[N]>>

export type FromRole =
  | { readonly kind: 'told'; readonly told: unknown }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly message: string }

/** Plays a role in this process until its parent lets go of it. */
export async function play([name = '', options = 'null']: readonly string[]): Promise<void> {
  process.on('disconnect', () => process.exit(0))
  const tell = (message: FromRole): void => {
    process.send?.(message)
  }
  const failed = (error: unknown): void =>
    tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  try {
    const role = (await roles[name as keyof Roles](JSON.parse(options) as never)) as {
      readonly told: unknown
      readonly ask: (question: unknown) => Promise<unknown>
    }
    process.on('message', question => {
      role.ask(question).then(answer => tell({ kind: 'answer', answer }), failed)
    })
    tell({ kind: 'told', told: role.told })
  } catch (error) {
    failed(error)
  }
}
