import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Gate, openGate } from '../../src/evidence/gate.ts'
import { createResolve, type Resolve } from '../../src/probe/resolve.ts'
import { plain } from '../probe/listeners.ts'

let gate: Gate
afterEach(() => gate.close())

const port = (): number => Number(new URL(gate.address).port)

/** The body of an address that is asked for through the gate; null where it gave none. */
const asked = (url: string): Promise<string | null> =>
  new Promise(done => {
    const sent = request(
      { host: '127.0.0.1', port: port(), path: url, headers: { host: new URL(url).host } },
      answer => {
        let text = ''
        answer.on('data', chunk => {
          text += chunk
        })
        answer.on('end', () => done(text))
      },
    )
    sent.on('error', () => done(null))
    sent.end()
  })

/** The first line that CONNECT is answered with. */
const tunnelled = (to: string): Promise<string> =>
  new Promise(done => {
    const socket = connect(port(), '127.0.0.1', () =>
      socket.write(`CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n\r\n`),
    )
    socket.once('data', data => {
      socket.destroy()
      done(data.toString().split('\r\n')[0] ?? '')
    })
    socket.on('error', () => done('error'))
    socket.on('close', () => done('closed'))
  })

describe('the gate of a browser', () => {
  it('leads to what the page of a local endpoint may load', async () => {
    const server = await plain((_request, response) => response.end('hello'))
    gate = await openGate(['127.0.0.1'], createResolve())
    expect(await asked(server.url)).toBe('hello')
    expect(await tunnelled(`127.0.0.1:${server.port}`)).toBe('HTTP/1.1 200 OK')
    expect(gate.troubleWith('127.0.0.1')).toBeNull()
  })

  it.each([
    ['by address', '127.0.0.1'],
    ['by name', 'localhost'],
    ['by a public name that leads there', 'rebound.example'],
  ])('never dials this machine %s for the page of a public endpoint', async (_name, host) => {
    const inside = await plain((_request, response) => response.end('private'))
    const resolve: Resolve = async (name, signal) =>
      name === 'rebound.example' ? { kind: 'found', addresses: ['127.0.0.1'] } : createResolve()(name, signal)
    gate = await openGate(['93.184.216.34'], resolve)
    expect(await asked(`http://${host}:${inside.port}/`)).toBeNull()
    expect(await tunnelled(`${host}:${inside.port}`)).toBe('HTTP/1.1 502 Bad Gateway')
    expect(gate.troubleWith(host)).toMatch(/^was refused: .* is a loopback address$/)
    expect(inside.accepted()).toBe(0)
  })

  it('never dials the metadata service of a cloud, whatever the endpoint is', async () => {
    gate = await openGate(['169.254.169.254', '127.0.0.1'], createResolve())
    expect(await asked('http://169.254.169.254/latest')).toBeNull()
    expect(gate.troubleWith('169.254.169.254')).toContain('metadata')
  })

  it('answers nothing else', async () => {
    gate = await openGate(['127.0.0.1'], createResolve())
    expect(await asked('http://nobody.invalid/')).toBeNull()
    expect(await tunnelled('nonsense:99999')).toBe('closed')
    expect(gate.troubleWith('nobody.invalid')).toBe('could not be resolved (ENOTFOUND)')
  })
})
