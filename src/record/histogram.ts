import { VarintReader, VarintWriter } from './varint.ts'

/** Counts of latencies by bucket. Bucket n holds [1.04^n, 1.04^(n+1)) microseconds, so a percentile is off by 2 % at most. */
export type Histogram = Map<number, number>

const WIDTH = Math.log(1.04)

export function observe(histogram: Histogram, microseconds: number): void {
  const bucket = Math.floor(Math.log(Math.max(1, microseconds)) / WIDTH)
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1)
}

export function merge(into: Histogram, other: Histogram): void {
  for (const [bucket, count] of other) into.set(bucket, (into.get(bucket) ?? 0) + count)
}

export function count(histogram: Histogram): number {
  let n = 0
  for (const c of histogram.values()) n += c
  return n
}

/** The nearest-rank percentile in milliseconds, read at its bucket's geometric middle. Null where nothing was observed. */
export function percentile(histogram: Histogram, percent: number): number | null {
  const rank = Math.ceil((count(histogram) * percent) / 100)
  let seen = 0
  for (const [bucket, n] of [...histogram].sort((a, b) => a[0] - b[0])) {
    seen += n
    if (seen >= rank) return Math.exp((bucket + 0.5) * WIDTH) / 1_000
  }
  return null
}

/** Buckets in order, each as its distance from the one before and its count. */
export function encodeHistogram(histogram: Histogram): Buffer {
  const out = new VarintWriter()
  let last = 0
  for (const [bucket, n] of [...histogram].sort((a, b) => a[0] - b[0])) {
    out.write(bucket - last)
    out.write(n)
    last = bucket
  }
  return out.finish()
}

export function decodeHistogram(data: Buffer): Histogram {
  const input = new VarintReader(data)
  const histogram: Histogram = new Map()
  let bucket = 0
  while (!input.done) {
    bucket += input.read()
    histogram.set(bucket, input.read())
  }
  return histogram
}
