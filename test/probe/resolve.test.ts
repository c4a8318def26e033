import { createSocket, type Socket } from 'node:dgram'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { alternate, dial } from '../../src/probe/dial.ts'
import { parseHosts } from '../../src/probe/hosts.ts'
import { createResolve, type Resolution, resolverAnswers } from '../../src/probe/resolve.ts'
import { closedPort, plain } from './listeners.ts'

type Answer = readonly number[] | 'absent' | 'failure' | 'silence'

const servers: Socket[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A DNS server that answers A (1) and AAAA (28) questions by name. */
async function dns(answer: (name: string, type: number) => Answer): Promise<string> {
  const server = createSocket('udp4')
  servers.push(server)
  server.on('message', (query, from) => {
    const labels: string[] = []
    let at = 12
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length))
      at += 1 + length
    }
    const type = query.readUInt16BE(at + 1)
    const found = answer(labels.join('.'), type)
    if (found === 'silence') return
    const question = query.subarray(12, at + 5)
    const code = found === 'absent' ? 3 : found === 'failure' ? 2 : 0
    const header = Buffer.alloc(12)
    header.writeUInt16BE(query.readUInt16BE(0), 0)
    header.writeUInt16BE(0x8180 | code, 2)
    header.writeUInt16BE(1, 4)
    const data = Array.isArray(found) && found.length > 0 ? Buffer.from(found) : null
    header.writeUInt16BE(data ? 1 : 0, 6)
    const record = data
      ? Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 1, 0, data.length]), data])
      : Buffer.alloc(0)
    server.send(Buffer.concat([header, question, record]), from.port, from.address)
  })
  await new Promise<void>(done => server.bind(0, '127.0.0.1', done))
  return `127.0.0.1:${server.address().port}`
}

const A = 1
const V6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]

async function resolved(
  name: string,
  server: string,
  timeout = 3_000,
  hosts = '/nonexistent',
): Promise<Resolution> {
  return createResolve({ servers: [server], hosts, attempt: 300 })(name, AbortSignal.timeout(timeout))
}

it('a name resolves to the addresses of both families', async () => {
  const server = await dns((_name, type) => (type === A ? [192, 0, 2, 1] : V6))
  expect(await resolved('both.example', server)).toEqual({
    kind: 'found',
    addresses: ['2001:db8::1', '192.0.2.1'],
  })
})

it('an answer of one family is enough, though the other fails, is empty or never comes', async () => {
  for (const other of ['failure', 'absent', 'silence', []] as const) {
    const server = await dns((_name, type) => (type === A ? [192, 0, 2, 1] : other))
    const started = performance.now()
    expect(await resolved('four.example', server)).toEqual({ kind: 'found', addresses: ['192.0.2.1'] })
    expect(performance.now() - started).toBeLessThan(600)
  }
})

it('a name that does not exist is told from a resolver that does not work', async () => {
  const server = await dns(name =>
    name === 'broken.example' ? 'failure' : name === 'mute.example' ? 'silence' : 'absent',
  )
  expect(await resolved('gone.example', server)).toEqual({ kind: 'not-found', code: 'ENOTFOUND' })
  expect(await resolved('broken.example', server)).toMatchObject({ kind: 'failed', code: 'ESERVFAIL' })
  expect(await resolved('mute.example', server, 200)).toEqual({ kind: 'failed', code: 'ETIMEOUT' })
  expect(await resolved('any.example', `127.0.0.1:${await closedPort()}`)).toMatchObject({ kind: 'failed' })
})

it('resolving obeys the deadline', async () => {
  const server = await dns(() => 'silence')
  const started = performance.now()
  await resolved('mute.example', server, 150)
  expect(performance.now() - started).toBeLessThan(250)
})

it('an address, localhost and names of the hosts file are resolved without asking', async () => {
  const asked: string[] = []
  const server = await dns(name => {
    asked.push(name)
    return 'absent'
  })
  const hosts = join(mkdtempSync(join(tmpdir(), 'nines-')), 'hosts')
  writeFileSync(
    hosts,
    '# a comment\n192.0.2.7 Intranet.example other # more\n::7 intranet.example\nnonsense x\n',
  )
  const found = async (name: string): Promise<readonly string[]> => {
    const resolution = await resolved(name, server, 1_000, hosts)
    return resolution.kind === 'found' ? resolution.addresses : []
  }
  expect(await found('192.0.2.1')).toEqual(['192.0.2.1'])
  expect(await found('::1')).toEqual(['::1'])
  expect(await found('intranet.example')).toEqual(['192.0.2.7', '::7'])
  expect(await found('INTRANET.EXAMPLE.')).toEqual(['192.0.2.7', '::7'])
  expect(await found('localhost')).toEqual(['127.0.0.1', '::1'])
  expect(await found('nines.invalid')).toEqual([])
  expect(asked).toEqual([])
  expect(parseHosts('127.0.0.1\tlocalhost\r\n').get('localhost')).toEqual(['127.0.0.1'])
})

it('the names of this machine resolve as other programs on it see them', async () => {
  const resolution = await createResolve()('localhost', AbortSignal.timeout(1_000))
  expect(resolution).toMatchObject({ kind: 'found', addresses: expect.arrayContaining(['127.0.0.1']) })
})

it('a resolver is alive when it gives any answer at all', async () => {
  expect(await resolverAnswers(500, [await dns(() => 'failure')])).toBe(true)
  expect(await resolverAnswers(500, [await dns(() => 'absent')])).toBe(true)
  expect(await resolverAnswers(200, [await dns(() => 'silence')])).toBe(false)
})

it('dialling takes whichever address answers, and alternates the families', async () => {
  const server = await plain((_request, response) => response.end())
  const found = await dial(['::1', '127.0.0.1'], server.port, AbortSignal.timeout(1_000))
  expect(found).toMatchObject({ kind: 'connected', address: '127.0.0.1' })
  if (found.kind === 'connected') found.socket.destroy()
  expect(alternate(['::1', '::2', '::3', '1.1.1.1'])).toEqual(['::1', '1.1.1.1', '::2', '::3'])
  expect(alternate([])).toEqual([])
})

it('dialling addresses that all refuse names the error of each', async () => {
  const port = await closedPort()
  const found = await dial(['127.0.0.1', '127.0.0.2'], port, AbortSignal.timeout(1_000))
  expect(found).toEqual({ kind: 'failed', codes: ['ECONNREFUSED', 'ECONNREFUSED'] })
})
