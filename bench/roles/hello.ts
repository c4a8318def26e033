import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The least that a server can do: bare `node:http` that greets. */
export async function hello(_options: null) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '5' })
    response.end('hello')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { told: { port: (server.address() as AddressInfo).port }, ask: async (_question: null) => null }
}
