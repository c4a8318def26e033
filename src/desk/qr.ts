import { encode } from 'uqr'

export interface QrView {
  readonly size: number
  /** The dark modules, as the `d` of an SVG path in units of one module. */
  readonly path: string
}

/** A QR code as one path, quiet zone included. */
export function qr(text: string): QrView {
  const { data, size } = encode(text, { border: 4, ecc: 'M' })
  let path = ''
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue
      const from = x
      while (row[x + 1]) x++
      path += `M${from} ${y}h${x - from + 1}v1h-${x - from + 1}z`
    }
  })
  return { size, path }
}
