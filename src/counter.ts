import type { Logger } from 'pino'
import { type CasesOptions, openCases } from './cases.ts'
import type { Casework } from './casework/casework.ts'
import type { ServiceId } from './catalog/model.ts'
import { attainmentRoutes } from './desk/attainment-pages.ts'
import { claimRoutes } from './desk/claim-pages.ts'
import { correctionRoutes } from './desk/correction-pages.ts'
import { type Desk, desk } from './desk/desk.ts'
import { disagreementRoutes } from './desk/disagreement-pages.ts'
import { monthRoutes } from './desk/month-pages.ts'
import { requestRoutes } from './desk/request-pages.ts'
import { wasItDownRoutes } from './desk/was-it-down-pages.ts'
import type { PictureSource } from './evidence/picture.ts'
import { type Front, front } from './front/front.ts'
import { closingSettings } from './month/settings.ts'
import { people } from './people/people.ts'
import { loadSecrets } from './people/secrets.ts'
import type { Month } from './time/month.ts'

export interface CounterOptions extends Omit<CasesOptions, 'onSealed' | 'onError'> {
  readonly pictures: PictureSource
  readonly logger: Logger
  /** What was rendered is out of date: something was corrected or sealed. */
  readonly onChanged: () => void
}

/** What people come to: the customers' forms, and the desk behind them. */
export interface Counter {
  readonly front: Front
  readonly desk: Desk
  readonly cases: Casework
  close(): void
}

/** Opens the counter. It takes a second and tens of megabytes, so that a server does it when somebody comes. */
export async function openCounter(options: CounterOptions): Promise<Counter> {
  const { db, store, source, log, data, now, logger, viewsDirectory, onChanged, config } = options
  const { cases, room, support } = openCases({
    ...options,
    onSealed: onChanged,
    onError: error => logger.error({ err: error }, 'work on a case is unfinished; it will be caught up'),
  })
  // Files that a kill left without their row.
  await support.sweep()
  const staff = people({
    db,
    secrets: loadSecrets(data),
    settings: () => ({
      url: config().page.url,
      ...(config().people.oidc ? { oidc: config().people.oidc } : {}),
    }),
    now,
    onTrouble: message => logger.warn(message),
  })
  const lookAgain = (service: ServiceId, month: Month): void => {
    cases
      .monthClosed(service, month)
      .catch((error: unknown) => logger.error({ err: error }, 'claims of a month wait to be assessed'))
  }
  const rules = () => ({
    contract: config().contract,
    tolerance: config().support.tolerance,
    url: config().page.url,
  })
  const staffed = desk({
    db,
    people: staff,
    settings: () => ({
      title: config().page.title,
      url: config().page.url,
      trustedProxies: config().server.trustedProxies,
    }),
    now,
    viewsDirectory,
    routes: [
      ...wasItDownRoutes({ source, pictures: options.pictures, rules }),
      ...requestRoutes({ cases, room }),
      ...claimRoutes({ cases, room, pictures: options.pictures }),
      ...correctionRoutes({
        store,
        source,
        log,
        rules,
        onCorrected: ({ service, months }) => {
          onChanged()
          for (const { month } of months) lookAgain(service as ServiceId, month as Month)
        },
        onUnsigned: message => logger.error(`the log was not signed: ${message}`),
      }),
      ...monthRoutes({ store, source, closing: () => closingSettings(config()) }),
      ...attainmentRoutes({ support, timeZone: () => config().contract.timeZone }),
      ...disagreementRoutes({ db, source }),
    ],
    onError: (error, path) => logger.error({ err: error, path }, 'a page of the desk failed'),
  })
  const customers = front({
    casework: cases,
    support,
    source,
    settings: () => ({
      title: config().page.title,
      url: config().page.url,
      contract: config().contract,
      tolerance: config().support.tolerance,
      evidence: config().support.evidence,
      tiers: config().support.tiers,
      trustedProxies: config().server.trustedProxies,
    }),
    now,
    viewsDirectory,
    onError: (error, path) => logger.error({ err: error, path }, 'a form failed'),
  })
  return { front: customers, desk: staffed, cases, close: () => staff.close() }
}
