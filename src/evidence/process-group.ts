import { readdir, readFile } from 'node:fs/promises'

/** Ends every process of a group at once. That there is none any more is no fault. */
export function killGroup(leader: number): void {
  for (const target of [-leader, leader]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
}

/** What the processes of a group hold in memory together, in bytes; pages that they share count for each. 0 where that cannot be read. */
export async function memoryOfGroup(leader: number): Promise<number> {
  try {
    const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
    const sizes = await Promise.all(ids.map(id => memoryIn(id, leader)))
    return sizes.reduce((sum, size) => sum + size, 0)
  } catch {
    return 0
  }
}

async function memoryIn(id: string, leader: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8')
    // The name may hold anything: what counts begins after its closing parenthesis with state, parent and group.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[2]) === leader ? Number(fields[21]) * 4_096 : 0
  } catch {
    return 0
  }
}
