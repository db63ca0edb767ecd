import type { CodecRunner, DecodeResult } from '../codecs/codec-runner.ts'
import { normalise } from '../codecs/normalise.ts'
import { OndineError } from '../errors/ondine-error.ts'
import { assignmentAt } from '../inventory/directory.ts'
import type { NetworkEvent, UplinkEvent } from '../lorawan/network-event.ts'
import type { Reading } from '../readings/reading.ts'
import { DeviceVariables } from './device-variables.ts'
import type { UplinkMetrics } from './metrics.ts'
import type { DeadLetter, DeviceDirectory, Models, ParseEvent, ReadVariables, SpooledEvent } from './ports.ts'
import { codecObstacle, notInstalled, type Obstacle, type Prepared, prepareFrame, variablesUnknown } from './prepare-frame.ts'
import { readingsOf } from './readings-of.ts'

/** What became of one event of the spool. */
export interface Outcome {
  offset: number
  readings: readonly Reading[]
  /** why there is none although there should be */
  letter: DeadLetter | null
}

type Parsed = { event: NetworkEvent | null } | { malformed: string }
type Frame = Extract<Prepared, { kind: 'frame' }>
/** a frame to decode, and which of the events it is */
type Waiting = { index: number; uplink: UplinkEvent; prepared: Frame }

export interface InterpreterOptions {
  parse: ParseEvent
  directory: DeviceDirectory
  models: Models
  codecs: Pick<CodecRunner, 'decode'>
  /** of devices whose model's codec reads some */
  variables: ReadVariables
  metrics: Pick<UplinkMetrics, 'decoded'>
  /** events remembered for the consumers that come a little later; 4,000 unless told: a frame may bring a day of history */
  remembered?: number
}

/**
 * Turns events of the spool into network events and readings. Consumers that are near each other share the work: each
 * event is parsed and decoded once, and remembered by its offset until enough newer ones have come.
 */
export class Interpreter {
  private readonly options: InterpreterOptions
  private readonly variables: DeviceVariables
  private readonly parsed: Recent<Parsed>
  private readonly outcomes: Recent<Promise<Outcome>>

  constructor(options: InterpreterOptions) {
    this.options = options
    this.variables = new DeviceVariables(options.variables)
    this.parsed = new Recent(options.remembered ?? 4_000)
    this.outcomes = new Recent(options.remembered ?? 4_000)
  }

  /** null: no event of ours, or one that cannot be read (a dead letter, see `decode`). */
  parse(spooled: SpooledEvent): NetworkEvent | null {
    const parsed = this.parseOnce(spooled)
    return 'event' in parsed ? parsed.event : null
  }

  /** In the order of `events`, which is that of their offsets. Rejects only when the codecs cannot be asked at all; then nothing is remembered. */
  async decode(events: readonly SpooledEvent[]): Promise<readonly Outcome[]> {
    const wanted = new Map<number, Promise<Outcome>>()
    const fresh: SpooledEvent[] = []
    for (const spooled of events) {
      const known = this.outcomes.get(spooled.offset)
      if (known === undefined) fresh.push(spooled)
      else wanted.set(spooled.offset, known)
    }
    const decoding = this.decodeFresh(fresh)
    for (const [index, { offset }] of fresh.entries()) {
      const outcome = decoding.then((outcomes) => outcomeAt(outcomes, index))
      outcome.catch(() => this.outcomes.delete(offset))
      this.outcomes.set(offset, outcome)
      wanted.set(offset, outcome)
    }
    return Promise.all(wanted.values()).then((outcomes) => outcomes.sort((a, b) => a.offset - b.offset))
  }

  private parseOnce(spooled: SpooledEvent): Parsed {
    const known = this.parsed.get(spooled.offset)
    if (known !== undefined) return known
    let parsed: Parsed
    try {
      parsed = { event: this.options.parse(spooled.topic, spooled.payload) }
    } catch (error) {
      parsed = { malformed: OndineError.from(error).message }
    }
    this.parsed.set(spooled.offset, parsed)
    return parsed
  }

  private async decodeFresh(events: readonly SpooledEvent[]): Promise<readonly Outcome[]> {
    const frames: Waiting[] = []
    const outcomes = events.map((spooled, index): Outcome => {
      const parsed = this.parseOnce(spooled)
      if ('malformed' in parsed) return refused(spooled, null, undefined, malformed(parsed.malformed))
      const uplink = parsed.event
      if (uplink?.type !== 'uplink') return { offset: spooled.offset, readings: [], letter: null }
      const prepared = prepareFrame(uplink, this.options.directory, this.options.models)
      if (prepared.kind === 'obstacle') return refused(spooled, uplink, prepared.device?.tenant, prepared.obstacle)
      if (prepared.kind === 'frame') frames.push({ index, uplink, prepared })
      return { offset: spooled.offset, readings: [], letter: null }
    })
    const ready = await this.withVariables(frames, ({ index, uplink, prepared }) => {
      const spooled = events[index]
      if (spooled === undefined) return
      const obstacle = variablesUnknown(uplink.device.devEui, prepared.model.slug)
      outcomes[index] = refused(spooled, uplink, prepared.device.tenant, obstacle)
    })
    if (ready.length === 0) return outcomes
    const results = await this.options.codecs.decode(ready.map(({ prepared }) => prepared.frame))
    let decoded = 0
    let readings = 0
    for (const [at, { index, uplink, prepared }] of ready.entries()) {
      const spooled = events[index]
      const result = results[at]
      if (spooled === undefined || result === undefined) throw new Error('a codec result is missing')
      const outcome = interpret(spooled, uplink, prepared, result)
      outcomes[index] = outcome
      if (outcome.letter === null) decoded++
      readings += outcome.readings.length
    }
    this.options.metrics.decoded(decoded, readings)
    return outcomes
  }

  /** Frames of models whose codec reads variables get those of their device; where they cannot be known the frame is `missed`. */
  private async withVariables(frames: readonly Waiting[], missed: (frame: Waiting) => void): Promise<readonly Waiting[]> {
    if (frames.every(({ prepared }) => prepared.model.variables.length === 0)) return frames
    const complete = await Promise.all(
      frames.map(async (waiting) => {
        const { prepared } = waiting
        if (prepared.model.variables.length === 0) return waiting
        const variables = await this.variables.of(prepared.device.devEui)
        if (variables !== null) return { ...waiting, prepared: { ...prepared, frame: { ...prepared.frame, variables } } }
        missed(waiting)
        return null
      }),
    )
    return complete.filter((waiting) => waiting !== null)
  }
}

function outcomeAt(outcomes: readonly Outcome[], index: number): Outcome {
  const outcome = outcomes[index]
  if (outcome === undefined) throw new Error('an outcome is missing')
  return outcome
}

/** Never throws: whatever one frame does to us must not hold up the others. */
function interpret(spooled: SpooledEvent, uplink: UplinkEvent, { device, model }: Frame, result: DecodeResult): Outcome {
  if (!result.ok) return refused(spooled, uplink, device.tenant, codecObstacle(model.slug, result))
  try {
    const mapped = normalise(model, result.data, {
      receivedAt: uplink.time,
      parameters: (channel, time) => assignmentAt(device, channel, time)?.parameters ?? {},
    })
    const readings = readingsOf(uplink, model, mapped, device)
    if (mapped.length > 0 && readings.length === 0) return refused(spooled, uplink, device.tenant, notInstalled(uplink, model.slug))
    return { offset: spooled.offset, readings, letter: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const failure = { ok: false, reason: 'bad-result', errors: [reason] } as const
    return refused(spooled, uplink, device.tenant, codecObstacle(model.slug, failure))
  }
}

function refused(spooled: SpooledEvent, uplink: UplinkEvent | null, tenant: string | undefined, obstacle: Obstacle): Outcome {
  const letter = {
    ...obstacle,
    offset: spooled.offset,
    devEui: uplink?.device.devEui ?? null,
    tenant: tenant ?? null,
    event: uplink,
    topic: spooled.topic,
    payload: spooled.payload,
    time: uplink?.time ?? spooled.spooledAt,
  }
  return { offset: spooled.offset, readings: [], letter }
}

function malformed(reason: string): Obstacle {
  return { reason: 'malformed', detail: reason, advice: 'ondine doctor' }
}

/** The newest entries, oldest forgotten first. */
class Recent<V> {
  private readonly entries = new Map<number, V>()
  private readonly size: number

  constructor(size: number) {
    this.size = size
  }

  get(offset: number): V | undefined {
    return this.entries.get(offset)
  }

  delete(offset: number): void {
    this.entries.delete(offset)
  }

  set(offset: number, value: V): void {
    this.entries.set(offset, value)
    if (this.entries.size <= this.size) return
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest)
      break
    }
  }
}
