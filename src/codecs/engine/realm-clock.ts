export interface FrameClock {
  /** what this realm takes for now, in ms; `seed` gives the number that chance begins with, asked for when the codec wants any */
  set: (time: number, seed: () => number) => void
  /** a Date of the true kind, for `recvTime` */
  date: () => Date
  time: () => number
}

/**
 * Takes the clock, chance and shared memory away from a realm: its only time is the frame's, and its chance is the same
 * for the same frame. Its text is compiled inside the realm, before the codec; it may use nothing from outside its own body.
 */
export function makeFrameClock(): FrameClock {
  const scope: Record<string, unknown> = globalThis as never
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'Temporal']) delete scope[name]

  const { apply, construct } = Reflect
  const { imul } = Math
  const PlainDate = Date
  const { prototype } = PlainDate
  const { toString: dateText } = prototype
  let time = 0
  let chance: number | undefined
  let seedOf = () => 0

  // Called and constructed alike: the common cases are told apart because `construct` is slow.
  function FrameDate(this: unknown, ...parts: unknown[]): unknown {
    const { length } = parts
    if (new.target === undefined) return apply(dateText, new PlainDate(time), [])
    if (new.target === FrameDate && length === 0) return new PlainDate(time)
    if (new.target === FrameDate && length === 1) return new PlainDate(parts[0] as number)
    return construct(PlainDate, length === 0 ? [time] : parts, new.target)
  }
  FrameDate.prototype = prototype
  FrameDate.now = () => time
  FrameDate.parse = PlainDate.parse
  FrameDate.UTC = PlainDate.UTC
  Object.defineProperty(FrameDate, 'name', { value: 'Date' })
  Object.defineProperty(FrameDate, 'length', { value: 7 })
  Object.defineProperty(prototype, 'constructor', { value: FrameDate, writable: true, configurable: true })
  scope.Date = FrameDate

  // A format that is given no date formats now.
  const formats = Intl.DateTimeFormat.prototype
  const { formatToParts } = formats
  const format = Object.getOwnPropertyDescriptor(formats, 'format')?.get
  const given = (date: unknown) => (date === undefined ? time : date)
  Object.defineProperty(formats, 'formatToParts', {
    value: function parts(this: unknown, date: unknown) {
      return apply(formatToParts, this, [given(date)])
    },
  })
  Object.defineProperty(formats, 'format', {
    get(this: unknown) {
      const bound = apply(format as () => (date: unknown) => string, this, [])
      return (date: unknown) => bound(given(date))
    },
  })

  // mulberry32
  Math.random = () => {
    chance = ((chance ?? seedOf()) + 0x6d2b79f5) | 0
    let mixed = imul(chance ^ (chance >>> 15), 1 | chance)
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  return {
    set(frameTime, seed) {
      time = frameTime
      chance = undefined
      seedOf = seed
    },
    date: () => new PlainDate(time),
    time: () => time,
  }
}
