import type { CaseworkOptions } from '../casework/room.ts'
import { type DecisionLeaf, verifyDecision } from '../claim/decision.ts'
import type { StoredDecision } from '../claim/store.ts'
import type { Message } from '../support/message-store.ts'
import { rfc3339 } from '../time/instant.ts'
import { dayWords, GROUNDS } from './claim-words.ts'
import { exactly } from './was-it-down-view.ts'

/** What was decided: one sentence, with the shape that goes with it. */
export const decidedWords = ({ record }: StoredDecision) => ({
  shape: record.outcome === 'credited' ? 'met' : 'down',
  words: record.outcome === 'credited' ? `Credited: ${dayWords(record.days)}.` : 'Declined.',
})

/** A decision with the proof that it was sealed: its salted hash is what the log holds at its place. */
export async function decisionView(
  room: CaseworkOptions,
  decision: StoredDecision,
  messages: readonly Message[],
) {
  const { record, salt, hash, at, by, override, logIndex } = decision
  const leaf: DecisionLeaf = { type: 'nines.decision/1', at: rfc3339(at), hash }
  const entry = logIndex === null ? null : await room.log.entry(logIndex)
  const checkpoint = await room.log.checkpoint()
  const sealed = entry !== null && new TextDecoder().decode(entry.data).includes(hash)
  return {
    outcome: record.outcome === 'credited' ? `${dayWords(record.days)} of credit` : 'no credit',
    reason: record.reason,
    ground:
      record.outcome === 'declined'
        ? (GROUNDS[(record.reason ?? '').split(':')[0] as keyof typeof GROUNDS] ?? null)
        : null,
    override,
    by,
    at: exactly(at),
    record: JSON.stringify(record, null, 2),
    salt,
    hash,
    logIndex,
    entryHref: logIndex === null ? null : `/api/v1/log/entries/${logIndex}`,
    proofHref:
      logIndex === null || !checkpoint || checkpoint.size <= logIndex
        ? null
        : `/api/v1/log/proofs/inclusion?index=${logIndex}&size=${checkpoint.size}`,
    matches: verifyDecision(record, salt, leaf) && sealed,
    signed: logIndex !== null && checkpoint !== null && checkpoint.size > logIndex ? checkpoint.size : null,
    letter: messages.find(m => m.direction === 'out' && !m.automatic && m.at === at)?.body ?? null,
  }
}
