import type { CodecRunner } from '../codecs/codec-runner.ts'
import type { Model } from '../codecs/model.ts'
import { type Commanded, nextEnd, obey, uncommanded } from './commanded.ts'
import type { SimulatedDevice } from './fleet.ts'
import type { Clock } from './network/clock.ts'
import type { EmulatedDevice, ReceivedDownlink } from './network/radio/emulated-device.ts'
import { valuesAt } from './payload-values.ts'
import { heardAt } from './radio-path.ts'
import { type ReplayedFrame, replayedFrame } from './replay.ts'

/** Codecs as simulated devices need them: their own side of the frames. */
export type DeviceCodecs = Pick<CodecRunner, 'decode' | 'simulate' | 'decodeDownlink'>

export interface ProgramParts {
  clock: Clock
  codecs: DeviceCodecs
  /** throws where there is none of this name */
  model(slug: string): Model
  /** what devices without a simulation send in turn */
  replayed(model: string, time: number): Promise<readonly ReplayedFrame[]>
  /** how many times faster than declared a device reports */
  speed: number
  /** told when a frame could not be made */
  failed(device: SimulatedDevice, reason: string): void
}

interface Frame {
  fPort: number
  bytes: Uint8Array
}

/** milliseconds between two frames that a device sends one after the other */
const pause = 600
/** milliseconds after which a refused join is tried again */
const joinAgain = 15_000

/** What runs on one simulated device: joins, reports at its interval, obeys and answers. */
export class DeviceProgram {
  readonly #device: SimulatedDevice
  readonly #radio: EmulatedDevice
  readonly #parts: ProgramParts
  #commanded: Commanded
  readonly #cancels = new Set<() => void>()
  #running = false
  #cancelEnd: () => void = () => {}

  constructor(device: SimulatedDevice, radio: EmulatedDevice, parts: ProgramParts, commanded: Commanded = uncommanded) {
    this.#device = device
    this.#radio = radio
    this.#parts = parts
    this.#commanded = commanded
  }

  get commanded(): Commanded {
    return this.#commanded
  }

  /** Wakes up after `delay` milliseconds, reports at once, then at its interval. */
  start(delay: number): void {
    this.#running = true
    this.#radio.onDownlink = (downlink) => void this.#take(downlink).catch((thrown) => this.#fail(thrown))
    this.#after(delay, () => this.#wake())
    this.#awaitEnd()
  }

  stop(): void {
    this.#running = false
    this.#radio.onDownlink = () => {}
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
  }

  async #wake(): Promise<void> {
    if (!this.#radio.joined && !(await this.#join())) return void this.#after(joinAgain, () => this.#wake())
    await this.#report().finally(() => this.#scheduleReport(null))
  }

  async #join(): Promise<boolean> {
    return this.#radio.join({ heardBy: heardAt(this.#device, this.#now()), spreadingFactor: this.#device.spreadingFactor })
  }

  /**
   * Its phase keeps it apart from the others of its kind, whatever the speed. `due`: when the report that was just made
   * was; a timer may run a moment early, and would make it twice.
   */
  #scheduleReport(due: number | null): void {
    const now = this.#now()
    const interval = this.#interval
    const phase = ((this.#device.phase * 1000) / this.#parts.speed) % interval
    const ahead = (Math.floor((now - phase) / interval) + 1) * interval + phase
    const next = due !== null && ahead - due < interval / 2 ? ahead + interval : ahead
    this.#after(next - now, () => this.#report().finally(() => this.#scheduleReport(next)))
  }

  /** milliseconds between reports */
  get #interval(): number {
    return ((this.#commanded.interval ?? this.#device.interval) * 1000) / this.#parts.speed
  }

  get #model(): Model {
    return this.#parts.model(this.#device.model)
  }

  async #report(): Promise<void> {
    const now = this.#now()
    const values = valuesAt(this.#device, now, this.#commanded, this.#interval)
    if (values.length === 0) {
      const frame = replayedFrame(await this.#parts.replayed(this.#device.model, now), now, this.#interval)
      return frame === null ? undefined : this.#send([frame])
    }
    const { simulate } = this.#model
    if (simulate === null) return this.#parts.failed(this.#device, 'its model has no simulate.js')
    const made = await Promise.all(values.map((content) => this.#parts.codecs.simulate(simulate, content)))
    if (!this.#running) return
    for (const result of made) if (!result.ok) this.#parts.failed(this.#device, `${result.reason}: ${result.errors.join(', ')}`)
    this.#send(made.flatMap((result) => (result.ok ? [result] : [])))
  }

  #send(frames: readonly Frame[]): void {
    for (const [index, { fPort, bytes }] of frames.entries()) {
      this.#after(index * pause, () =>
        this.#radio.uplink(fPort, bytes, { heardBy: heardAt(this.#device, this.#now()), spreadingFactor: this.#device.spreadingFactor }),
      )
    }
  }

  async #take({ fPort, data, confirmed }: ReceivedDownlink): Promise<void> {
    if (fPort === null) return
    const meaning = await this.#parts.codecs.decodeDownlink(this.#model.codec, fPort, data)
    const { commanded, answers } = obey(this.#device, this.#commanded, meaning.ok ? meaning.data : undefined, this.#now())
    this.#commanded = commanded
    this.#awaitEnd()
    if (meaning.ok && (await this.#isEcho(fPort, data))) this.#send([{ fPort, bytes: data }])
    // a confirmed downlink is acknowledged by whatever is sent next
    if (answers || confirmed) this.#after(2 * pause, () => this.#report())
  }

  /** A model whose codec reads its downlinks as uplinks too echoes what it accepts. */
  async #isEcho(fPort: number, bytes: Uint8Array): Promise<boolean> {
    const recvTime = new Date(this.#now()).toISOString()
    const [result] = await this.#parts.codecs.decode([{ codec: this.#model.codec, fPort, bytes, recvTime, variables: {} }])
    return result?.ok === true && 'echo' in result.data
  }

  /** An order ends by itself, and the device says so. */
  #awaitEnd(): void {
    this.#cancelEnd()
    const end = nextEnd(this.#commanded, this.#now())
    if (end === null) return
    this.#cancelEnd = this.#after(end - this.#now(), () => {
      const ended = this.#now() >= end
      this.#awaitEnd()
      return ended ? this.#report() : undefined
    })
  }

  #now(): number {
    return this.#parts.clock.now()
  }

  /** Nothing new begins once it is stopped, whatever was under way. */
  #after(milliseconds: number, run: () => unknown): () => void {
    if (!this.#running) return () => {}
    const cancel = this.#parts.clock.after(Math.max(0, milliseconds), () => {
      this.#cancels.delete(cancel)
      Promise.resolve(run()).catch((thrown) => this.#fail(thrown))
    })
    this.#cancels.add(cancel)
    return () => {
      this.#cancels.delete(cancel)
      cancel()
    }
  }

  #fail(thrown: unknown): void {
    if (this.#running) this.#parts.failed(this.#device, thrown instanceof Error ? thrown.message : String(thrown))
  }
}
