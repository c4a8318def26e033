import { availableParallelism, cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpu } from './parts/cpu.ts'
import { disk } from './parts/disk.ts'
import { lateness } from './parts/lateness.ts'
import { month } from './parts/month.ts'
import { page } from './parts/page.ts'
import { pipeline } from './parts/pipeline.ts'
import { restart } from './parts/restart.ts'
import { createReport, type Report } from './report.ts'
import { play } from './roles.ts'
import { createStage, type Stage } from './stage.ts'

type Part = (stage: Stage, report: Report) => Promise<void>

const PARTS: Readonly<Record<string, Part>> = { pipeline, cpu, disk, lateness, restart, month, page }

const [first, ...rest] = process.argv.slice(2)
if (first === '--role') await play(rest)
else await benchmark(first === undefined ? Object.keys(PARTS) : [first, ...rest])

/** How many cores are busy, over a second in which we do nothing. */
async function busyCores(): Promise<number> {
  const busy = (): number =>
    cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
  const [before, begun] = [busy(), performance.now()]
  await sleep(1_000)
  return (busy() - before) / (performance.now() - begun)
}

async function benchmark(names: readonly string[]): Promise<void> {
  const stranger = names.find(name => !(name in PARTS))
  if (stranger !== undefined) {
    process.stderr.write(`there is no part ${stranger}; there are ${Object.keys(PARTS).join(', ')}\n`)
    process.exitCode = 2
    return
  }
  const [model] = cpus()
  process.stdout.write(
    `Node ${process.versions.node}, ${availableParallelism()} cores (${model?.model ?? 'unknown'})\n`,
  )
  const begun = performance.now()
  const report = createReport(text => process.stdout.write(text))
  for (const name of names) {
    report.part(name)
    report.note(`${(await busyCores()).toFixed(1)} cores were busy with other things just before`)
    const stage = createStage()
    try {
      await PARTS[name]?.(stage, report)
    } catch (error) {
      report.failed(error)
    } finally {
      await stage.close()
    }
  }
  report.end((performance.now() - begun) / 1_000)
}
