import { existsSync } from 'node:fs'
import { databaseFile, openDatabase } from '../db/open.ts'
import { keyFile, readKey } from '../log/key.ts'
import { readKeys } from '../log/key-store.ts'
import { rotateKey } from '../log/rotate.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { Failure } from './failure.ts'

export interface KeyShowCommand {
  readonly data: string
}

export interface KeyRotateCommand {
  readonly data: string
  readonly lost: boolean
  readonly now: Instant
}

const nothing = (data: string) =>
  new Failure(`there is no log in ${data} yet: its key is made when nines serve first starts`)

/** `nines key show`: the key that the log signs with, where its private half lies, and what to do with it. Returns the exit code: 1 where it cannot sign. */
export function keyShowCommand({ data }: KeyShowCommand): 0 | 1 {
  if (!existsSync(databaseFile(data))) throw nothing(data)
  const db = openDatabase(data, 30_000)
  try {
    const keys = readKeys(db)
    const current = keys.find(({ until }) => until === null)
    if (!current) throw nothing(data)
    const { key } = current
    const read = readKey(data, key)
    const past = keys.filter(other => other !== current)
    const lines = [
      key.text,
      '',
      `  log          ${key.name}`,
      `  fingerprint  ${key.id}`,
      `  signs since  ${rfc3339(current.from)}`,
      `  private key  ${keyFile(data, key)}`,
      ...past.map(
        ({ key: old, from, until }) =>
          `  before       ${old.text}, ${rfc3339(from)} to ${until === null ? '' : rfc3339(until)}`,
      ),
      '',
      'The first line is what others check the log with: publish it where this server cannot change it, such as in the contract.',
      'Keep a copy of the private key off this machine, for nobody else to read: nines backup does not copy it. Whoever has it',
      'can sign in the name of the log. Without it the log can go on only under a new key (nines key rotate --lost).',
      '',
    ]
    process.stdout.write(lines.join('\n'))
    if (read.ok) return 0
    process.stderr.write(`nines: ${read.message}\n`)
    return 1
  } finally {
    db.close()
  }
}

/** `nines key rotate`: gives the log a new key, also beside a running server. Throws a Failure where it cannot. */
export function keyRotateCommand({ data, lost, now }: KeyRotateCommand): void {
  if (!existsSync(databaseFile(data))) throw nothing(data)
  const db = openDatabase(data, 30_000)
  try {
    const rotated = rotateKey(db, data, lost, now)
    if (!rotated.ok) throw new Failure(`${rotated.message}\nnothing was changed`, 1)
    const { old, entry, checkpoint } = rotated
    const lines = [
      rotated.new.text,
      '',
      `  fingerprint  ${rotated.new.id}`,
      `  private key  ${keyFile(data, rotated.new)}`,
      `  recorded     entry ${entry} of the log`,
      '',
      lost
        ? `The old key ${old.id} is recorded as lost, and the checkpoint of ${checkpoint.size} entries is signed by the new one alone. Whoever trusts`
        : `The checkpoint of ${checkpoint.size} entries is signed by the old key ${old.id} and by the new one; from now on the new one signs. Whoever trusts`,
      lost
        ? 'the old one must be told the new one in another way: a stranger with access to this server could have done the same.'
        : 'the old one can see from that checkpoint that the new one follows it. Publish the new one where the old one was published.',
      'Keep a copy of the new private key off this machine.',
      ...(lost
        ? []
        : [`The old private key, ${keyFile(data, old)}, signs no more: delete it once a backup was made.`]),
      '',
    ]
    process.stdout.write(lines.join('\n'))
  } finally {
    db.close()
  }
}
