// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own ${NAME}

/**
 * What is edited in the example, with `‸` where the mistake is to be reported, and exactly what is then said.
 * `@` stands for `services[0].endpoints[0]`.
 */
export const MISTAKES: Record<string, [from: string, to: string, said: string]> = {
  'a key that is nearly right': [
    'timeout: 5s',
    '‸timeuot: 5s',
    '@.timeuot: is not a key here; did you mean timeout?, e.g. timeout: 10s',
  ],
  'a key that is like none': [
    'contains: ok',
    '‸zzzzzzzz: ok',
    '@.expect.zzzzzzzz: is not a key here; the keys are status, contains, notContains, json, maxLatency, certificateDays, e.g. expect: { status: [200-299], contains: ok }',
  ],
  'an unknown section': [
    'retention:',
    '‸retentoin:',
    'retentoin: is not a key here; did you mean retention?, e.g. retention: { checks: 400d }',
  ],
  'a missing id': [
    '- id: iam-login                  # unique over all services\n        name',
    '- ‸name',
    '@.id: is missing, e.g. id: iam-login',
  ],
  'a missing address': [
    '- id: iam-login                  # unique over all services\n        name: Login\n        url: https://login.example.com/health\n',
    '- ‸id: iam-login\n        name: Login\n',
    '@.url: is missing, e.g. url: https://login.example.com/health',
  ],
  'a key without a value': ['timeout: 5s', '‸timeout:', '@.timeout: has no value, e.g. timeout: 10s'],
  'a length of time without its unit': [
    'every: 30s',
    'every: ‸30',
    '@.every: must be a length of time with its unit (ms, s, m, h or d), not 30, e.g. every: 30s',
  ],
  'a length of time that is no length': [
    'timeout: 5s',
    'timeout: ‸soon',
    '@.timeout: must be a length of time with its unit (ms, s, m, h or d), not "soon", e.g. timeout: 10s',
  ],
  'checks too often': [
    'every: 30s',
    'every: ‸500ms',
    '@.every: must be at least 1s, not "500ms", e.g. every: 30s',
  ],
  'a timeout too short': [
    'timeout: 5s',
    'timeout: ‸99ms',
    '@.timeout: must be at least 100ms, not "99ms", e.g. timeout: 10s',
  ],
  'a timeout too long': [
    'timeout: 5s',
    'timeout: ‸6m',
    '@.timeout: must be at most 5m, not "6m", e.g. timeout: 10s',
  ],
  'a hold that is neither': [
    'hold: 65s',
    'hold: ‸never',
    '@.hold: must be a length of time with its unit (ms, s, m, h or d), or forever, not "never", e.g. hold: 65s',
  ],
  'no failures to confirm': [
    'failures: 3',
    'failures: ‸0',
    '@.confirm.failures: must be at least 1, not 0, e.g. failures: 2',
  ],
  'too many failures to confirm': [
    'failures: 3',
    'failures: ‸101',
    '@.confirm.failures: must be at most 100, not 101, e.g. failures: 2',
  ],
  'half a failure': [
    'failures: 3',
    'failures: ‸1.5',
    '@.confirm.failures: must be a whole number, not 1.5, e.g. failures: 2',
  ],
  'an id with capitals': [
    'id: iam-login',
    'id: ‸IAM',
    '@.id: must be lower-case letters, digits and hyphens, at most 63 of them, and not begin with a hyphen, not "IAM", e.g. id: iam-login',
  ],
  'an id that YAML takes for a number': [
    'id: iam-login',
    'id: ‸42',
    '@.id: must be lower-case letters, digits and hyphens, at most 63 of them, and not begin with a hyphen; a number must be in quotes, not 42, e.g. id: iam-login',
  ],
  'a blank name': ['name: Login', 'name: ‸" "', '@.name: must not be blank, not " ", e.g. name: Login'],
  'a name over 200 characters': [
    'name: Login',
    `name: ‸${'x'.repeat(201)}`,
    `@.name: must have at most 200 characters, not "${'x'.repeat(60)}…", e.g. name: Login`,
  ],
  'a name with a control character': [
    'name: Login',
    'name: ‸"a\\u0007b"',
    '@.name: must be one line without control characters, not "a\\u0007b", e.g. name: Login',
  ],
  'a title over two lines': [
    'title: Example status',
    'title: ‸"a\\nb"',
    'page.title: must be one line without control characters, not "a\\nb", e.g. title: Example status',
  ],
  'an address of another kind': [
    'https://login.example.com/health',
    '‸ftp://login.example.com/',
    '@.url: must be an http or https address, not "ftp://login.example.com/", e.g. url: https://login.example.com/health',
  ],
  'an address with a blank in it': [
    'https://login.example.com/health',
    '‸https://a.example/a b',
    '@.url: must be an http or https address, not "https://a.example/a b", e.g. url: https://login.example.com/health',
  ],
  'a password in an address': [
    'https://login.example.com/health',
    '‸https://me:pa55@login.example.com/',
    '@.url: must not hold a user name or password; send them in a header of the endpoint, e.g. headers: { authorization: "Basic ${LOGIN_BASIC}" }',
  ],
  'a public address with a query': [
    'https://status.example.com ',
    '‸https://status.example.com?a ',
    'page.url: must not have a query or fragment: paths are added to it, not "https://status.example.com?a", e.g. url: https://status.example.com',
  ],
  'a method in lower case': [
    'method: GET',
    'method: ‸get',
    '@.method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, not "get", e.g. method: GET',
  ],
  'a header name with a blank': [
    '{ authorization:',
    '{ ‸"a b":',
    '@.headers["a b"]: is not the name of a header, e.g. headers: { authorization: "Bearer ${LOGIN_TOKEN}" }',
  ],
  'a header that the client writes': [
    '{ authorization:',
    '{ ‸Content-Length:',
    '@.headers.Content-Length: is a header that is set for you; leave it out, e.g. headers: { authorization: "Bearer ${LOGIN_TOKEN}" }',
  ],
  'a header over two lines': [
    '"Bearer ${LOGIN_TOKEN}"',
    '‸"a\\r\\nb"',
    '@.headers.authorization: holds a line break or another character that a header cannot carry, e.g. headers: { authorization: "Bearer ${LOGIN_TOKEN}" }',
  ],
  'a header that is a number': [
    '"Bearer ${LOGIN_TOKEN}"',
    '‸5',
    '@.headers.authorization: must be text; a number must be in quotes, e.g. headers: { authorization: "Bearer ${LOGIN_TOKEN}" }',
  ],
  'a header twice in two cases': [
    '{ authorization:',
    '{ Authorization: x, ‸authorization:',
    '@.headers.authorization: is the same header as Authorization; upper and lower case make no difference, e.g. headers: { authorization: "Bearer ${LOGIN_TOKEN}" }',
  ],
  'a body that is no text': [
    'body: ""',
    'body: ‸{ a: 1 }',
    '@.body: must be text; a number must be in quotes, e.g. body: \'{"ping": true}\'',
  ],
  'too many redirects': [
    'redirects: 5',
    'redirects: ‸21',
    '@.redirects: must be at most 20, not 21, e.g. redirects: 5',
  ],
  'a status that is no code': [
    '[200-299]',
    '[200-299, ‸99]',
    '@.expect.status[1]: must be a status code from 100 to 599, or a range of them, not 99, e.g. status: [200-299]',
  ],
  'a range of status codes backwards': [
    '[200-299]',
    '[‸299-200]',
    '@.expect.status[0]: must be a range from the lower code to the higher, not "299-200", e.g. status: [200-299]',
  ],
  'a status that is no list': [
    '[200-299]',
    '‸200-299',
    '@.expect.status: must be a list, not "200-299", e.g. status: [200-299]',
  ],
  'no status at all': [
    '[200-299]',
    '‸[]',
    '@.expect.status: must have at least 1 entries, e.g. status: [200-299]',
  ],
  'a JSON expectation of nothing': [
    '{ path: data.ready, equals: true }',
    '‸{ path: data.ready }',
    '@.expect.json[0]: says nothing of the value; add one of exists, equals, notEquals, lessThan, greaterThan, e.g. json: [{ path: data.ready, equals: true }]',
  ],
  'a JSON path with an empty name': [
    'path: data.ready',
    'path: ‸data..ready',
    '@.expect.json[0].path: must be a path of names with dots between them, not "data..ready", e.g. path: data.ready',
  ],
  'a JSON value that is a list': [
    'equals: true',
    'equals: ‸[1]',
    '@.expect.json[0].equals: must be text, a number, true, false or null, e.g. equals: true',
  ],
  'a limit that is text': [
    'equals: true',
    'lessThan: ‸"5"',
    '@.expect.json[0].lessThan: must be a number, not "5", e.g. lessThan: 100',
  ],
  'a certificate for ever': [
    'certificateDays: 14',
    'certificateDays: ‸3651',
    '@.expect.certificateDays: must be at most 3650, not 3651, e.g. certificateDays: 14',
  ],
  'a rule for down that is none': [
    'down: any',
    'down: ‸most',
    'services[0].down: must be any, all or { quorum: NUMBER }, not "most", e.g. down: any',
  ],
  'a quorum of none': [
    'down: any',
    'down: { quorum: ‸0 }',
    'services[0].down.quorum: must be at least 1, not 0, e.g. quorum: 1',
  ],
  'a quorum of more than there are': [
    'down: any',
    'down: { quorum: ‸2 }',
    'services[0].down.quorum: must be at most 1, the number of endpoints, not 2, e.g. quorum: 1',
  ],
  'a quorum misspelt': [
    'down: any',
    'down: { ‸quorums: 1 }',
    'services[0].down.quorums: is not a key here; did you mean quorum?, e.g. quorum: 1',
  ],
  'a zone of the contract that is an offset': [
    'timeZone: Europe/London',
    'timeZone: ‸"+01:00"',
    'contract.timeZone: must be the IANA name of a time zone; an offset does not know of daylight saving, not "+01:00", e.g. timeZone: America/New_York',
  ],
  'a zone misspelt': [
    'timeZone: Europe/London',
    'timeZone: ‸Europe/Lodnon',
    'contract.timeZone: is not the IANA name of a time zone, not "Europe/Lodnon", e.g. timeZone: Europe/London',
  ],
  'a percentage with a comma': [
    '"99.9"',
    '‸"99,9"',
    'contract.thresholds[0].percent: must be a decimal above 0 and below 100, with a point and at most 6 decimals, not "99,9", e.g. percent: "99.9"',
  ],
  'a percentage of a hundred': [
    '"99.9"',
    '‸100',
    'contract.thresholds[0].percent: must be a decimal above 0 and below 100, with a point and at most 6 decimals, not 100, e.g. percent: "99.9"',
  ],
  'a percentage of nothing': [
    '"99.9"',
    '‸"0.00"',
    'contract.thresholds[0].percent: must be a decimal above 0 and below 100, with a point and at most 6 decimals, not "0.00", e.g. percent: "99.9"',
  ],
  'a percentage with seven decimals': [
    '"99.9"',
    '‸"99.9000001"',
    'contract.thresholds[0].percent: must be a decimal above 0 and below 100, with a point and at most 6 decimals, not "99.9000001", e.g. percent: "99.9"',
  ],
  'a percentage that a float would round': [
    '"99.9"',
    '‸99.90000000000000000001',
    'contract.thresholds[0].percent: must be a decimal above 0 and below 100, with a point and at most 6 decimals, not 99.90000000000000000001, e.g. percent: "99.9"',
  ],
  'a percentage twice': [
    '"99"',
    '‸99.90',
    'contract.thresholds[1].percent: "99.90" is the percentage of another threshold already, e.g. percent: "99"',
  ],
  'negative credit': [
    'creditDays: 7',
    'creditDays: ‸-1',
    'contract.thresholds[0].creditDays: must be at least 0, not -1, e.g. creditDays: 7',
  ],
  'maintenance counted as what it cannot be': [
    'maintenance: excluded',
    'maintenance: ‸counted-as-down',
    'contract.maintenance: must be one of excluded, counted-as-up, not "counted-as-down", e.g. maintenance: excluded',
  ],
  'unknown counted as what it cannot be': [
    'unknown: excluded',
    'unknown: ‸ignored',
    'contract.unknown: must be one of excluded, counted-as-down, counted-as-up, not "ignored", e.g. unknown: excluded',
  ],
  'a reference that is no address': [
    'references: []',
    'references: [‸1.1.1.1]',
    'references[0]: must be an http or https address, not "1.1.1.1", e.g. references: [https://www.example.org/]',
  ],
  'checks kept too short': [
    'checks: 400d',
    'checks: ‸23h',
    'retention.checks: must be at least 1d, not "23h", e.g. checks: 400d',
  ],
  'a time without its zone': [
    'from: 2026-10-04T01:00:00Z',
    'from: ‸2026-10-04T01:00:00',
    'maintenance[0].from: lacks its zone: end it with Z or an offset, not "2026-10-04T01:00:00", e.g. from: 2026-10-04T01:00:00Z',
  ],
  'a day that does not exist': [
    'from: 2026-10-04T',
    'from: ‸2026-02-30T',
    'maintenance[0].from: must be an RFC 3339 time with its zone, not "2026-02-30T01:00:00Z", e.g. from: 2026-10-04T01:00:00Z',
  ],
  'maintenance that ends before it begins': [
    'to: 2026-10-04T03',
    'to: ‸2026-10-04T01',
    'maintenance[0].to: must be after from, not "2026-10-04T01:00:00Z", e.g. to: 2026-10-04T02:00:00.000Z',
  ],
  'maintenance announced afterwards': [
    'announced: 2026-09-30T09',
    'announced: ‸2026-10-04T02',
    'maintenance[0].announced: must not be after from: maintenance is announced beforehand, not "2026-10-04T02:00:00Z", e.g. announced: 2026-10-04T01:00:00.000Z',
  ],
  'maintenance of a service that is not there': [
    'services: [iam]',
    'services: [‸ian]',
    'maintenance[0].services[0]: there is no service "ian"; did you mean iam?, e.g. services: [iam]',
  ],
  'maintenance of a service twice': [
    'services: [iam]',
    'services: [iam, ‸iam]',
    'maintenance[0].services[1]: "iam" stands here twice, e.g. services: [iam]',
  ],
  'maintenance of no service': [
    'services: [iam]',
    'services: ‸[]',
    'maintenance[0].services: needs at least one service, e.g. services: [iam]',
  ],
  'two schedules': [
    'every: 30s',
    'every: 30s\n        ‸cron: "* * * * *"',
    '@.cron: cannot stand beside every: an endpoint has one schedule; keep one of them, e.g. every: 30s',
  ],
  'a cron expression that is none': [
    'every: 30s',
    'cron: ‸"whenever"',
    '@.cron: must be a cron expression, not "whenever", e.g. cron: "*/5 8-18 * * 1-5"',
  ],
  'a cron expression that never runs': [
    'every: 30s',
    'cron: ‸"0 0 30 2 *"',
    '@.cron: never runs, e.g. cron: "*/5 8-18 * * 1-5"',
  ],
  'a time zone without a cron expression': [
    'every: 30s',
    '‸timeZone: Asia/Tokyo',
    '@.timeZone: is the zone of a cron expression, and there is none, e.g. cron: "*/5 8-18 * * 1-5"',
  ],
  'paused that is neither true nor false': [
    'every: 30s',
    'paused: ‸yes',
    '@.paused: must be true or false, not "yes", e.g. paused: true',
  ],
  'a variable that is not set': [
    '"Bearer ${LOGIN_TOKEN}"',
    '‸"${NOPE}"',
    '@.headers.authorization: needs the environment variable NOPE, which is not set, e.g. NOPE=value',
  ],
  'a variable without its bracket': [
    'body: ""',
    'body: ‸"${A"',
    '@.body: has a "${" without a variable name and "}" after it; a literal "${" is written "$${", e.g. "${NAME}" or "$${"',
  ],
  'the same key twice': [
    'name: Login',
    'name: Login\n        ‸name: Other',
    '@.name: stands here twice; keep one of them, e.g. name: Login',
  ],
  'an alias of nothing': [
    'timeout: 5s',
    'timeout: ‸*t',
    '@.timeout: is an alias of an anchor that does not stand before it; text that begins with * must be in quotes, e.g. "*t"',
  ],
  'an alias of what is around it': [
    'json: [{',
    'json: &j [‸*j, {',
    '@.expect.json[0]: is an alias of what stands around it, e.g. "*j"',
  ],
  'a merge of a scalar': [
    'timeout: 5s',
    '<<: ‸5s',
    '@["<<"]: must be a mapping, or a list of mappings, e.g. <<: *name',
  ],
  'a tag': [
    'timeout: 5s',
    'timeout: ‸!secret x',
    '@.timeout: has a tag (!) that is not known here; text that begins so must be in quotes, e.g. "!text"',
  ],
  'a tab': [
    '        timeout: 5s',
    '‸	timeout: 5s',
    '@: is indented with a tab; YAML takes spaces alone, e.g.   timeout: 5s',
  ],
}
