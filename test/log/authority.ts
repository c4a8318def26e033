import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export const hasOpenssl = (): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const CONFIG = `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Test CA
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamps]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
[more]
extendedKeyUsage = critical, timeStamping, clientAuth
[soft]
extendedKeyUsage = timeStamping
[plain]
keyUsage = critical, digitalSignature
[tsa]
default_tsa = tsa1
[tsa1]
serial = serial
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256
signer_digest = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']

export interface AuthorityOptions {
  /** What the key is made with, such as `rsa:2048`. */
  readonly key?: readonly string[]
  readonly subject?: string
  /** Which section of extensions its certificate has. */
  readonly extensions?: 'stamps' | 'more' | 'soft' | 'plain'
  /** How long its certificate holds from now on. */
  readonly days?: number
}

/** A certificate authority and a time-stamping authority, of files in a directory. */
export class Authority {
  readonly directory: string

  constructor(
    directory: string,
    { key = CURVE, subject = '/O=Test/CN=Test TSA', extensions = 'stamps', days = 30 }: AuthorityOptions = {},
  ) {
    this.directory = directory
    writeFileSync(join(directory, 'openssl.cnf'), CONFIG)
    writeFileSync(join(directory, 'serial'), '01')
    const req = ['req', '-config', 'openssl.cnf', '-nodes']
    this.openssl(
      ...req,
      '-x509',
      ...CURVE,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '30',
      '-extensions',
      'ca',
    )
    this.openssl(...req, '-new', ...key, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', subject)
    const sign = [
      'x509',
      '-req',
      '-in',
      'tsa.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-set_serial',
      '7',
      '-days',
      `${days}`,
    ]
    this.openssl(...sign, '-extfile', 'openssl.cnf', '-extensions', extensions, '-out', 'tsa.pem')
  }

  openssl(...args: string[]): string {
    return execFileSync('openssl', args, {
      cwd: this.directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  certificate(name: 'ca' | 'tsa'): Uint8Array {
    this.openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`)
    return readFileSync(join(this.directory, `${name}.der`))
  }

  /** The reply to a request, both in DER. */
  reply(request: Uint8Array, ...more: string[]): Buffer {
    writeFileSync(join(this.directory, 'query.tsq'), request)
    const who = [
      '-config',
      'openssl.cnf',
      '-signer',
      'tsa.pem',
      '-inkey',
      'tsa.key',
      '-queryfile',
      'query.tsq',
    ]
    this.openssl('ts', '-reply', ...who, ...more, '-out', 'reply.tsr')
    return readFileSync(join(this.directory, 'reply.tsr'))
  }

  /** The same timestamp, or what `edit` makes of it, signed by this authority without asking whether it may. */
  signAgain(
    token: Uint8Array,
    more: readonly string[] = ['-cades'],
    edit = (info: string) => info,
  ): Uint8Array {
    writeFileSync(join(this.directory, 'token'), token)
    this.openssl('cms', '-verify', '-noverify', '-binary', '-in', 'token', '-inform', 'DER', '-out', 'info')
    const info = join(this.directory, 'info')
    writeFileSync(info, edit(readFileSync(info, 'latin1')), 'latin1')
    const sign = [
      'cms',
      '-sign',
      '-binary',
      '-nodetach',
      '-econtent_type',
      '1.2.840.113549.1.9.16.1.4',
      '-in',
      'info',
    ]
    this.openssl(
      ...sign,
      '-signer',
      'tsa.pem',
      '-inkey',
      'tsa.key',
      '-outform',
      'DER',
      '-out',
      'token',
      ...more,
    )
    return readFileSync(join(this.directory, 'token'))
  }

  /** What `openssl ts -verify` says of a token over these bytes. */
  verify(token: Uint8Array, data: string): string {
    writeFileSync(join(this.directory, 'token'), token)
    writeFileSync(join(this.directory, 'data'), data)
    return this.openssl('ts', '-verify', '-token_in', '-in', 'token', '-data', 'data', '-CAfile', 'ca.pem')
  }
}

type Answer = (request: Buffer, response: ServerResponse) => void

/** An HTTP server on this machine that answers each POST. */
export async function answering(
  answer: Answer,
): Promise<{ url: string; asked: IncomingMessage[]; close: () => void }> {
  const asked: IncomingMessage[] = []
  const server = createServer(async (request, response) => {
    asked.push(request)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    answer(Buffer.concat(parts), response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsr`,
    asked,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
