import type { Health } from './api.ts'

/** How long checks may wait for the database, as they do during an import, before the server is not ready, in ms. */
const GRACE = 60_000

/**
 * What troubles a server: a configuration that was refused, a log that cannot be signed and months that a fault keeps open,
 * which leave it ready, and checks that cannot be stored, which do not where it has lasted too long (`lasting`, in ms).
 */
export function health(
  refused: readonly string[],
  unsigned: string | null,
  unclosable: readonly string[],
  trouble: Error | null,
  waiting: number,
  lasting: number,
): Health {
  const troubles = [
    ...(refused.length > 0 ? [{ what: 'the configuration file was refused', details: refused }] : []),
    ...(unsigned === null
      ? []
      : [{ what: 'the log of closed months cannot be signed', details: [unsigned] }]),
    ...(unclosable.length > 0 ? [{ what: 'months cannot be closed', details: unclosable }] : []),
    ...(trouble
      ? [{ what: 'checks cannot be stored', details: [`${waiting} wait: ${trouble.message}`] }]
      : []),
  ]
  return { ready: trouble === null || lasting < GRACE, troubles }
}
