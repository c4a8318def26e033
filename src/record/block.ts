import { VarintReader, VarintWriter } from './varint.ts'

/** A check as stored: reason and policy are ids, `latency` is in microseconds. */
export interface Row {
  readonly at: number
  /** Reason id x 4 + state (0 up, 1 down, 2 unknown). */
  readonly code: number
  readonly policy: number
  readonly latency: number | null
}

/**
 * Rows of one endpoint in one block. 240 of them, at the usual 7 bytes, keep the block within one database page of
 * 2 KiB.
 */
export const BLOCK_ROWS = 240

/** Packs rows in order of `at`: for each the time since the one before, code, policy, and latency + 1 (0 is null). */
export function encodeBlock(rows: readonly Row[]): Buffer {
  const out = new VarintWriter()
  let last = rows[0]?.at ?? 0
  for (const row of rows) {
    out.write(row.at - last)
    out.write(row.code)
    out.write(row.policy)
    out.write(row.latency === null ? 0 : row.latency + 1)
    last = row.at
  }
  return out.finish()
}

/** Unpacks a block whose first row is at `from`. */
export function decodeBlock(data: Buffer, from: number): Row[] {
  const input = new VarintReader(data)
  const rows: Row[] = []
  let at = from
  while (!input.done) {
    at += input.read()
    const code = input.read()
    const policy = input.read()
    const latency = input.read()
    rows.push({ at, code, policy, latency: latency === 0 ? null : latency - 1 })
  }
  return rows
}
