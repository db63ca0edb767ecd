import { every } from '../clock.ts'
import { answerUplink, runClassC } from './downlink-server.ts'
import type { Uplinks } from './emulated-device.ts'
import type { JoinAccept, JoinRequest, UplinkFrame } from './frames.ts'
import { handleJoin } from './join-server.ts'
import { runMulticast } from './multicast-server.ts'
import type { ServerParts } from './server-parts.ts'
import { handleUplink, type UplinkExtras } from './uplink-server.ts'

/** milliseconds that ChirpStack waits for the copies of a frame from other gateways */
const deduplicationDelay = 200
/** milliseconds between the uplink event and the choice of the downlink, so that an application may still enqueue */
const downlinkDataDelay = 100
const schedulerInterval = 1000

/** The LoRaWAN side of ChirpStack: takes frames from the air, fills the windows of the devices. */
export class NetworkServer implements Uplinks {
  readonly #parts: ServerParts
  readonly #extras: UplinkExtras
  readonly #cancels = new Set<() => void>()
  #settled: (() => void)[] = []
  #stopSchedulers: (() => void)[] = []
  #running = false

  constructor(parts: ServerParts, extras: UplinkExtras) {
    this.#parts = parts
    this.#extras = extras
  }

  start(): void {
    const { clock } = this.#parts
    this.#running = true
    this.#stopSchedulers = [
      every(clock, schedulerInterval, () => runClassC(this.#parts)),
      every(clock, schedulerInterval, () => runMulticast(this.#parts)),
    ]
  }

  /**
   * Nothing begins any more: no frame is taken, and orders stay in their queues, since the devices have gone deaf. Resolves
   * once the frames in the air are events.
   */
  pause(): Promise<void> {
    this.#fallSilent()
    return new Promise((resolve) => {
      this.#settled.push(resolve)
      this.#settle()
    })
  }

  stop(): void {
    this.#fallSilent()
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
    this.#settle()
  }

  #fallSilent(): void {
    this.#running = false
    for (const stop of this.#stopSchedulers) stop()
    this.#stopSchedulers = []
  }

  #settle(): void {
    if (this.#cancels.size > 0) return
    for (const resolve of this.#settled) resolve()
    this.#settled = []
  }

  join(request: JoinRequest): Promise<JoinAccept | null> {
    const receivedAt = this.#parts.clock.now()
    if (!this.#running) return Promise.resolve(null)
    return new Promise((resolve) => {
      this.#after(deduplicationDelay, () => resolve(handleJoin(this.#parts, request, receivedAt)))
    })
  }

  uplink(frame: UplinkFrame): void {
    const receivedAt = this.#parts.clock.now()
    if (!this.#running) return
    this.#after(deduplicationDelay, () => {
      const accepted = handleUplink(this.#parts, frame, receivedAt, this.#extras)
      if (!accepted || !this.#running) return
      this.#after(downlinkDataDelay, () => {
        if (this.#running) answerUplink(this.#parts, accepted, frame.confirmed)
      })
    })
  }

  #after(milliseconds: number, run: () => void): void {
    const cancel = this.#parts.clock.after(milliseconds, () => {
      this.#cancels.delete(cancel)
      run()
      this.#settle()
    })
    this.#cancels.add(cancel)
  }
}
