// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own ${NAME}
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblem, type Problem } from '../../src/config/problem.ts'
import { MISTAKES } from './mistakes.ts'
import { ENV, EXAMPLE, OPTIONS } from './valid.ts'

function problemsOf(text: string, env: Record<string, string | undefined> = ENV): readonly Problem[] {
  const loaded = loadConfig(text, 'nines.yaml', env, OPTIONS)
  return loaded.ok ? [] : loaded.problems
}
const told = (text: string, env?: Record<string, string | undefined>) =>
  problemsOf(text, env).map(formatProblem)

/** The example with one piece of it replaced, which must be there, and where the mark in it stands. */
function edited(from: string, to: string): { text: string; line: number; column: number } {
  expect(EXAMPLE).toContain(from)
  const [before = '', after = ''] = EXAMPLE.replace(from, () => to).split('‸')
  const lines = before.split('\n')
  return { text: before + after, line: lines.length, column: lines.at(-1)!.length + 1 }
}

describe('each mistake is told with its line, its column, its key and what would be right', () => {
  for (const [name, [from, to, said]] of Object.entries(MISTAKES)) {
    test(name, () => {
      const { text, line, column } = edited(from, to)
      expect(told(text)).toEqual([
        `nines.yaml:${line}:${column} ${said.replace('@', 'services[0].endpoints[0]')}`,
      ])
    })
  }
})

describe('the example in a message mends the mistake', () => {
  type Tree = Record<string, unknown>
  for (const [name, [from, to]] of Object.entries(MISTAKES)) {
    const { text } = edited(from, to)
    const [problem] = problemsOf(text)
    const m = /^(\w+): /.exec(problem?.example ?? '')
    const broken = /alias|merge|tag|tab|twice in two|same key|lacks/.test(name)
    if (!m || broken) continue
    test(name, () => {
      const tree = parse(text) as Tree
      const parts = problem!.key.match(/[\w-]+/g)!.map(part => (/^\d+$/.test(part) ? Number(part) : part))
      const right = parse(problem!.example) as Tree
      const names = parts.lastIndexOf(m[1] ?? '')
      const last = names >= 0 ? names : parts.findLastIndex(part => typeof part === 'string')
      let holder = tree
      for (const part of parts.slice(0, last)) holder = holder[part] as Tree
      if (names < 0) delete holder[parts[last]!]
      Object.assign(holder, right)
      // An address in the place of another key is the one example that leaves something to write.
      expect(
        problemsOf(JSON.stringify(tree), { ...ENV, LOGIN_BASIC: 'x' }).map(({ message }) => message),
      ).toEqual(name === 'a password in an address' ? ['is missing'] : [])
    })
  }
})

describe('several mistakes', () => {
  test('are told all at once, in the order of the file', () => {
    const text = `page: { titel: x }
contract:
  timeZone: Mars/Olympus
services:
  - id: a
    endpoints:
      - { id: x, url: ftp://a.example, every: 10 }
      - { id: x, url: https://a.example/, cron: nope, timeout: 1h }
  - id: a
    down: { quorum: 3 }
    endpoints: [{ id: y }]
maintenance:
  - { id: m, services: [b], from: 2026-01-02T00:00:00Z, to: 2026-01-01T00:00:00Z, announced: 2026-01-03T00:00:00Z }
extra: 1
`
    expect(problemsOf(text).map(({ line, column, key }) => `${line}:${column} ${key}`)).toEqual([
      '1:9 page.titel',
      '3:13 contract.timeZone',
      '7:23 services[0].endpoints[0].url',
      '7:47 services[0].endpoints[0].every',
      '8:15 services[0].endpoints[1].id',
      '8:49 services[0].endpoints[1].cron',
      '8:64 services[0].endpoints[1].timeout',
      '9:9 services[1].id',
      '10:21 services[1].down.quorum',
      '11:17 services[1].endpoints[0].url',
      '13:25 maintenance[0].services[0]',
      '13:61 maintenance[0].to',
      '13:94 maintenance[0].announced',
      '14:1 extra',
    ])
  })

  test('in one mapping that lacks two keys are two', () => {
    const text = 'services: [{ id: a, endpoints: [{}] }]'
    expect(problemsOf(text).map(({ key }) => key)).toEqual([
      'services[0].endpoints[0].id',
      'services[0].endpoints[0].url',
    ])
  })

  test('before a slip in the YAML are told with it; what comes after cannot be known', () => {
    const text = edited('claimWindow: 30d', 'claimWindow: 30').text.replace('timeout: 5s', 'timeout: 5s: x')
    expect(problemsOf(text).map(({ key }) => key)).toEqual([
      'contract.claimWindow',
      'services[0].endpoints[0].timeout.5s',
    ])
  })

  test('behind an alias are told once, where the value stands', () => {
    const text = `services:
  - id: a
    endpoints:
      - { id: x, url: https://a.example/, confirm: &c { failures: 0 } }
      - { id: y, url: https://a.example/, confirm: *c }
`
    expect(told(text)).toEqual([
      'nines.yaml:4:67 services[0].endpoints[0].confirm.failures: must be at least 1, not 0, e.g. failures: 2',
    ])
  })
})

describe('ids', () => {
  const withIds = (first: string, second: string) => `services:
  - { id: a, endpoints: [{ id: ${first}, url: https://a.example/ }] }
  - { id: b, endpoints: [{ id: ${second}, url: https://b.example/ }] }
`
  test('of endpoints are unique over all services', () => {
    expect(told(withIds('x', 'x'))).toEqual([
      'nines.yaml:3:32 services[1].endpoints[0].id: "x" is taken already; an id is unique over all services, e.g. id: x-2',
    ])
  })
  test('may be 63 characters and no more', () => {
    expect(told(withIds('x'.repeat(63), 'y'))).toEqual([])
    expect(told(withIds('x'.repeat(64), 'y'))).toHaveLength(1)
  })
  test('of maintenance windows are unique', () => {
    const window = '{ id: m, services: [iam], from: 2026-10-04T01:00:00Z, to: 2026-10-04T03:00:00Z }'
    expect(told(EXAMPLE.replace('maintenance:\n', `maintenance:\n  - ${window}\n  - ${window}\n`))).toEqual([
      'nines.yaml:39:11 maintenance[1].id: "m" is taken already; an id is unique over maintenance windows, e.g. id: m-2',
    ])
  })
})

describe('a file as a whole', () => {
  const SMALLEST =
    'services: [{ id: web, name: Website, endpoints: [{ id: web-home, url: https://example.com/ }] }]'

  test('an empty list of services is a mistake, with an example that is right', () => {
    const [problem] = problemsOf('services: []')
    expect(formatProblem(problem!)).toBe(
      'nines.yaml:1:11 services: needs at least one service, e.g. services: [{ id: web, name: Website, endpoints: [{ id: web-home, url: https://example.com/ }] }]',
    )
    expect(told(problem!.example)).toEqual([])
  })

  const WHOLES: Record<string, [text: string, said: string]> = {
    'that is empty': ['', '1:1 (root): is empty'],
    'that holds comments alone': ['# nothing\n\n', '1:1 (root): is empty'],
    'that is a list': ['- a\n', '1:1 (root): must be a mapping of keys to values'],
    'that is a word': ['hello', '1:1 (root): must be a mapping of keys to values, not "hello"'],
    'of two documents': [
      `${SMALLEST}\n---\n${SMALLEST}\n`,
      '3:1 (root): begins a second document; a configuration is one document',
    ],
    'with a NUL in it': [
      'page:\n  title: a\0b\n',
      '2:11 (root): holds the control character U+0000, so is not a text file',
    ],
    'of garbage': [
      '\x7fELF\x02\x01',
      '1:1 (root): holds the control character U+007F, so is not a text file',
    ],
    'that nests without end': ['['.repeat(200_000), '1:65 (root): nests more than 64 levels deep'],
    'that nests in blocks': ['- '.repeat(100_000), '1:128 (root): nests more than 64 levels deep'],
    'over 1 MiB': [`${SMALLEST}\n#${'x'.repeat(1_048_576)}`, '1:1 (root): is larger than 1 MiB'],
  }
  for (const [name, [text, said]] of Object.entries(WHOLES)) {
    test(name, () => {
      expect(told(text)).toEqual([`nines.yaml:${said}, e.g. ${SMALLEST}`])
    })
  }

  test('whose aliases double and double again is refused at once', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 20; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      )
    expect(told(lines.join('\n')).join('\n')).toMatch(
      /aliases expand to more values than a configuration can need/,
    )
  })

  test('with a quote that is never closed', () => {
    expect(told(EXAMPLE.replace('title: Example status', 'title: "Example status')).join('\n')).toMatch(
      /^nines\.yaml:\d+:\d+ .*: lacks a closing quote or bracket/,
    )
  })

  test('with every tab told', () => {
    expect(told('page:\n\ttitle: a\n\turl: b\n').map(line => line.split(' ')[0])).toEqual([
      'nines.yaml:2:1',
      'nines.yaml:3:1',
    ])
  })

  test('of another YAML version is read as 1.2 all the same', () => {
    expect(told(`%YAML 1.1\n---\n${EXAMPLE}`)).toEqual([])
  })

  test('with keys that are not text', () => {
    expect(told('? [a]\n: 1\n1: 2\n').map(line => line.replace(/;.*/, ''))).toEqual([
      'nines.yaml:1:1 services: is missing, e.g. services: [{ id: web, name: Website, endpoints: [{ id: web-home, url: https://example.com/ }] }]',
      'nines.yaml:1:3 (root): has a key that is not text, e.g. name: Login',
      'nines.yaml:3:1 1: is not a key here',
    ])
  })
})

describe('what is taken from the environment is never told', () => {
  const secret = 'hunter2-hunter2'
  const env = {
    ZONE: 'Europe/Lodnon',
    FROM: '2027-05-05T01:00:00Z',
    SECRET: secret,
    SECRET_LINE: `${secret}\n`,
    LOGIN_TOKEN: `${secret}\n`,
  }
  for (const [name, [from, to]] of Object.entries({
    'in a length of time': ['timeout: 5s', 'timeout: "${SECRET}"'],
    'in an address': ['https://login.example.com/health', '"ftp://${SECRET}@a.example/"'],
    'in an address with a user': [
      'https://login.example.com/health',
      '"https://${SECRET}:${SECRET}@a.example/"',
    ],
    'in a header that ends its line': ['method: GET', 'method: GET'],
    'in an id': ['id: iam-login', 'id: "${SECRET_LINE}"'],
    'in a name': ['name: Login', 'name: "${SECRET_LINE}${SECRET_LINE}"'],
    'in a method': ['method: GET', 'method: "${SECRET}"'],
    'in a zone': ['timeZone: Europe/London', 'timeZone: "${SECRET}"'],
    'in a status': ['[200-299]', '["${SECRET}"]'],
    'in a cron expression': ['every: 30s', 'cron: "${SECRET}"'],
    'in a service that is not there': ['services: [iam]', 'services: ["${SECRET}"]'],
    'in a time': ['from: 2026-10-04T01:00:00Z', 'from: "${SECRET}"'],
    'in a zone that is nearly right': ['timeZone: Europe/London', 'timeZone: "${ZONE}"'],
    'in the time that another is held against': ['from: 2026-10-04T01:00:00Z', 'from: "${FROM}"'],
    'in a percentage': ['"99.9"', '"${SECRET}"'],
    'where a list should be': ['[200-299]', '"${SECRET}"'],
    'where a mapping should be': ['{ failures: 3, every: 5s }', '"${SECRET}"'],
    'in a rule': ['down: any', 'down: "${SECRET}"'],
    'beside a variable that is not set': ['body: ""', 'body: "${SECRET}${NOPE}"'],
  } as Record<string, [string, string]>)) {
    test(name, () => {
      const said = problemsOf(edited(from, to).text, env)
      expect(said.length).toBeGreaterThan(0)
      expect(JSON.stringify(said)).not.toMatch(/hunter2|Lo[dn]+on|2027/)
    })
  }

  test('two ids that meet only by it are told as written', () => {
    const text = `services: [{ id: a, endpoints: [{ id: "\${X}", url: https://a.example/ }, { id: v, url: https://a.example/ }, { id: "\${X}", url: https://a.example/ }] }]`
    expect(problemsOf(text, { X: 'v' }).map(({ message, example }) => `${message}, e.g. ${example}`)).toEqual(
      [
        '"v" is taken already; an id is unique over all services, e.g. id: v-2',
        '"${X}" is taken already; an id is unique over all services, e.g. id: iam-login',
      ],
    )
  })

  test('and a password that stands in the file itself is not told either', () => {
    const said = told(edited('https://login.example.com/health', 'ftp://me:hunter2@a.example/').text)
    expect(said).toHaveLength(1)
    expect(said.join()).not.toContain('hunter2')
  })
})
