import { OndineError } from '../errors/ondine-error.ts'
import type { NetworkEvent, UplinkEvent } from '../lorawan/network-event.ts'
import type { Reading } from '../readings/reading.ts'
import { letterOf, malformedLetter } from './dead-letters/letter.ts'
import type { Decoded, FrameDecoder } from './frame-decoder.ts'
import type { UplinkMetrics } from './metrics.ts'
import type { DeadLetter, ParseEvent, SpooledEvent } from './ports.ts'
import { Instants, Repeats } from './repeats.ts'

/** What became of one event of the spool. */
export interface Outcome {
  offset: number
  readings: readonly Reading[]
  /** why there is none although there should be */
  letter: DeadLetter | null
  /** a frame that came before: there is nothing to do about it */
  repeat: boolean
}

type Parsed = { event: NetworkEvent | null } | { malformed: string }
/** an event decoded by itself, without what came before it */
type Alone = { kind: 'uplink'; uplink: UplinkEvent; decoded: Decoded } | { kind: 'malformed'; reason: string } | { kind: 'nothing' }
/** where an event was or will be decoded */
interface Place {
  batch: Promise<readonly Alone[]>
  index: number
  known: Alone | undefined
}

export interface InterpreterOptions {
  parse: ParseEvent
  decoder: Pick<FrameDecoder, 'decode' | 'hasClock'>
  metrics: Pick<UplinkMetrics, 'decoded'>
  /** events remembered for the consumers that come a little later: few, a frame may bring a day of history */
  remembered: number
}

/**
 * Turns events of the spool into network events and readings. Consumers that are near each other share the work: each
 * event is parsed and decoded once, and remembered by its offset until enough newer ones have come.
 */
export class Interpreter {
  private readonly options: InterpreterOptions
  private readonly parsed: Recent<Parsed>
  private readonly alone: Recent<Place>
  private readonly repeats = new Repeats()
  private readonly instants = new Instants()

  constructor(options: InterpreterOptions) {
    this.options = options
    this.parsed = new Recent(options.remembered)
    this.alone = new Recent(options.remembered)
  }

  /** null: no event of ours, or one that cannot be read (a dead letter, see `decode`). */
  parse(spooled: SpooledEvent): NetworkEvent | null {
    const parsed = this.parseOnce(spooled)
    return 'event' in parsed ? parsed.event : null
  }

  /** In the order of `events`, which is that of their offsets. Rejects only when the codecs cannot be asked at all; then nothing is remembered. */
  async decode(events: readonly SpooledEvent[]): Promise<readonly Outcome[]> {
    const places = this.places(events)
    const outcomes: Outcome[] = []
    for (const [index, spooled] of events.entries()) {
      const place = places[index]
      if (place === undefined) throw new Error('a place is missing')
      place.known ??= (await place.batch)[place.index]
      if (place.known === undefined) throw new Error('an outcome is missing')
      outcomes.push(this.inItsPlace(spooled, place.known))
    }
    return outcomes
  }

  /** The same for events that are ahead of those of the consumers: what is remembered for them stays. */
  async decodeAhead(events: readonly SpooledEvent[]): Promise<readonly Outcome[]> {
    const alone = await this.decodeAlone(events.map((spooled) => this.parseNew(spooled)))
    return events.map((spooled, index) => {
      const mine = alone[index]
      if (mine === undefined) throw new Error('an outcome is missing')
      return this.inItsPlace(spooled, mine)
    })
  }

  /** Remembers what these brought, for those that come after them; their readings are of no interest. */
  async recall(events: readonly SpooledEvent[]): Promise<void> {
    const clocked: SpooledEvent[] = []
    for (const spooled of events) {
      const parsed = this.parse(spooled)
      if (parsed?.type !== 'uplink') continue
      if (this.options.decoder.hasClock(parsed)) clocked.push(spooled)
      else this.repeats.isRepeat(parsed, spooled.offset)
    }
    await this.decode(clocked)
  }

  private places(events: readonly SpooledEvent[]): readonly Place[] {
    // Before anything is added, which may push out what is known of a later one.
    const known = events.map(({ offset }) => this.alone.get(offset))
    const fresh = events.filter((_, index) => known[index] === undefined)
    const batch = this.decodeAlone(fresh.map((spooled) => this.parseOnce(spooled)))
    batch.catch(() => {
      for (const { offset } of fresh) this.alone.delete(offset)
    })
    let next = 0
    return known.map((place, index) => {
      if (place !== undefined) return place
      const added = { batch, index: next++, known: undefined }
      const offset = events[index]?.offset
      if (offset !== undefined) this.alone.set(offset, added)
      return added
    })
  }

  /** What the event means after those before it: a frame once more means nothing, and no two frames have one instant. */
  private inItsPlace({ offset, ...spooled }: SpooledEvent, alone: Alone): Outcome {
    if (alone.kind === 'nothing') return { offset, readings: [], letter: null, repeat: false }
    if (alone.kind === 'malformed')
      return { offset, readings: [], letter: malformedLetter({ offset, ...spooled }, alone.reason), repeat: false }
    const { uplink, decoded } = alone
    if (this.repeats.isRepeat(uplink, offset)) return { offset, readings: [], letter: null, repeat: true }
    const { obstacle } = decoded
    if (obstacle !== null)
      return { offset, readings: [], letter: letterOf({ offset, ...spooled }, uplink, decoded, obstacle), repeat: false }
    return { offset, readings: this.apart(decoded, offset), letter: null, repeat: false }
  }

  /** Times of readings that another frame has too, moved; of a frame that stood at `offset` of this spool. */
  apart({ readings, own }: Pick<Decoded, 'readings' | 'own'>, offset: number): readonly Reading[] {
    return this.instants.apart(readings, own, offset)
  }

  private async decodeAlone(parsed: readonly Parsed[]): Promise<readonly Alone[]> {
    const uplinks = parsed.flatMap((one) => ('event' in one && one.event?.type === 'uplink' ? one.event : []))
    const decoded = uplinks.length === 0 ? [] : await this.options.decoder.decode(uplinks)
    const sound = decoded.filter(({ ran, obstacle }) => ran && obstacle === null)
    const readings = sound.reduce((sum, one) => sum + one.readings.length, 0)
    const shifted = sound.filter((one) => one.readings.some(({ flags }) => flags.time === 'shifted')).length
    if (sound.length > 0) this.options.metrics.decoded(sound.length, readings, shifted)
    let next = 0
    return parsed.map((one): Alone => {
      if ('malformed' in one) return { kind: 'malformed', reason: one.malformed }
      if (one.event?.type !== 'uplink') return { kind: 'nothing' }
      const mine = decoded[next++]
      if (mine === undefined) throw new Error('an outcome is missing')
      return { kind: 'uplink', uplink: one.event, decoded: mine }
    })
  }

  private parseOnce(spooled: SpooledEvent): Parsed {
    const known = this.parsed.get(spooled.offset)
    if (known !== undefined) return known
    const parsed = this.parseNew(spooled)
    this.parsed.set(spooled.offset, parsed)
    return parsed
  }

  private parseNew({ topic, payload }: SpooledEvent): Parsed {
    try {
      return { event: this.options.parse(topic, payload) }
    } catch (error) {
      return { malformed: OndineError.from(error).message }
    }
  }
}

/** By offset, each at its place in a ring: a newer one takes the place of one that was so many before it. */
class Recent<V> {
  private readonly offsets: number[]
  private readonly values: (V | undefined)[]

  constructor(size: number) {
    this.offsets = Array(size).fill(-1)
    this.values = Array(size).fill(undefined)
  }

  get(offset: number): V | undefined {
    const at = offset % this.offsets.length
    return this.offsets[at] === offset ? this.values[at] : undefined
  }

  delete(offset: number): void {
    if (this.get(offset) !== undefined) this.values[offset % this.offsets.length] = undefined
  }

  set(offset: number, value: V): void {
    const at = offset % this.offsets.length
    this.offsets[at] = offset
    this.values[at] = value
  }
}
