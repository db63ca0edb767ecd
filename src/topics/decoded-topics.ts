import type { Logger } from 'pino'
import { OndineError } from '../errors/ondine-error.ts'
import type { Reading } from '../readings/reading.ts'
import type { ReadingStore } from '../readings/reading-store.ts'
import { type AlarmChange, type AlarmMemory, alarmChanges, alarmKey, type OpenAlarm } from './alarm.ts'
import { type AssetState, assetKey, mergeReading, statesOf } from './asset-state.ts'
import { type Availability, availabilityAt, type InstalledAsset } from './availability.ts'
import { availabilityMessage, eventMessage, readingMessage, stateMessage } from './messages.ts'
import type { TopicMessage, TopicPublisher } from './ports.ts'

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
}

/** Publishes what readings say: `reading` for each, `state`, `event` and `availability` where they change. */
export class DecodedTopics {
  private readonly options: DecodedTopicsOptions
  private readonly now: () => number
  private states = new Map<string, AssetState>()
  private open = new Map<string, OpenAlarm>()
  private assets = new Map<string, InstalledAsset>()
  private readonly lastSeen = new Map<string, string>()
  private readonly told = new Map<string, Availability>()
  private seeded = false
  private sweeper: NodeJS.Timeout | null = null
  /** one thing after the other: a sweep must not overtake the readings it knows nothing of */
  private work: Promise<void> = Promise.resolve()

  constructor(options: DecodedTopicsOptions) {
    this.options = options
    this.now = options.now ?? Date.now
  }

  /**
   * Begins to read the last values and does not wait for them: of a large fleet in InfluxDB they take long, and readings
   * come after them anyhow. A store that is away is asked again with the first readings.
   */
  async start(): Promise<void> {
    void this.inTurn(() => this.seed()).catch((error) => {
      this.options.logger.warn({ err: error }, 'topics: last values not read yet, will be asked for again')
    })
    this.sweeper = setInterval(() => void this.sweep(), this.options.sweepMs ?? 60_000)
  }

  async stop(): Promise<void> {
    if (this.sweeper) clearInterval(this.sweeper)
    this.sweeper = null
    await this.work
  }

  /** Repeats are harmless; when it rejects, nothing of the batch counts as told. */
  publish(readings: readonly Reading[]): Promise<void> {
    return this.inTurn(async () => {
      await this.seed()
      await this.publishSeeded(readings)
    })
  }

  /** Tells which assets have fallen silent or come back since last time. */
  sweep(): Promise<void> {
    return this.inTurn(async () => {
      this.lookWhoIsInstalled()
      await this.seed()
      if (this.options.frozen()) return
      const changed = new Map<string, Availability>()
      const messages: TopicMessage[] = []
      for (const [key, asset] of this.assets) {
        const availability = this.availabilityOf(asset)
        if (availability === this.told.get(key)) continue
        changed.set(key, availability)
        messages.push(availabilityMessage(this.options.prefix, asset, availability, this.lastSeen.get(key) ?? null))
      }
      if (messages.length === 0) return
      await this.options.publisher.publish(messages)
      for (const [key, availability] of changed) this.told.set(key, availability)
    }).catch((error) => {
      const { code } = OndineError.from(error)
      this.options.logger.warn({ code, err: error }, 'topics: availability not told, will be with the next round')
    })
  }

  private async seed(): Promise<void> {
    if (this.seeded) return
    const last = await this.options.store.lastValues({ tenant: null, services: null, assets: null }, {})
    const alarms = await this.options.alarms.load()
    this.states = statesOf(last)
    for (const [key, { time }] of this.states) this.lastSeen.set(key, time)
    this.open = new Map(alarms.map((alarm) => [alarmKey(alarm), alarm]))
    this.lookWhoIsInstalled()
    this.seeded = true
  }

  private async publishSeeded(readings: readonly Reading[]): Promise<void> {
    const { prefix, publisher, alarms } = this.options
    const states = new Map<string, AssetState>()
    const open = new Map(this.open)
    const changes: AlarmChange[] = []
    for (const reading of readings) {
      const key = assetKey(reading)
      const state = states.get(key) ?? this.states.get(key)
      for (const change of alarmChanges(open, state, reading)) {
        if (change.event === 'raised') open.set(alarmKey(change.alarm), change.alarm)
        else open.delete(alarmKey(change.alarm))
        changes.push(change)
      }
      states.set(key, mergeReading(state, reading))
    }
    const openByAsset = Map.groupBy(open.values(), assetKey)
    await publisher.publish([
      ...readings.map((reading) => readingMessage(prefix, reading)),
      ...changes.map((change) => eventMessage(prefix, change)),
      ...[...states].map(([key, state]) => stateMessage(prefix, state, openByAsset.get(key) ?? [])),
    ])
    if (changes.length > 0) await alarms.save([...open.values()])
    this.open = open
    for (const [key, state] of states) this.states.set(key, state)
    for (const reading of readings) {
      const key = assetKey(reading)
      if (reading.receivedAt > (this.lastSeen.get(key) ?? '')) this.lastSeen.set(key, reading.receivedAt)
    }
    await this.tellReturned(states.keys())
  }

  /** Who speaks again need not wait for the next round; one installed since the last round does. */
  private async tellReturned(keys: Iterable<string>): Promise<void> {
    const returned = new Map<string, TopicMessage>()
    for (const key of keys) {
      const asset = this.told.get(key) === 'online' ? undefined : this.assets.get(key)
      if (asset === undefined || this.availabilityOf(asset) !== 'online') continue
      returned.set(key, availabilityMessage(this.options.prefix, asset, 'online', this.lastSeen.get(key) ?? null))
    }
    if (returned.size === 0) return
    await this.options.publisher.publish([...returned.values()])
    for (const key of returned.keys()) this.told.set(key, 'online')
  }

  /** The shortest interval counts when several devices serve one asset. */
  private lookWhoIsInstalled(): void {
    this.assets = new Map()
    for (const asset of this.options.installed()) {
      const key = assetKey(asset)
      const known = this.assets.get(key)
      if (known === undefined || asset.expectedInterval < known.expectedInterval) this.assets.set(key, asset)
    }
  }

  private availabilityOf(asset: InstalledAsset): Availability {
    return availabilityAt(this.lastSeen.get(assetKey(asset)) ?? null, asset.expectedInterval, this.now())
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.work.then(work)
    this.work = mine.catch(() => {})
    return mine
  }
}
