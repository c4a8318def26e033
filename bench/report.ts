import { type Spread, spread } from './numbers.ts'

export type Goal = { readonly least: number } | { readonly most: number }

/** Prints each result as soon as it is there, with its goal beside it. */
export interface Report {
  part(name: string): void
  /** The median decides whether the goal is met. */
  result(what: string, found: Spread | number, unit?: string, goal?: Goal): void
  note(text: string): void
  failed(error: unknown): void
  end(seconds: number): void
}

export function createReport(write: (text: string) => void): Report {
  let current = ''
  let met = 0
  const missed: string[] = []
  return {
    part(name) {
      current = name
      write(`\n${name}\n`)
    },
    result(what, found, unit = '', goal) {
      const { median, least, most } = typeof found === 'number' ? spread([found]) : found
      const value = `${shown(median)}${unit === '' ? '' : ` ${unit}`}`
      const range = least === most ? '' : `${shown(least)}–${shown(most)}`
      write(`  ${what.padEnd(62)} ${value.padStart(16)}  ${range.padEnd(17)}`)
      if (goal !== undefined) {
        const ok = 'least' in goal ? median >= goal.least : median <= goal.most
        if (ok) met++
        else missed.push(`${current}: ${what}`)
        const words = 'least' in goal ? `at least ${goal.least}` : `at most ${goal.most}`
        write(`  ${words.padEnd(15)} ${ok ? 'ok' : 'MISSED'}`)
      }
      write('\n')
    },
    note: text => write(`  ${text}\n`),
    failed(error) {
      missed.push(`${current}: did not finish`)
      write(`  did not finish: ${error instanceof Error ? error.stack : error}\n`)
    },
    end(seconds) {
      write(`\n${met} goals met, ${missed.length} missed, in ${Math.round(seconds)} s\n`)
      for (const what of missed) write(`  missed: ${what}\n`)
    },
  }
}

/** Three digits, or the whole number where it has more. */
function shown(value: number): string {
  if (!Number.isFinite(value)) return 'none'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  if (value === 0) return '0'
  return Number(value.toPrecision(3)).toString()
}
