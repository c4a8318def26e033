/** Unsigned LEB128 integers, up to 2^53 - 1. */
export class VarintWriter {
  private bytes = Buffer.allocUnsafe(256)
  private length = 0

  write(value: number): void {
    if (this.length + 8 > this.bytes.length) {
      this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2)
    }
    let rest = value
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.bytes[this.length++] = rest
  }

  finish(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length))
  }
}

export class VarintReader {
  private at = 0
  private readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get done(): boolean {
    return this.at >= this.bytes.length
  }

  /** Throws a RangeError past the end. */
  read(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw new RangeError('packed numbers end too early')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
  }
}
