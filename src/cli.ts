#!/usr/bin/env node
import { setPriority } from 'node:os'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { Failure } from './commands/failure.ts'
import { parseDuration } from './time/duration.ts'
import { instant } from './time/instant.ts'
import { SOFTWARE } from './version/software.ts'

// Each command's file is read only when it runs, so that a small one starts fast.

const config = () =>
  new Option('--config <file>', 'configuration file').env('NINES_CONFIG').default('nines.yaml')
const data = () =>
  new Option('--data <directory>', 'where the record is kept').env('NINES_DATA').default('./data')
const now = () => instant(Date.now())

const program = new Command('nines')
  .description('Watches services, keeps an exact record of when they were down, and publishes a status page.')
  .version(SOFTWARE)
  .exitOverride()
  .configureOutput({
    // One line, with the suggestion of what may have been meant.
    outputError: (text, write) => write(text.replace(/^error: /, 'nines: ').replaceAll('\n(', ' (')),
  })
  .showSuggestionAfterError(true)

const command = (signature: string, description: string): Command =>
  program.command(signature).description(description).exitOverride().allowExcessArguments(false)

command('serve', 'probe, record and serve the status page')
  .addOption(config())
  .addOption(data())
  .addOption(new Option('--host <address>', 'address to listen on').env('HOST').default('0.0.0.0'))
  .addOption(new Option('--port <port>', 'port to listen on').env('PORT').default(3000).argParser(port))
  .addOption(
    new Option('--log-level <level>', 'how much to log')
      .env('LOG_LEVEL')
      .choices(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info'),
  )
  .action(async options => {
    const { serveCommand } = await import('./commands/serve.ts')
    await serveCommand(options)
  })

command('demo', 'serve a throw-away example: 14 months of history and a live outage')
  .addOption(new Option('--host <address>', 'address to listen on').env('HOST').default('127.0.0.1'))
  .addOption(new Option('--port <port>', 'port to listen on').env('PORT').default(3000).argParser(port))
  .action(async options => {
    const { demoCommand } = await import('./commands/demo.ts')
    await demoCommand(options)
  })

command('check <target>', 'probe a URL or an endpoint once')
  .addOption(config())
  .option('--json', 'print JSON', false)
  .action(async (what, options) => {
    const { checkCommand } = await import('./commands/check.ts')
    // Not waiting for what a resolver that did not answer in time may still do.
    process.exit(await checkCommand({ what, ...options }))
  })

const configuration = command('config', 'work on the configuration file')
configuration
  .command('check')
  .description('name every mistake in the configuration file')
  .exitOverride()
  .allowExcessArguments(false)
  .addOption(config())
  .action(async options => {
    const { configCheck } = await import('./commands/config.ts')
    process.exitCode = await configCheck(options.config)
  })

command('import <file>', 'store past checks from a file, or from - for standard input')
  .addOption(config())
  .addOption(data())
  .addOption(
    new Option('--format <format>', 'how the file is written').choices(['ndjson', 'csv']).default('ndjson'),
  )
  .addOption(new Option('--hold <duration>', 'how long a check holds, or "forever"').argParser(hold))
  .action(async (file, options) => {
    modest()
    const { importChecks } = await import('./commands/import.ts')
    await importChecks({ file, hold: undefined, ...options, now: now() })
  })

command('availability <service>', 'print the figures of a month or a window')
  .option('--month <YYYY-MM>', "a month of the contract's time zone")
  .option('--from <time>', 'begin of a window, RFC 3339')
  .option('--to <time>', 'end of a window, RFC 3339')
  .addOption(config())
  .addOption(data())
  .option('--json', 'print JSON', false)
  .action(async (service, options) => {
    const { availabilityCommand } = await import('./commands/availability.ts')
    await availabilityCommand({
      month: undefined,
      from: undefined,
      to: undefined,
      ...options,
      service,
      now: now(),
    })
  })

command('recompute', 'fold the stored checks again')
  .option('--check', 'change nothing, print the difference for each endpoint', false)
  .addOption(config())
  .addOption(data())
  .action(async options => {
    modest()
    const { recomputeCommand } = await import('./commands/recompute.ts')
    process.exitCode = await recomputeCommand({ ...options, now: now() })
  })

command('close', 'close and seal every month that is over')
  .option('--now', 'do not wait for months to settle: nothing more will be imported', false)
  .addOption(config())
  .addOption(data())
  .action(async options => {
    modest()
    const { closeCommand } = await import('./commands/close.ts')
    process.exitCode = await closeCommand({ ...options, at: now() })
  })

command('verify <bundle>', 'recompute a closed month from its bundle, offline')
  .option('--key <key>', 'the verifier key that you know, or a file that holds it')
  .option('--checkpoint <file>', 'a checkpoint of the log that you kept earlier')
  .option('--service <id>', 'the service that the bundle has to be of')
  .option('--month <YYYY-MM>', 'the month that the bundle has to be of')
  .option(
    '--log <file>',
    'the entries of the log, from /api/v1/log/entries.ndjson: was a correction left out?',
  )
  .option('--json', 'print JSON', false)
  .action(async (file, options) => {
    const { verifyCommand } = await import('./commands/verify.ts')
    const none = {
      key: undefined,
      checkpoint: undefined,
      log: undefined,
      service: undefined,
      month: undefined,
    }
    // Not waiting for an input that stays open and was read far enough.
    process.exit(await verifyCommand({ ...none, ...options, file }))
  })

const key = command('key', 'the key that the log of closed months is signed with')
key
  .command('show')
  .description('print the public key, and where the private one lies')
  .exitOverride()
  .allowExcessArguments(false)
  .addOption(data())
  .action(async options => {
    const { keyShowCommand } = await import('./commands/key.ts')
    process.exitCode = keyShowCommand(options)
  })
key
  .command('rotate')
  .description('give the log a new key')
  .option('--lost', 'the old private key is gone', false)
  .exitOverride()
  .allowExcessArguments(false)
  .addOption(data())
  .action(async options => {
    const { keyRotateCommand } = await import('./commands/key.ts')
    keyRotateCommand({ ...options, now: now() })
  })

command('receive', 'take one mail from standard input, as a mailbox pipes it in')
  .addOption(config())
  .addOption(data())
  .action(async options => {
    const { receiveCommand } = await import('./commands/receive-mail.ts')
    process.exitCode = await receiveCommand({ ...options, now })
  })

const people = command('people', 'who may sign in')
people
  .command('setup-link')
  .description('print a one-time link to make the first administrator')
  .exitOverride()
  .allowExcessArguments(false)
  .addOption(config())
  .addOption(data())
  .action(async options => {
    const { setupLinkCommand } = await import('./commands/people.ts')
    await setupLinkCommand({ ...options, now: now() })
  })
people
  .command('reset-link <email>')
  .description('print a one-time link by which somebody chooses a new password')
  .option('--second-factor', 'take their second factor away too', false)
  .exitOverride()
  .allowExcessArguments(false)
  .addOption(config())
  .addOption(data())
  .action(async (email, options) => {
    const { resetLinkCommand } = await import('./commands/people.ts')
    await resetLinkCommand({ ...options, email, now: now() })
  })

command('backup <file>', 'write a consistent copy of the record, also while serving')
  .addOption(data())
  .action(async (file, options) => {
    const { backupCommand } = await import('./commands/backup.ts')
    backupCommand(file, options.data)
  })

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= 65_535)) throw new InvalidArgumentError('It must be a number from 0 to 65535, such as 3000.')
  return value
}

function hold(text: string): number | 'forever' {
  // Not null: an option whose value is null counts as an empty one.
  if (text === 'forever') return text
  const ms = parseDuration(text)
  if (ms === null || ms === 0)
    throw new InvalidArgumentError('It must be a duration such as 65s, or "forever".')
  return ms
}

/** Long work gives way to a server on the same machine: it must not make what that measures late. */
function modest(): void {
  try {
    setPriority(10)
  } catch {
    // Not allowed here: then it runs as it is.
  }
}

/** What a command ends with. A stack trace is only for faults of ours, and only where it is asked for. */
function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
    return
  }
  if (error instanceof Failure) {
    process.stderr.write(`${error.message.replace(/^/gm, 'nines: ')}\n`)
    process.exitCode = error.code
    return
  }
  const stack = process.env['LOG_LEVEL'] === 'debug' && error instanceof Error ? `\n${error.stack}` : ''
  process.stderr.write(`nines: ${error instanceof Error ? error.message : error}${stack}\n`)
  process.exitCode = 1
}

// Whoever reads the output may have seen enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') fail(error)
})

try {
  await program.parseAsync()
} catch (error) {
  fail(error)
}
