import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { OndineError } from '../errors/ondine-error.ts'
import type { Reading } from '../readings/reading.ts'
import type { ReadingStore } from '../readings/reading-store.ts'
import { type AlarmChange, type AlarmMemory, alarmChanges, alarmKey, OpenAlarms, type ToldAlarms, takeChange } from './alarm.ts'
import { type AssetState, assetKey, concerns, mergeReading, mergeSeeds, replaceValues } from './asset-state.ts'
import type { InstalledAsset } from './availability.ts'
import { AvailabilityBoard } from './availability-board.ts'
import { eventMessage, readingMessage, stateMessage } from './messages.ts'
import type { TopicMessage, TopicPublisher } from './ports.ts'
import { StateOutlet } from './state-outlet.ts'

export interface DecodedTopicsOptions {
  /** `ondine/v1` */
  prefix: string
  publisher: Pick<TopicPublisher, 'publish'>
  /** where state comes from at start */
  store: Pick<ReadingStore, 'lastValues'>
  /** assets whose availability is told */
  installed: () => Iterable<InstalledAsset>
  alarms: AlarmMemory
  /**
   * true while silence may be ours: intake or broker away, backlog not yet through. Nobody is called late or silent then,
   * so that a restart or an outage does not make availability flap.
   */
  frozen: () => boolean
  logger: Logger
  now?: () => number
  /** how often silence is looked for, ms; a minute unless told */
  sweepMs?: number
  /** ms in which a state is told once at most; a second unless told */
  stateEveryMs?: number
  /** ms after which a store that could not say the last values is asked again */
  seedAgainMs?: number
}

/** `told` resolves once the states that readings changed are told as well: until then they must come again after a crash. */
export interface Told {
  told: Promise<void>
}

/** ms that states wait at start for a store's last values: told without them they would lack what other frames measured */
const seedPatience = 5_000
/** ms after which nothing comes any more that was before: the spool's retention */
const forgetClearedAfter = 7 * 24 * 60 * 60 * 1000

/**
 * Publishes what readings say: `reading` for each, `state`, `event` and `availability` where they change. Readings come here
 * in order, and those that are live also ahead of a backlog: of each measurement the newest time wins, whatever comes first.
 */
export class DecodedTopics {
  private readonly options: DecodedTopicsOptions
  private readonly now: () => number
  private readonly states = new Map<string, AssetState>()
  private readonly alarms: ToldAlarms = { open: new OpenAlarms(), cleared: new Map() }
  private readonly outlet: StateOutlet
  private readonly availability: AvailabilityBoard
  /** changes of alarms that the broker did not confirm yet */
  private untold: AlarmChange[] = []
  private alarmsLoaded = false
  private seeded = false
  private seeding: Promise<void> | null = null
  private patience: Promise<unknown> = Promise.resolve()
  private timers: NodeJS.Timeout[] = []
  /** one thing after the other: a change of an alarm must not overtake the one before it */
  private work: Promise<void> = Promise.resolve()

  constructor(options: DecodedTopicsOptions) {
    this.options = options
    this.now = options.now ?? Date.now
    this.outlet = new StateOutlet({
      publisher: options.publisher,
      message: (key) => this.stateMessage(key),
      logger: options.logger,
      everyMs: options.stateEveryMs ?? 1_000,
    })
    this.availability = new AvailabilityBoard({ ...options, now: this.now })
  }

  /**
   * Begins to read the last values. States wait for them a moment; when the store is away they are told without, and again
   * with them once it is back: readings wait for nothing.
   */
  async start(): Promise<void> {
    const first = this.seed()
    this.patience = Promise.race([first, sleep(seedPatience, undefined, { ref: false })])
    this.outlet.start()
    this.timers = [
      setInterval(() => void this.sweep(), this.options.sweepMs ?? 60_000),
      setInterval(() => void this.seed(), this.options.seedAgainMs ?? 5_000),
    ]
  }

  async stop(): Promise<void> {
    for (const timer of this.timers.splice(0)) clearInterval(timer)
    await this.work
    await this.outlet.stop()
  }

  /** Readings in the order of their arrival: told one by one, then what they change. When it rejects they must come again; repeats are harmless. */
  async publish(readings: readonly Reading[]): Promise<Told> {
    await this.tellReadings(readings)
    return this.take(readings, { alarms: true })
  }

  /** Readings that are ahead of others: they change `state` and raise alarms, and come again in their place. */
  follow(readings: readonly Reading[]): Promise<Told> {
    return this.take(readings, { alarms: true })
  }

  /**
   * Readings of the past that were replaced, as they were or as they are: where the last value of an asset came from one of
   * them, or is older, it is as the store has it now. Rejects with `store.unreachable`; repeats are harmless.
   */
  correct(replaced: readonly Pick<Reading, 'tenant' | 'service' | 'asset' | 'time'>[]): Promise<void> {
    return this.inTurn(async () => {
      const changed = new Set<string>()
      for (const [key, some] of Map.groupBy(replaced, assetKey)) {
        const [first] = some
        const times = new Set(some.map(({ time }) => time))
        if (first === undefined || !concerns(this.states.get(key), times)) continue
        const { tenant, service, asset } = first
        const last = await this.options.store.lastValues({ tenant, services: [service], assets: null }, { asset })
        replaceValues(this.states, key, { times, last })
        changed.add(key)
      }
      this.outlet.change(changed)
    })
  }

  /** Readings that were long kept aside: told, and taken into the state where nothing newer is known; their alarms are past. */
  async publishLate(readings: readonly Reading[]): Promise<void> {
    await this.tellReadings(readings)
    await this.take(readings, { alarms: false })
  }

  /** Tells which assets have fallen silent or come back since last time. */
  async sweep(): Promise<void> {
    // Before its turn comes: readings must not wait for a store that does not answer.
    await this.seed()
    if (!this.seeded) return
    await this.inTurn(() => this.availability.sweep()).catch((error) => {
      const { code } = OndineError.from(error)
      this.options.logger.warn({ code, err: error }, 'topics: availability not told, will be with the next round')
    })
  }

  private async tellReadings(readings: readonly Reading[]): Promise<void> {
    const { prefix, publisher } = this.options
    await publisher.publish(readings.map((reading) => readingMessage(prefix, reading)))
  }

  private take(readings: readonly Reading[], how: { alarms: boolean }): Promise<Told> {
    return this.inTurn(async () => {
      await this.patience
      await this.loadAlarms()
      const changed = new Set<string>()
      for (const reading of readings) {
        const key = assetKey(reading)
        for (const change of how.alarms ? alarmChanges(this.alarms, this.states.get(key), reading) : []) {
          takeChange(this.alarms, change)
          this.untold.push(change)
          changed.add(key)
        }
        if (mergeReading(this.states, reading)) changed.add(key)
        this.availability.heard(key, reading.receivedAt)
      }
      const outcome = this.outlet.change(changed)
      if (this.untold.length > 0) await this.tellChanges()
      await this.availability.tellReturned(readings)
      return outcome
    })
  }

  /** What could not be told stays, and goes with the readings that come again. */
  private async tellChanges(): Promise<void> {
    const { prefix, publisher, alarms } = this.options
    await publisher.publish(this.untold.map((change) => eventMessage(prefix, change)))
    const { open, cleared } = this.alarms
    const forgotten = new Date(this.now() - forgetClearedAfter).toISOString()
    for (const [key, alarm] of cleared) if (alarm.cleared < forgotten) cleared.delete(key)
    await alarms.save({ open: [...open.values()], cleared: [...cleared.values()] })
    this.untold = []
  }

  private async loadAlarms(): Promise<void> {
    if (this.alarmsLoaded) return
    const { open, cleared } = await this.options.alarms.load()
    for (const alarm of open) this.alarms.open.add(alarm)
    for (const alarm of cleared) this.alarms.cleared.set(alarmKey(alarm), alarm)
    this.alarmsLoaded = true
  }

  private seed(): Promise<void> {
    if (this.seeded) return Promise.resolve()
    this.seeding ??= this.readLastValues().finally(() => {
      this.seeding = null
    })
    return this.seeding
  }

  private async readLastValues(): Promise<void> {
    const { store, logger } = this.options
    try {
      const last = await store.lastValues({ tenant: null, services: null, assets: null }, {})
      const anyBefore = this.states.size > 0
      const changed = mergeSeeds(this.states, last)
      for (const { time, ...name } of last) this.availability.heard(assetKey(name), time)
      this.seeded = true
      // What is retained is as the store has it, but for those that were told before it answered.
      if (anyBefore) this.outlet.change([...changed].filter((key) => this.tellsSinceStart(key)))
    } catch (error) {
      logger.warn({ err: error }, 'topics: last values not read yet, states are told without them until they are')
    }
  }

  /** Something of the asset came through here. */
  private tellsSinceStart(key: string): boolean {
    return [...(this.states.get(key)?.values.values() ?? [])].some(({ seeded }) => !seeded)
  }

  private stateMessage(key: string): TopicMessage | null {
    const state = this.states.get(key)
    if (state === undefined) return null
    return stateMessage(this.options.prefix, state, this.alarms.open.ofAsset(key))
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.work.then(work)
    this.work = mine.then(
      () => {},
      () => {},
    )
    return mine
  }
}
