import { randomBytes } from 'node:crypto'
import { noteAudit } from '../audit/store.ts'
import type { ServiceId } from '../catalog/model.ts'
import type { LogStore } from '../log/store.ts'
import { type CorrectionRequest, correct } from '../month/correct.ts'
import type { Correction } from '../month/record.ts'
import { outagesIn, type ReportedOutage, report } from '../page/report.ts'
import { exact, reasonWords } from '../page/words.ts'
import type { ServiceRecord, Source } from '../record/source.ts'
import type { RecordStore } from '../record/store.ts'
import type { Contract } from '../sla/contract.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { isTimeZone } from '../time/month.ts'
import { type Preview, previewCorrection } from './correction-preview.ts'
import {
  type CorrectionFaults,
  changeOf,
  KINDS,
  type TypedCorrection,
  typedCorrection,
} from './correction-typed.ts'
import { changeView, correctionRow, KIND_WORDS, monthChange } from './correction-view.ts'
import { faultViews } from './fields.ts'
import type { DeskContext, GuardedRoute } from './route.ts'
import { zoneChoices } from './was-it-down-pages.ts'
import { exactly } from './was-it-down-view.ts'

export interface CorrectionOptions {
  readonly store: RecordStore
  readonly source: Source
  readonly log: Pick<LogStore, 'sign'>
  readonly rules: () => { readonly contract: Contract }
  /** A correction was made: what was rendered from the record is out of date, and claims for its months are to be looked at again. */
  readonly onCorrected: (correction: Correction) => void
  /** Told why the log could not be signed after a correction, which is stored all the same. */
  readonly onUnsigned: (message: string) => void
}

const RECENT = 30
const LISTED = 200

/** Corrections of the record: what there is, and new ones, seen before they are made. */
export function correctionRoutes(options: CorrectionOptions): readonly GuardedRoute[] {
  const roles = ['engineer'] as const

  async function list(context: DeskContext): Promise<Response> {
    const records = await options.source.services(context.now)
    const rows = records
      .flatMap(record => record.settled.corrections.map(stored => ({ record, stored })))
      .sort((a, b) => b.stored.index - a.stored.index)
    const recent = records
      .flatMap(record => recentOutages(record, context.now))
      .sort((a, b) => b.from - a.from)
      .slice(0, RECENT)
    return context.page(
      'corrections',
      {
        corrections: rows
          .slice(0, LISTED)
          .map(({ record, stored }) => correctionRow(stored.correction, record.name)),
        more: Math.max(0, rows.length - LISTED),
        outages: recent.map(outageRow),
      },
      { title: 'Corrections' },
    )
  }

  async function form(
    context: DeskContext,
    typed: TypedCorrection,
    faults: CorrectionFaults,
    status = 200,
  ): Promise<Response> {
    const records = await options.source.services(context.now)
    const { timeZone } = options.rules().contract
    const record = records.find(r => r.id === typed.service)
    const outages = record ? recentOutages(record, context.now).toReversed() : []
    return context.page(
      'correction-new',
      {
        typed,
        services: records.map(r => ({ value: r.id, words: r.name, chosen: r.id === typed.service })),
        kinds: KINDS.map(kind => ({ value: kind, words: KIND_WORDS[kind], chosen: kind === typed.kind })),
        zones: zoneChoices(isTimeZone(typed.zone) ? typed.zone : timeZone, timeZone),
        outages: outages.map(o => ({
          id: o.id,
          words: `${exactly(o.from).words}, ${length(o, context.now)}`,
        })),
        needsOutage: typed.kind !== 'add',
        needsSpan: typed.kind !== 'exclude',
        faults: faultViews(faults),
      },
      { title: 'New correction', status },
    )
  }

  async function previewed(
    context: DeskContext,
    typed: TypedCorrection,
  ): Promise<
    | {
        readonly ok: true
        readonly preview: Extract<Preview, { ok: true }>
        readonly request: CorrectionRequest
        readonly record: ServiceRecord
      }
    | { readonly ok: false; readonly response: Response }
  > {
    const faults: CorrectionFaults = {}
    const records = await options.source.services(context.now)
    const record = records.find(r => r.id === typed.service)
    if (!record) faults['service'] = 'There is no such service. Choose one of the list.'
    const change = changeOf(typed, options.rules().contract.timeZone, faults)
    if (typed.author.trim() === '' || typed.author.length > 200)
      faults['author'] = 'Give a name of up to 200 characters: it is published.'
    if (record && change && Object.keys(faults).length === 0) {
      const request: CorrectionRequest = {
        service: record.id as ServiceId,
        author: typed.author.trim(),
        reason: typed.reason.replaceAll(/\r\n?/g, '\n'),
        change,
      }
      const preview = await previewCorrection(
        options.store,
        record,
        request,
        options.rules().contract,
        context.now,
      )
      if (preview.ok) return { ok: true, preview, request, record }
      faults[preview.field === 'span' ? 'from' : preview.field] = preview.message
    } else if (typed.reason.trim() === '') faults['reason'] = 'Say why: it is published.'
    return { ok: false, response: await form(context, typed, faults, 422) }
  }

  const shown = (
    context: DeskContext,
    typed: TypedCorrection,
    preview: Extract<Preview, { ok: true }>,
    record: ServiceRecord,
    stale: string | null,
  ): Response =>
    context.page(
      'correction-preview',
      {
        typed,
        mark: preview.mark,
        service: record.name,
        change: changeView(preview.correction),
        months: preview.months.map(m => monthChange(record.id, m)),
        stale,
      },
      { title: 'Check the correction', status: stale === null ? 200 : 409 },
    )

  return [
    {
      method: 'GET',
      path: '/desk/corrections',
      nav: 'Corrections',
      roles,
      handle: (_, context) => list(context),
    },
    {
      method: 'GET',
      path: '/desk/corrections/new',
      roles,
      handle: async (c, context) => {
        const typed = typedCorrection(
          name => c.req.query(name) ?? '',
          context.person.name,
          options.rules().contract,
        )
        const records = await options.source.services(context.now)
        const known =
          typed.outage === ''
            ? undefined
            : records.flatMap(r => recentOutages(r, context.now)).find(o => o.id === typed.outage)
        const service = typed.service || (known?.service.id ?? records[0]?.id ?? '')
        // Its bounds as they are, to be changed.
        const filled =
          typed.kind === 'bounds' && known?.to && typed.from === ''
            ? { from: rfc3339(known.from), to: rfc3339(known.to) }
            : {}
        return form(context, { ...typed, service, ...filled }, {})
      },
    },
    {
      method: 'POST',
      path: '/desk/corrections/preview',
      roles,
      handle: async (_, context) => {
        const fields = await context.form()
        const typed = typedCorrection(fields.text, context.person.name, options.rules().contract)
        if (fields.text('back') !== '') return form(context, typed, {})
        const done = await previewed(context, typed)
        return done.ok ? shown(context, typed, done.preview, done.record, null) : done.response
      },
    },
    {
      method: 'POST',
      path: '/desk/corrections',
      roles,
      handle: async (_, context) => {
        const fields = await context.form()
        const typed = typedCorrection(fields.text, context.person.name, options.rules().contract)
        const done = await previewed(context, typed)
        if (!done.ok) return done.response
        if (done.preview.mark !== fields.text('mark'))
          return shown(
            context,
            typed,
            done.preview,
            done.record,
            'The record, or what you ask for, is not what you saw: a month was closed or corrected meanwhile. This is what the correction would do now.',
          )
        const { person, address, now } = context
        const made = await correct(
          options.store,
          done.request,
          randomBytes(12).toString('hex'),
          now,
          correction =>
            noteAudit(options.store.db, {
              at: now,
              actor: { kind: 'person', id: person.id, name: person.name, role: person.role },
              address,
              action: 'record.corrected',
              subject: { kind: 'correction', id: correction.id },
              before: { service: correction.service, outage: correction.outage, span: correction.before },
              after: { service: correction.service, outage: correction.outage, span: correction.after },
              reason: correction.reason,
            }),
        )
        if (!made.ok)
          return form(context, typed, { [made.field === 'span' ? 'from' : made.field]: made.message }, 422)
        const signed = await options.log.sign(now)
        if (!signed.ok) options.onUnsigned(signed.message)
        options.onCorrected(made.correction)
        return context.redirect(
          '/desk/corrections',
          `The correction is made and published${signed.ok ? '' : '; it is not signed yet'}. ${done.record.name}: ${KIND_WORDS[made.correction.kind].toLowerCase()}.`,
        )
      },
    },
  ]
}

function recentOutages(record: ServiceRecord, now: Instant): ReportedOutage[] {
  const of = report(record, now)
  return of.life ? outagesIn(of, of.life, now).slice(-RECENT) : []
}

const length = (o: ReportedOutage, now: Instant): string =>
  o.to === null ? `${exact(now - o.from)} so far` : exact(o.to - o.from)

const outageRow = (o: ReportedOutage) => ({
  id: o.id,
  service: o.service.name,
  from: exactly(o.from),
  length: o.to === null ? 'goes on' : exact(o.to - o.from),
  over: o.to !== null,
  reason: reasonWords(o.reason),
  query: new URLSearchParams({ service: o.service.id, outage: o.id ?? '' }).toString(),
})
