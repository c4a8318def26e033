import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'

/** PURE. The addresses of each name (in lower case) in the text of a hosts file, in the file's order. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.split('#', 1)[0]?.trim().split(/\s+/) ?? []
    if (isIP(address) === 0) continue
    for (const name of names) {
      const key = name.toLowerCase()
      const addresses = found.get(key) ?? []
      if (!addresses.includes(address)) addresses.push(address)
      found.set(key, addresses)
    }
  }
  return found
}

/** Looks names up in a hosts file that is read again when it changed, looked at once a second at most. */
export function hostsFile(path: string): (name: string) => readonly string[] {
  let names: ReadonlyMap<string, readonly string[]> = new Map()
  let version = ''
  let lookedAt = Number.NEGATIVE_INFINITY
  return name => {
    const now = performance.now()
    if (now - lookedAt >= 1_000) {
      lookedAt = now
      const stat = statSync(path, { throwIfNoEntry: false })
      const seen = stat ? `${stat.mtimeMs}/${stat.size}/${stat.ino}` : ''
      if (seen !== version) {
        version = seen
        names = stat ? parseHosts(read(path)) : new Map()
      }
    }
    return names.get(name.toLowerCase()) ?? []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // Unreadable is for us the same as absent: the resolver is asked.
  }
}
