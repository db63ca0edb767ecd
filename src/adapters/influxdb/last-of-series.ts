import type { Value } from '../../readings/reading.ts'

/** A name, and what kind of value it has. */
interface Slot {
  name: string
  kind: 'number' | 'boolean' | 'string'
}

/** The names of a series in order: thousands of series share one, as devices of a model send the same. */
class Shape {
  readonly slots: readonly Slot[]
  /** the slots by name */
  readonly order: readonly number[]
  /** no name has values of two kinds */
  readonly isPlain: boolean
  readonly #next = new Map<string, Shape>()

  constructor(slots: readonly Slot[]) {
    this.slots = slots
    const named = slots.map(({ name }, at) => ({ name, at })).sort((a, b) => (a.name < b.name ? -1 : 1))
    this.order = named.map(({ at }) => at)
    this.isPlain = new Set(slots.map(({ name }) => name)).size === slots.length
  }

  with(slot: Slot): Shape {
    const key = `${slot.kind} ${slot.name}`
    const known = this.#next.get(key)
    if (known !== undefined) return known
    const shape = new Shape([...this.slots, slot])
    this.#next.set(key, shape)
    return shape
  }
}

const emptyShape = new Shape([])

/** The newest value of each name of one series. */
export interface NewestValue {
  name: string
  value: Value
  /** ms since 1970 */
  time: number
  flag: string | null
}

/** What one series measured last, of each name apart: 16 bytes a name, as there are a million of them in a large territory. */
export class LastOfSeries {
  #shape = emptyShape
  /** value and time, slot after slot: numbers only, so that the engine keeps them unboxed */
  #cells: number[] = []
  #texts: Map<string, string> | null = null
  #flags: Map<string, string> | null = null

  /** A reading of before what is known changes nothing; at the same instant what was written later counts. */
  put(values: Readonly<Record<string, Value>>, flags: Readonly<Record<string, string>>, time: number): void {
    let at = 0
    for (const name in values) {
      const value = values[name]
      if (value === undefined) continue
      at = this.#slotOf(name, typeof value, at)
      this.#set(at, value, time, Object.hasOwn(flags, name) ? (flags[name] ?? null) : null)
      at += 1
    }
  }

  /** What the database tells, which may be older than what was written meanwhile. */
  putUnlessKnown({ name, value, time, flag }: NewestValue): void {
    const slot = this.#slotOf(name, typeof value, 0)
    if (time > (this.#cells[2 * slot + 1] ?? 0)) this.#set(slot, value, time, flag)
  }

  /** Forgets all that is older than this (ms since 1970), or everything. */
  forget(before = Number.POSITIVE_INFINITY): void {
    const kept = this.values().filter(({ time }) => time >= before)
    this.#shape = emptyShape
    this.#cells = []
    this.#texts = null
    this.#flags = null
    for (const one of kept) this.putUnlessKnown(one)
  }

  /** Forgets what was measured at this instant. */
  forgetAt(time: number): void {
    for (let at = 1; at < this.#cells.length; at += 2) if (this.#cells[at] === time) this.#cells[at] = -1.5
  }

  /** Whether `each` tells each name once. */
  get isPlain(): boolean {
    return this.#shape.isPlain
  }

  /** By name. */
  each(tell: (name: string, value: Value, time: number, flag: string | null) => void): void {
    const { slots, order } = this.#shape
    for (const at of order) {
      const [slot, cell, time] = [slots[at], this.#cells[2 * at], this.#cells[2 * at + 1]]
      if (slot === undefined || cell === undefined || time === undefined || time < 0) continue
      const { name, kind } = slot
      const value = kind === 'number' ? cell : kind === 'boolean' ? cell === 1 : (this.#texts?.get(name) ?? '')
      tell(name, value, time, this.#flags?.get(name) ?? null)
    }
  }

  values(): NewestValue[] {
    const values: NewestValue[] = []
    this.each((name, value, time, flag) => values.push({ name, value, time, flag }))
    return values
  }

  #set(slot: number, value: Value, time: number, flag: string | null): void {
    const cells = this.#cells
    if (time < (cells[2 * slot + 1] ?? 0)) return
    const name = this.#shape.slots[slot]?.name ?? ''
    if (typeof value === 'string') {
      this.#texts ??= new Map()
      this.#texts.set(name, value)
    }
    cells[2 * slot] = typeof value === 'string' ? 0.5 : Number(value)
    cells[2 * slot + 1] = time
    if (flag !== null) {
      this.#flags ??= new Map()
      this.#flags.set(name, flag)
    } else if (this.#flags !== null) this.#flags.delete(name)
  }

  /** Where this name stands, looked for first where it stood in the reading before. */
  #slotOf(name: string, kind: string, guess: number): number {
    const { slots } = this.#shape
    const expected = slots[guess]
    if (expected !== undefined && expected.name === name && expected.kind === kind) return guess
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at]
      if (slot?.name === name && slot.kind === kind) return at
    }
    this.#shape = this.#shape.with({ name, kind: kind === 'number' || kind === 'boolean' ? kind : 'string' })
    this.#cells.push(0.5, -1.5)
    return slots.length
  }
}
