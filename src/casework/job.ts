import type { Job } from '../record/housekeeping.ts'

/** Assesses the claims whose month was closed meanwhile, and those that a kill left without an assessment. */
export const CLAIMS_JOB = { name: 'assessing claims', cron: '*/10 * * * *' } as const satisfies Omit<
  Job,
  'work'
>
