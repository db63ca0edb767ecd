const ways = 16

/**
 * Which event of the spool was the first to bring something (a frame, an instant of a device), as far back as room
 * allows: a table of fixed size without an object per entry. The offset decides, not who asks first, so that consumers
 * at different places of the spool, and those that read it again, are told the same.
 *
 * What is looked for is known by 64 bits of hash within sixteen places: that two are taken for one is as rare as once in
 * centuries of full load.
 */
export class FirstSeen {
  private readonly hashes: Uint32Array
  private readonly offsets: Float64Array
  /** what the caller compares by: a time, a frame */
  private readonly marks: Float64Array
  /** place of each row that is given away next */
  private readonly next: Uint8Array
  private readonly rows: number

  /** `rows`: a power of two, of sixteen entries and about 400 bytes each */
  constructor(rows: number) {
    this.rows = rows
    this.hashes = new Uint32Array(rows * ways * 2)
    this.offsets = new Float64Array(rows * ways)
    this.marks = new Float64Array(rows * ways)
    this.next = new Uint8Array(rows)
  }

  /**
   * The mark of an event before `offset` that brought `key`, for which `same` holds; null: this one is the first, and
   * is remembered with its own mark. `device` names the row: what a busy neighbour sends crowds out nobody else's for long.
   */
  earlier(device: string, key: string, offset: number, mark: number, same: (mark: number) => boolean): number | null {
    const row = (hash(device, prime.row) & (this.rows - 1)) * ways
    const text = `${device} ${key}`
    const [high, low] = [hash(text, prime.high), hash(text, prime.low)]
    for (let at = row; at < row + ways; at++) {
      if (this.hashes[2 * at] !== high || this.hashes[2 * at + 1] !== low) continue
      const [known = 0, knownMark = 0] = [this.offsets[at], this.marks[at]]
      // Offsets are kept plus one: 0 is an empty place.
      if (known === 0 || !same(knownMark)) continue
      if (known <= offset) return knownMark
      this.offsets[at] = offset + 1
      this.marks[at] = mark
      return null
    }
    this.put(row, high, low, offset, mark)
    return null
  }

  private put(row: number, high: number, low: number, offset: number, mark: number): void {
    const turn = this.next[row / ways] ?? 0
    const at = row + turn
    this.next[row / ways] = (turn + 1) % ways
    this.hashes[2 * at] = high
    this.hashes[2 * at + 1] = low
    this.offsets[at] = offset + 1
    this.marks[at] = mark
  }
}

const prime = { row: 0x01000193, high: 0x9e3779b1, low: 0x5f356495 }

/** Multiplies and mixes once per character; with another factor it is another hash. */
function hash(text: string, factor: number): number {
  let value = 0x811c9dc5 ^ text.length
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), factor)
  value = Math.imul(value ^ (value >>> 15), factor)
  value = Math.imul(value ^ (value >>> 13), prime.low)
  return (value ^ (value >>> 16)) >>> 0
}
