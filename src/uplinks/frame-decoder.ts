import type { CodecRunner, DecodeResult } from '../codecs/codec-runner.ts'
import { correctClock } from '../codecs/frame-clock.ts'
import { normalise } from '../codecs/normalise.ts'
import { assignmentAt } from '../inventory/directory.ts'
import type { UplinkEvent } from '../lorawan/network-event.ts'
import type { Reading } from '../readings/reading.ts'
import { DeviceVariables } from './device-variables.ts'
import type { DeviceDirectory, Models, ReadVariables } from './ports.ts'
import { codecObstacle, modelOf, notInstalled, type Obstacle, type Prepared, prepareFrame, variablesUnknown } from './prepare-frame.ts'
import { readingsOf } from './readings-of.ts'

/** What became of one uplink. */
export interface Decoded {
  readings: readonly Reading[]
  /** time of the frame itself, to which its history does not belong */
  own: string
  /** slug; null: of nobody that is known */
  tenant: string | null
  /** `vendor/model`; null: unknown */
  model: string | null
  /** why there is no reading although there should be */
  obstacle: Obstacle | null
  /** whether a codec was asked */
  ran: boolean
}

type Frame = Extract<Prepared, { kind: 'frame' }>
/** a frame to decode, and which of the uplinks it is */
interface Waiting {
  index: number
  uplink: UplinkEvent
  prepared: Frame
}

export interface FrameDecoderOptions {
  directory: DeviceDirectory
  models: Models
  codecs: Pick<CodecRunner, 'decode'>
  /** of devices whose model's codec reads some */
  variables: ReadVariables
}

/** Turns uplinks into readings by what is known of their devices now. Remembers nothing of them. */
export class FrameDecoder {
  private readonly options: FrameDecoderOptions
  private readonly variables: DeviceVariables

  constructor(options: FrameDecoderOptions) {
    this.options = options
    this.variables = new DeviceVariables(options.variables)
  }

  /** One for each uplink, in their order. Rejects only when the codecs cannot be asked at all. */
  async decode(uplinks: readonly UplinkEvent[]): Promise<readonly Decoded[]> {
    const { directory, models, codecs } = this.options
    const frames: Waiting[] = []
    const decoded = uplinks.map((uplink, index): Decoded => {
      const prepared = prepareFrame(uplink, directory, models)
      if (prepared.kind === 'empty') return nothingOf(uplink, null, null)
      if (prepared.kind === 'frame') {
        frames.push({ index, uplink, prepared })
        return nothingOf(uplink, prepared.device.tenant, prepared.model.slug)
      }
      const { device, obstacle } = prepared
      return { ...nothingOf(uplink, device?.tenant ?? null, modelOf(uplink, device, models)), obstacle }
    })
    const ready = await this.withVariables(frames, ({ index, uplink, prepared: { device, model } }) => {
      const obstacle = variablesUnknown(device.devEui, model.slug)
      decoded[index] = { ...nothingOf(uplink, device.tenant, model.slug), obstacle }
    })
    if (ready.length === 0) return decoded
    const results = await codecs.decode(ready.map(({ prepared }) => prepared.frame))
    for (const [at, waiting] of ready.entries()) {
      const result = results[at]
      if (result === undefined) throw new Error('a codec result is missing')
      decoded[waiting.index] = interpret(waiting, result)
    }
    return decoded
  }

  /** Whether the model of an uplink's device trusts a clock of the device. */
  hasClock(uplink: UplinkEvent): boolean {
    const { directory, models } = this.options
    const slug = modelOf(uplink, directory.resolve(uplink.device.devEui), models)
    return slug !== null && models.get(slug)?.clock != null
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

function nothingOf(uplink: UplinkEvent, tenant: string | null, model: string | null): Decoded {
  return { readings: [], own: uplink.time, tenant, model, obstacle: null, ran: false }
}

/** Never throws: whatever one frame does to us must not hold up the others. */
function interpret({ uplink, prepared: { device, model } }: Waiting, result: DecodeResult): Decoded {
  const nothing = { ...nothingOf(uplink, device.tenant, model.slug), ran: true }
  if (!result.ok) return { ...nothing, obstacle: codecObstacle(model.slug, result) }
  try {
    const mapped = normalise(model, result.data, {
      receivedAt: uplink.time,
      parameters: (channel, time) => assignmentAt(device, channel, time)?.parameters ?? {},
    })
    const readings = readingsOf(uplink, model, mapped, device)
    if (mapped.length > 0 && readings.length === 0) return { ...nothing, obstacle: notInstalled(uplink, model.slug) }
    const { time } = correctClock(model.clock, result.data, Date.parse(uplink.time))
    return { ...nothing, readings, own: time === null ? uplink.time : new Date(time).toISOString() }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ...nothing, obstacle: codecObstacle(model.slug, { ok: false, reason: 'bad-result', errors: [reason] }) }
  }
}
