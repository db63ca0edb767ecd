import { createHash } from 'node:crypto'

/**
 * Random values that repeat for a seed. Its whole state is how many values were drawn,
 * so that a network that is loaded again goes on where it stopped.
 */
export class SeededRandom {
  readonly #seed: number
  #drawn: number

  constructor(seed: number, drawn = 0) {
    this.#seed = seed
    this.#drawn = drawn
  }

  get drawn(): number {
    return this.#drawn
  }

  /** at most 32 bytes */
  bytes(length: number): Uint8Array {
    this.#drawn += 1
    return createHash('sha256').update(`${this.#seed}:${this.#drawn}`).digest().subarray(0, length)
  }

  hex(length: number): string {
    return Buffer.from(this.bytes(length)).toString('hex')
  }

  uint32(): number {
    return Buffer.from(this.bytes(4)).readUInt32BE()
  }

  /** from 0 to 1, 1 excluded */
  fraction(): number {
    return this.uint32() / 2 ** 32
  }

  /** version 4 (RFC 9562 §5.4) */
  uuid(): string {
    const bytes = Buffer.from(this.bytes(16))
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
    const hex = bytes.toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, rank: this.uint32() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item)
  }
}
