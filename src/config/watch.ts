import { createHash } from 'node:crypto'
import { type FSWatcher, readFileSync, type Stats, statSync, watch } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface WatchOptions {
  /** How long the file must have been still before it counts as saved, in ms. */
  readonly settle?: number
  /** How often the file is looked at anyway, in ms: network file systems, and links far up the path, tell nothing. */
  readonly poll?: number
}

export interface ConfigWatch {
  /** Ends the watch: `onChange` is not called again. */
  close(): void
}

/**
 * Calls `onChange` once for each save that changes what a file holds: written in place, renamed over, or a link that
 * now leads elsewhere. While the file is missing or cannot be read nothing has changed. What the file holds when this
 * is called is what later contents are compared with, so watch before you read. `onChange` must not throw.
 */
export function watchConfig(
  path: string,
  onChange: () => void,
  { settle = 150, poll = 2_000 }: WatchOptions = {},
): ConfigWatch {
  let closed = false
  let known = fingerprintNow(path)
  let timer: NodeJS.Timeout | undefined
  let looking = false
  let again = false
  const watchers = new Map<string, FSWatcher>()

  const soon = () => {
    if (closed) return
    clearTimeout(timer)
    timer = setTimeout(look, settle)
    timer.unref()
  }

  const follow = (directory: string) => {
    if (closed || watchers.has(directory)) return
    try {
      const watcher = watch(directory, { persistent: false }, soon)
      watcher.on('error', () => drop(directory))
      watchers.set(directory, watcher)
    } catch {
      // No such directory now, or too many watches: the poll sees to it.
    }
  }

  const drop = (directory: string) => {
    watchers.get(directory)?.close()
    watchers.delete(directory)
  }

  /** Watches the directories of the name and of the file that it leads to, and no others. */
  const aim = async () => {
    const wanted = new Set([dirname(path)])
    try {
      wanted.add(dirname(await realpath(path)))
    } catch {
      // Missing for a moment: its own directory tells when it is back.
    }
    for (const directory of watchers.keys()) if (!wanted.has(directory)) drop(directory)
    for (const directory of wanted) follow(directory)
  }

  const look = async () => {
    if (looking) {
      again = true
      return
    }
    looking = true
    try {
      await aim()
      const print = await fingerprint(path)
      if (closed || print === null || print === known) return
      // Half a save may be on disk: it counts once it reads the same twice.
      await new Promise(resolve => setTimeout(resolve, settle).unref())
      if (closed) return
      if ((await fingerprint(path)) !== print) {
        again = true
        return
      }
      if (closed) return
      known = print
      onChange()
    } finally {
      looking = false
      if (again) {
        again = false
        soon()
      }
    }
  }

  void look()
  const ticker = setInterval(look, poll)
  ticker.unref()
  return {
    close() {
      closed = true
      clearTimeout(timer)
      clearInterval(ticker)
      for (const directory of watchers.keys()) drop(directory)
    },
  }
}

/** Differs where the contents differ. Null where there is no file to read. */
async function fingerprint(path: string): Promise<string | null> {
  try {
    const status = await stat(path)
    return outline(status) ?? digest(await readFile(path))
  } catch {
    return null
  }
}

/** As `fingerprint`, before anything else can happen. */
function fingerprintNow(path: string): string | null {
  try {
    const status = statSync(path)
    return outline(status) ?? digest(readFileSync(path))
  } catch {
    return null
  }
}

/** Stands in for the contents of what is not worth reading, since it is refused when it is loaded. */
function outline(status: Stats): string | null {
  if (!status.isFile()) return 'not a file'
  return status.size > 4_194_304 ? `${status.size} ${status.mtimeMs}` : null
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
