import type { Logger } from 'pino'
import type { CodecRunner } from '../codecs/codec-runner.ts'
import type { DeviceActivityLog } from '../inventory/ports.ts'
import type { NetworkEvent } from '../lorawan/network-event.ts'
import type { Reading } from '../readings/reading.ts'
import type { ReadingStore, RejectedReading } from '../readings/reading-store.ts'
import { ConsumerLoop, type ConsumerLoopOptions, type Handled } from './consumer-loop.ts'
import { Convoy } from './convoy.ts'
import { rejectedLetter } from './dead-letters/letter.ts'
import { deviceActivity } from './device-activity.ts'
import { type Decoded, FrameDecoder } from './frame-decoder.ts'
import type { FrameArchive } from './frames/frame-archive.ts'
import { framesToKeep } from './frames/frames-to-keep.ts'
import { Interpreter, type Outcome } from './interpreter.ts'
import { LiveLane } from './live-lane.ts'
import type { UplinkMetrics } from './metrics.ts'
import type {
  DeadLetter,
  DeadLetters,
  DeviceDirectory,
  EventSource,
  Models,
  NetworkEventHandler,
  ParseEvent,
  ReadingSink,
  ReadVariables,
  SpooledEvent,
} from './ports.ts'
import { Spool, type SpoolState } from './spool/spool.ts'

export const consumers = ['store', 'topics', 'orders', 'network', 'frames'] as const
export type ConsumerName = (typeof consumers)[number]

/** ms between an event and its reception that are no backlog */
const recent = 2 * 60 * 1000
/** a delay that lasts so long (ms) is none of events: the clocks of ChirpStack and of this host differ */
const clocksDiffer = 60 * 60 * 1000
/** events before a cursor that are looked at again at start: twice what a broker has under way to us */
const recalled = 8_000
/** events of which what was parsed and decoded is remembered */
const remembered = 3_000
/** events at a time: few live long enough to cost the garbage collector more than once */
const batch = 500
/** for those who only parse them, and write less the more they write at once */
const largeBatch = 1_000
/** events before it of one who follows the live end: what it collects, and a batch */
const fewEvents = 2 * largeBatch
/** ms that few readings, few frames and times are collected: the event loop stands still while SQLite writes */
const collectReadingsMs = 100
const collectRecordsMs = 1_000

export interface UplinksOptions {
  /** folder of the spool */
  folder: string
  retentionMs: number
  source: EventSource
  parse: ParseEvent
  directory: DeviceDirectory
  models: Models
  codecs: Pick<CodecRunner, 'decode'>
  /** for models whose codec reads variables */
  variables: ReadVariables
  store: Pick<ReadingStore, 'write'>
  deadLetters: DeadLetters
  topics: ReadingSink
  orders: NetworkEventHandler
  activity: DeviceActivityLog
  /** where every uplink is kept, for replay */
  frames: Pick<FrameArchive, 'keep'>
  logger: Logger
  metrics: UplinkMetrics
  /** ms before the first and between later attempts of a consumer */
  backoff?: { first: number; most: number }
  /** size of a spool segment in bytes */
  segmentBytes?: number
  /** bytes the spool leaves free on the disk; none unless told */
  reserveBytes?: number
}

/** The hot path: what the network server says is kept, then each consumer takes it from there at its own speed. */
export class Uplinks {
  private readonly options: UplinksOptions
  private readonly spool: Spool
  /** for those who decode frames beside the spool */
  readonly decoder: FrameDecoder
  private readonly interpreter: Interpreter
  private readonly live: LiveLane
  /** One batch more than `near` must still be remembered. */
  private readonly convoy = new Convoy({ followers: () => this.loops.values(), near: largeBatch, reach: remembered })
  private newest: { delayedSinceMs: number | null; readMs: number } = { delayedSinceMs: null, readMs: 0 }
  private readonly loops: ReadonlyMap<ConsumerName, ConsumerLoop>

  constructor(options: UplinksOptions) {
    this.options = options
    const { folder, retentionMs, segmentBytes, reserveBytes = 0, logger, metrics } = options
    this.spool = new Spool({
      ...{ folder, consumers, retentionMs, reserveBytes, logger, metrics },
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
    })
    this.decoder = new FrameDecoder(options)
    this.interpreter = new Interpreter({ ...options, decoder: this.decoder, remembered })
    const keepFrames = (events: readonly SpooledEvent[]) => options.frames.keep(framesToKeep(this.networkEvents(events), options.directory))
    this.loops = new Map([
      ['store', this.loop('store', { batch, collectMs: collectReadingsMs, handle: atOnce((events) => this.keep(events)) })],
      ['topics', this.loop('topics', { batch, urgent: true, handle: (events) => this.publish(events) })],
      ['orders', this.loop('orders', { batch, urgent: true, handle: atOnce((events) => this.tellOrders(events)) })],
      [
        'network',
        this.loop('network', { batch: largeBatch, collectMs: collectRecordsMs, handle: atOnce((events) => this.recordActivity(events)) }),
      ],
      ['frames', this.loop('frames', { batch: largeBatch, collectMs: collectRecordsMs, handle: atOnce(keepFrames) })],
    ])
    this.live = new LiveLane({
      spool: this.spool,
      reached: () => this.spool.end - this.lag('topics'),
      handle: async (events) => options.topics.follow(readingsIn(await this.interpreter.decodeAhead(events))),
      logger,
      metrics,
    })
  }

  /** Rejects with the spool's errors; a broker, a store that is away is waited for. */
  async start(): Promise<void> {
    await this.spool.start()
    await this.recall()
    for (const loop of this.loops.values()) loop.start()
    this.live.start()
    await this.options.source.start((events) => this.spool.append(events))
  }

  /** Whether events can be made durable, and what of those that were cannot be read any more. */
  get spoolState(): SpoolState {
    return this.spool.state
  }

  /** What was received is durable, batches at hand are finished; the rest waits for the next start. */
  async stop(): Promise<void> {
    await this.options.source.stop()
    await Promise.all([this.live.stop(), ...[...this.loops.values()].map((loop) => loop.stop())])
    await this.spool.stop()
  }

  /** Times of a frame's readings that another one has too, moved. `offset`: where it stood in the spool. */
  apart(decoded: Pick<Decoded, 'readings' | 'own'>, offset: number): readonly Reading[] {
    return this.interpreter.apart(decoded, offset)
  }

  /** events that a consumer has still before it: few when it follows the live end */
  lag(consumer: ConsumerName): number {
    return this.loops.get(consumer)?.lag ?? 0
  }

  /**
   * False while events of the past are still on their way to a consumer, in our spool or at the broker: silence of a device
   * means nothing then. Told by the delay of the newest events; when nothing comes for a while, nothing is on its way.
   */
  caughtUp(consumer: ConsumerName, now = Date.now()): boolean {
    if (this.lag(consumer) > fewEvents || this.lag('network') > fewEvents) return false
    const { delayedSinceMs, readMs } = this.newest
    return delayedSinceMs === null || now - readMs > recent || now - delayedSinceMs > clocksDiffer
  }

  private recordActivity(events: readonly SpooledEvent[]): Promise<void> {
    const heard = this.networkEvents(events)
    const delays = events.flatMap((spooled) => {
      const event = this.interpreter.parse(spooled)
      return event !== null && 'device' in event ? Date.parse(spooled.spooledAt) - Date.parse(event.time) : []
    })
    if (delays.length > 0) {
      const readMs = Date.now()
      this.newest = { delayedSinceMs: Math.min(...delays) < recent ? null : (this.newest.delayedSinceMs ?? readMs), readMs }
    }
    return this.options.activity.record(deviceActivity(heard))
  }

  private loop(name: ConsumerName, how: Pick<ConsumerLoopOptions, 'batch' | 'collectMs' | 'urgent' | 'handle'>): ConsumerLoop {
    const { logger, metrics, backoff } = this.options
    const { convoy } = this
    const open = () => this.spool.consumer(name)
    return new ConsumerLoop({ name, open, ...how, logger, metrics, convoy, ...(backoff === undefined ? {} : { backoff }) })
  }

  private async tellOrders(events: readonly SpooledEvent[]): Promise<void> {
    const told = this.networkEvents(events)
    if (told.length > 0) await this.options.orders(told)
  }

  private networkEvents(events: readonly SpooledEvent[]): NetworkEvent[] {
    return events.map((spooled) => this.interpreter.parse(spooled)).filter((event) => event !== null)
  }

  /** What came last before the cursors: a broker delivers it again after a crash. */
  private async recall(): Promise<void> {
    for (const consumer of ['store', 'topics'] as const) {
      const end = this.spool.position(consumer)
      const reader = this.spool.look(Math.max(0, end - recalled))
      try {
        for (let next = 0; next < end; ) {
          const events = await reader.read(1_000)
          const last = events.at(-1)
          if (last === undefined) break
          await this.interpreter.recall(events.filter(({ offset }) => offset < end))
          next = last.offset + 1
        }
      } catch (error) {
        this.options.logger.warn({ err: error, consumer }, 'uplinks: what came before was not recalled, a repeat may be told twice')
      } finally {
        await reader.close()
      }
    }
  }

  private async keep(events: readonly SpooledEvent[]): Promise<void> {
    const outcomes = await this.interpreter.decode(events)
    const repeats = outcomes.filter(({ repeat }) => repeat).length
    const readings = readingsIn(outcomes)
    const { rejected } = readings.length > 0 ? await this.options.store.write(readings) : { rejected: [] }
    if (repeats > 0) this.options.metrics.repeated(repeats)
    const letters = outcomes.flatMap(({ letter }) => letter ?? [])
    if (rejected.length > 0) letters.push(...this.rejectedLetters(rejected, events, outcomes))
    if (letters.length === 0) return
    await this.options.deadLetters.keep(letters)
    this.report(letters)
  }

  private async publish(events: readonly SpooledEvent[]): Promise<Handled> {
    const readings = readingsIn(await this.interpreter.decode(events))
    if (readings.length === 0) return null
    const { told } = await this.options.topics.publish(readings)
    return { finished: told }
  }

  private rejectedLetters(
    rejected: readonly RejectedReading[],
    events: readonly SpooledEvent[],
    outcomes: readonly Outcome[],
  ): DeadLetter[] {
    const reasons = new Map(rejected.map(({ reading, reason }) => [keyOf(reading), reason]))
    return events.flatMap((spooled, index) => {
      const reading = outcomes[index]?.readings.find((one) => reasons.has(keyOf(one)))
      if (reading === undefined) return []
      const event = this.interpreter.parse(spooled)
      const reason = reasons.get(keyOf(reading)) ?? ''
      return rejectedLetter(spooled, event?.type === 'uplink' ? event : null, reading, reason)
    })
  }

  /** One line per reason and batch: a gateway's neighbour with a thousand unknown devices must not fill the log. */
  private report(letters: readonly DeadLetter[]): void {
    const reasons = Map.groupBy(letters, (letter) => letter.reason)
    for (const [reason, some] of reasons) {
      const { detail, advice, offset } = some[0] ?? { detail: '', advice: '', offset: -1 }
      this.options.metrics.deadLettered(reason, some.length)
      this.options.logger.warn(
        { reason, count: some.length, detail, advice, offset },
        'uplinks kept aside, no reading could be made of them',
      )
    }
  }
}

function readingsIn(outcomes: readonly Outcome[]): readonly Reading[] {
  return outcomes.flatMap(({ readings }) => readings)
}

/** For those who are through with a batch once they have dealt with it. */
function atOnce(handle: (events: readonly SpooledEvent[]) => Promise<void>): ConsumerLoopOptions['handle'] {
  return async (events) => {
    await handle(events)
    return null
  }
}

function keyOf({ device, channel, time }: Reading): string {
  return `${device} ${channel} ${time}`
}
