import type { Logger } from 'pino'
import { connect } from '../adapters/chirpstack/wire/grpc.ts'
import type { DeviceProfile } from '../codecs/device-profile.ts'
import type { Example, Model } from '../codecs/model.ts'
import { EmbeddedBroker } from './broker.ts'
import { createFleet } from './create-fleet.ts'
import { type DeviceCodecs, DeviceProgram } from './device-program.ts'
import type { Fleet } from './fleet.ts'
import { type Clock, every, systemClock } from './network/clock.ts'
import { EmulatedChirpStack } from './network/emulated-chirpstack.ts'
import { Replay } from './replay.ts'
import { type Created, readSimulation, type SimulationMemory, writeSimulation } from './simulation-file.ts'

export interface SimulationOptions {
  fleet: Fleet
  codecs: DeviceCodecs
  /** throws `codec.unknown-model` */
  model(slug: string): Model
  /** the LoRaWAN side of a model */
  profile(model: string): Promise<DeviceProfile>
  /** for models without simulate.js */
  examples(model: string): readonly Example[]
  /** how many times faster than declared devices report */
  speed: number
  seed: number
  /** keeps `simulation.json`, from which a second start goes on */
  folder: string
  /** a busy port is replaced by a free one; 0: any */
  brokerPort: number
  /** of the gRPC API, default 0: any */
  apiPort?: number
  logger: Logger
  clock?: Clock
}

/** milliseconds in which a whole fleet wakes up, and how many devices do so in a second at most */
const wakeWithin = 1500
const wakePerSecond = 200
const saveEvery = 60_000
/** milliseconds in which nobody confirms anything, after which a stop waits no longer */
const patience = 5_000

/**
 * A territory without hardware: broker, ChirpStack, gateways and a fleet whose devices join, report and obey.
 *
 *     await simulation.start()      // broker and API answer, everything is created
 *     simulation.run()              // devices wake up: call it once the program listens
 *     await simulation.pause()      // devices fall silent, what they said has arrived: call it before the program stops
 *     await simulation.stop()       // state is kept
 */
export class Simulation {
  readonly #options: SimulationOptions
  readonly #clock: Clock
  readonly #broker = new EmbeddedBroker()
  #chirpstack: EmulatedChirpStack | null = null
  #created: Created | null = null
  #programs = new Map<string, DeviceProgram>()
  #stopSaving: () => void = () => {}
  #saved: Promise<void> = Promise.resolve()

  constructor(options: SimulationOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  /** MQTT 3.1.1; known after `start()`, like the rest */
  get brokerUrl(): string {
    return this.#broker.url
  }

  get chirpstack(): EmulatedChirpStack {
    if (this.#chirpstack === null) throw new RangeError('the simulation is not started')
    return this.#chirpstack
  }

  /** ids in the network of what was created for the fleet */
  get created(): Readonly<Created> {
    if (this.#created === null) throw new RangeError('the simulation is not started')
    return this.#created
  }

  /** Rejects with `simulator.broker` or `simulator.snapshot`, and leaves nothing open then. */
  async start(): Promise<void> {
    const memory = await readSimulation(this.#options.folder)
    try {
      await this.#open(memory)
    } catch (thrown) {
      await this.#close()
      throw thrown
    }
    // A process that is killed before the next saving leaves this: ids given from now on are never given again.
    await this.#save()
  }

  async #open(memory: SimulationMemory | undefined): Promise<void> {
    const { fleet, seed, brokerPort, apiPort = 0 } = this.#options
    await this.#broker.start(brokerPort)
    const chirpstack = new EmulatedChirpStack({
      brokerUrl: this.#broker.url,
      seed,
      port: apiPort,
      clock: this.#clock,
      snapshot: memory?.chirpstack,
    })
    this.#chirpstack = chirpstack
    await chirpstack.start()
    const connection = connect({ url: chirpstack.url, token: chirpstack.token })
    try {
      this.#created = await createFleet(connection, fleet, this.#options.profile, memory?.created)
    } finally {
      connection.close()
    }
    const replay = new Replay(this.#options)
    const parts = {
      clock: this.#clock,
      codecs: this.#options.codecs,
      model: this.#options.model,
      replayed: replay.frames.bind(replay),
      speed: this.#options.speed,
      failed: (device: { devEui: string; model: string }, reason: string) =>
        this.#options.logger.warn({ devEui: device.devEui, model: device.model, reason }, 'a simulated device could not make its frame'),
    }
    for (const device of fleet.devices) {
      const radio = chirpstack.device(device)
      this.#programs.set(device.devEui, new DeviceProgram(device, radio, parts, memory?.commanded[device.devEui]))
    }
  }

  /** Gateways go online and devices wake up: the first uplinks arrive within two seconds, then steadily. */
  run(): void {
    for (const { gatewayId, latitude, longitude } of this.#options.fleet.gateways) {
      this.chirpstack.gateway(gatewayId, { location: { latitude, longitude, altitude: 30 } }).start()
    }
    const programs = [...this.#programs.values()]
    const period = Math.max(wakeWithin, (programs.length * 1000) / wakePerSecond)
    for (const [index, program] of programs.entries()) program.start((index * period) / programs.length)
    this.#stopSaving = every(this.#clock, saveEvery, () => void this.#save())
  }

  /**
   * Devices fall silent and orders wait in the network. Resolves once what the devices sent has been published and
   * confirmed by those who listen with a lasting session, or when nothing has been confirmed for five seconds.
   */
  async pause(): Promise<void> {
    this.#stopSaving()
    for (const program of this.#programs.values()) program.stop()
    await this.chirpstack.pause()
    if (await this.#broker.delivered(patience)) return
    this.#options.logger.warn('not all that the simulated network published was confirmed before its stop')
  }

  async stop(): Promise<void> {
    this.#stopSaving()
    for (const program of this.#programs.values()) program.stop()
    await this.#save()
    await this.#close()
  }

  async #close(): Promise<void> {
    await this.#chirpstack?.stop()
    await this.#broker.stop()
    this.#programs = new Map()
    this.#chirpstack = null
    this.#created = null
  }

  /** One after the other: they write the same file. */
  #save(): Promise<void> {
    if (this.#chirpstack === null || this.#created === null) return this.#saved
    const commanded = Object.fromEntries([...this.#programs].map(([devEui, program]) => [devEui, program.commanded]))
    const memory = { chirpstack: this.#chirpstack.snapshot(), created: this.#created, commanded }
    this.#saved = this.#saved
      .then(() => writeSimulation(this.#options.folder, memory))
      .catch((thrown: unknown) => this.#options.logger.warn({ err: thrown }, 'the simulated network could not be kept'))
    return this.#saved
  }
}
