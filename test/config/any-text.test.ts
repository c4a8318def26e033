import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblem } from '../../src/config/problem.ts'
import { ENV, EXAMPLE, OPTIONS } from './valid.ts'

/** Whatever the text, it loads or is told what is wrong, where the file has that place, on one line each. */
function holds(text: string): void {
  const loaded = loadConfig(text, 'nines.yaml', ENV, OPTIONS)
  if (loaded.ok) return
  expect(loaded.problems.length).toBeGreaterThan(0)
  const lines = text.split('\n')
  for (const problem of loaded.problems) {
    expect(problem.line).toBeGreaterThanOrEqual(1)
    expect(problem.line).toBeLessThanOrEqual(lines.length)
    expect(problem.column).toBeGreaterThanOrEqual(1)
    expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1]?.length ?? 0) + 1)
    const said = formatProblem(problem)
    expect(said).toMatch(/^nines\.yaml:\d+:\d+ .+: .+, e\.g\. .+$/s)
    expect(said).not.toMatch(/[\n\r]|Invalid input|undefined|\[object/)
    expect(said).not.toContain(ENV.LOGIN_TOKEN)
  }
}

const spot = fc.nat({ max: EXAMPLE.length })
const piece = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    '\t',
    '\n',
    '\r',
    '\0',
    '- ',
    ': ',
    '? ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    '|',
    '>',
    '%',
    '@',
    '`',
  ),
  fc.constantFrom(
    '&a ',
    '*a',
    '<<: ',
    '---\n',
    '...\n',
    '!!int ',
    '!x ',
    '$' + '{',
    '$' + '{X}',
    '~',
    '.nan',
    '.inf',
    '-0',
    '0x10',
    '1e400',
  ),
)

describe('any text', () => {
  test('that is the example cut short loads or tells what is wrong', () => {
    for (let end = 0; end <= EXAMPLE.length; end++) holds(EXAMPLE.slice(0, end))
  })

  test('that is the example with pieces cut out and put in loads or tells what is wrong', () => {
    const edits = fc.array(fc.tuple(spot, fc.nat({ max: 30 }), piece), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(edits, list => {
        holds(list.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), EXAMPLE))
      }),
      { numRuns: 1_500 },
    )
  })

  test('that is the example with its lines in another order loads or tells what is wrong', () => {
    const lines = EXAMPLE.split('\n')
    fc.assert(
      fc.property(fc.shuffledSubarray(lines), some => holds(some.join('\n'))),
      { numRuns: 300 },
    )
  })

  test('that is YAML of any shape loads or tells what is wrong', () => {
    const names = fc.constantFrom(
      ...[
        'page',
        'contract',
        'services',
        'endpoints',
        'maintenance',
        'id',
        'url',
        'every',
        'cron',
        'expect',
        'json',
      ],
      ...[
        'status',
        'headers',
        'down',
        'quorum',
        'defaults',
        'confirm',
        'thresholds',
        'percent',
        'from',
        'to',
        '__proto__',
      ],
    )
    const leaf = fc.oneof(
      fc.constantFrom(
        '30s',
        'any',
        '2026-10-04T01:00:00Z',
        'https://a.example/',
        '99.9',
        'Europe/London',
        'a',
      ),
      fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<unknown>,
    )
    const { tree } = fc.letrec<{ tree: unknown; map: unknown; list: unknown }>(tie => ({
      tree: fc.oneof({ depthSize: 'medium', withCrossShrink: true }, leaf, tie('map'), tie('list')),
      map: fc.dictionary(names, tie('tree'), { maxKeys: 8 }),
      list: fc.array(tie('tree'), { maxLength: 4 }),
    }))
    fc.assert(
      fc.property(tree, value => holds(stringify(value))),
      { numRuns: 1_000 },
    )
  })

  test('that is no YAML at all loads or tells what is wrong', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.array(piece).map(list => list.join('')),
        ),
        holds,
      ),
      { numRuns: 1_500 },
    )
  })
})
