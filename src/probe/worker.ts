import { parentPort } from 'node:worker_threads'
import { createLoop } from '../schedule/loop.ts'
import { createChecker } from './checker.ts'
import { createDoubts } from './doubts.ts'
import { createHealth } from './health.ts'
import type { FromProber, ToProber } from './messages.ts'
import { clean } from './outcome.ts'
import { createReferences } from './references.ts'
import { createResolve, resolverAnswers } from './resolve.ts'
import { trust } from './secure.ts'

// The thread's entry: it wires the prober's parts to the port, and holds no rules of its own.
const port = parentPort
if (port === null) throw new Error('the prober runs as a worker thread')
const tell = (message: FromProber): void => port.postMessage(message)

// One hostile server that trips an assertion in a library must not blind all other checks: its own check still ends,
// by its deadline.
process.on('uncaughtException', error =>
  tell({ kind: 'fault', message: clean(error.stack ?? error.message, 1_000) }),
)

const resolve = createResolve()
let references = createReferences([], { resolve })
const check = createChecker({
  resolve,
  tls: trust(),
  health: createHealth(),
  references: () => references,
  resolverAnswers: () => resolverAnswers(1_000),
})
const doubts = createDoubts()
const loop = createLoop({
  probe: async endpoint => {
    const wanted = { evidence: endpoint.evidence, ofGood: doubts.has(endpoint.id) }
    const result = await check(endpoint.target, endpoint.timeout, wanted)
    doubts.note(endpoint.id, result.outcome.state)
    return result
  },
  post: checks => tell({ kind: 'checks', checks }),
})

let asked = '[]'
port.on('message', (message: ToProber) => {
  switch (message.kind) {
    case 'configure': {
      // Unchanged references keep what they know.
      const wanted = JSON.stringify(message.references)
      if (wanted !== asked) references = createReferences(message.references, { resolve })
      asked = wanted
      doubts.keep(message.endpoints.map(endpoint => endpoint.id))
      loop.configure(message.endpoints)
      break
    }
    case 'drain':
      void loop.drain(message.limit).then(() => tell({ kind: 'drained' }))
      break
  }
})
tell({ kind: 'ready' })
