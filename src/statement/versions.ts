import type { DownRule } from '../catalog/model.ts'
import type { InForce, MonthRecord, RecordedContract } from '../month/record.ts'
import { count, exact } from '../page/words.ts'
import { type Moment, momentOf } from './moment.ts'
import { plain } from './plain.ts'
import { thresholdWords } from './verdict.ts'

/** A version of what was in force, with its rules as names and values. */
export interface VersionView {
  readonly name: string
  readonly version: string
  readonly from: Moment | null
  readonly to: Moment | null
  readonly facts: readonly (readonly [name: string, value: string])[]
}

export interface VersionsView {
  readonly contracts: readonly VersionView[]
  readonly services: readonly VersionView[]
  readonly endpoints: readonly VersionView[]
  /** How many versions of endpoints are not written out. */
  readonly moreEndpoints: number
  readonly made: readonly (readonly [name: string, value: string])[]
}

const MOST_VERSIONS = 200

export function downRuleWords(rule: DownRule): string {
  switch (rule.kind) {
    case 'any':
      return 'down when any of its endpoints is down'
    case 'all':
      return 'down when all of its endpoints are down'
    case 'quorum':
      return `up while at least ${count(rule.n, 'endpoint')} ${rule.n === 1 ? 'is' : 'are'} up`
  }
}

const UNKNOWN: Readonly<Record<RecordedContract['unknown'], string>> = {
  excluded: 'left out of the base',
  'counted-as-down': 'counts as down',
  'counted-as-up': 'counts as up',
}

const contractFacts = (contract: RecordedContract): [name: string, value: string][] => [
  ['Guarantees and credit', thresholdWords(contract)],
  ['Months begin and end in', plain(contract.timeZone, 80)],
  ['A claim may come', `within ${exact(contract.claimWindowMs)} of the downtime`],
  ['Announced maintenance', contract.maintenance === 'excluded' ? 'left out of the base' : 'counts as up'],
  ['Time of which nothing is known', UNKNOWN[contract.unknown]],
]

export function versionsView(record: MonthRecord, zone: string | null): VersionsView {
  const { versions } = record
  const of = (name: string, force: InForce, facts: VersionView['facts']): VersionView => ({
    name,
    version: plain(force.version, 80),
    from: force.from === null ? null : momentOf(force.from, zone),
    to: force.to === null ? null : momentOf(force.to, zone),
    facts,
  })
  return {
    contracts: versions.contract.map(v => of('Contract', v, contractFacts(v.contract))),
    services: versions.service.map(v => of(plain(v.name), v, [['The service is', downRuleWords(v.down)]])),
    endpoints: versions.endpoints.slice(0, MOST_VERSIONS).map(v => {
      const c = v.configuration
      return of(`${plain(v.endpoint, 80)} (${plain(c.name)})`, v, [
        ['Address', c.address === null ? 'not published' : plain(c.address)],
        ['Request', `${plain(c.method, 40)}, at most ${count(c.redirects, 'redirect')} followed`],
        ['Checked', `${plain(c.schedule)}, each within ${exact(c.timeoutMs)}${c.paused ? '; paused' : ''}`],
        ['A check holds', c.holdMs === null ? 'until the next one' : `for at most ${exact(c.holdMs)}`],
        [
          'An outage is confirmed by',
          `${count(c.confirm.failures, 'failed check')} in a row, ${exact(c.confirm.everyMs)} apart`,
        ],
        ['It is up when', c.expect.length === 0 ? 'it answers' : plain(c.expect.join('; '), 1_000)],
      ])
    }),
    moreEndpoints: Math.max(0, versions.endpoints.length - MOST_VERSIONS),
    made: [
      ['Formula', String(versions.formula)],
      ['Nines', plain(versions.software, 80)],
      ['Time-zone data', plain(versions.timeZoneData, 80)],
    ],
  }
}
