import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Scope, serverScope } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Page, PageQuery } from '../../inventory/page.ts'
import type { Reading } from '../../readings/reading.ts'
import type { ReadingStore } from '../../readings/reading-store.ts'
import type { Decoded, FrameDecoder } from '../frame-decoder.ts'
import type { UplinkMetrics } from '../metrics.ts'
import type { DeadLetter, DeadLetterReason, ParseEvent, ReadingSink } from '../ports.ts'
import { letterOf, malformedLetter, rejectedLetter } from './letter.ts'
import type { KeptLetter, LetterBox, LetterFilter } from './ports.ts'

/** What came of one page of letters. */
export interface Retried {
  tried: number
  /** gone: their readings are stored and published */
  mended: number
  /** of the next page; null on the last one */
  cursor: string | null
}

export interface LetterRetryOptions {
  letters: LetterBox
  parse: ParseEvent
  decoder: Pick<FrameDecoder, 'decode'>
  /** moves what another frame measured at the same instant, see `Instants` */
  apart: (decoded: Pick<Decoded, 'readings' | 'own'>, offset: number) => readonly Reading[]
  store: Pick<ReadingStore, 'write'>
  topics: Pick<ReadingSink, 'publishLate'>
  logger: Logger
  metrics: Pick<UplinkMetrics, 'deadLettersRetried'>
  /** how often those are tried for which the network server could not be asked, ms; ten minutes unless told */
  askAgainMs?: number
}

/** What a change of the inventory mends. */
const ofInventory: readonly DeadLetterReason[] = ['unknown-device', 'unknown-model', 'not-installed']
/** What another codec or another model mends. */
const ofModel: readonly DeadLetterReason[] = ['unknown-model', 'codec-error', 'codec-timeout', 'codec-disabled']
const pageSize = 200
/** devices that are asked for at a time */
const together = 500

/**
 * Decodes letters again: when what was in their way has changed, and by hand. One that works is stored, published and gone;
 * one that fails again stays with the newer reason. Nothing is lost between: a crash tries it once more, and readings bear repeats.
 */
export class LetterRetry {
  private readonly options: LetterRetryOptions
  private readonly devices = new Set<string>()
  private readonly queries: LetterFilter[] = []
  private running: Promise<void> | null = null
  private stopped = true
  private timer: NodeJS.Timeout | null = null
  /** one page at a time: what two tried at once would be published twice */
  private work: Promise<unknown> = Promise.resolve()

  constructor(options: LetterRetryOptions) {
    this.options = options
  }

  /** What was mended while we were away is tried in the background. */
  async start(): Promise<void> {
    this.stopped = false
    this.again({ reasons: [...ofInventory, 'variables-unknown'] })
    this.timer = setInterval(() => this.again({ reasons: ['variables-unknown'] }), this.options.askAgainMs ?? 600_000)
  }

  async stop(): Promise<void> {
    this.stopped = true
    if (this.timer) clearInterval(this.timer)
    await this.running
    await this.work.catch(() => {})
  }

  /** These devices were changed in the inventory. */
  devicesChanged(devEuis: readonly string[]): void {
    for (const devEui of devEuis) this.devices.add(devEui)
    this.runSoon()
  }

  /** These models were added, replaced or enabled. */
  modelsChanged(models: readonly string[]): void {
    if (models.length > 0) this.again({ reasons: ofModel, models })
  }

  /** Tries one page of what the scope may see. Rejects when store, topics or codecs are away; then its letters stay as they are. */
  retry(scope: Scope, query: PageQuery & LetterFilter): Promise<Retried> {
    return this.inTurn(async () => this.tryPage(await this.options.letters.oldest(scope, query)))
  }

  /** Tries one letter; null: the scope sees none with this id. */
  retryOne(scope: Scope, id: string): Promise<Retried | null> {
    return this.inTurn(async () => {
      const letter = await this.options.letters.get(scope, id)
      return letter === undefined ? null : this.tryPage({ items: [letter], cursor: null })
    })
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.work.then(work, work)
    this.work = mine
    return mine
  }

  private again(query: LetterFilter): void {
    this.queries.push(query)
    this.runSoon()
  }

  private runSoon(): void {
    if (this.stopped) return
    this.running ??= this.run().finally(() => {
      this.running = null
    })
  }

  private async run(): Promise<void> {
    // Devices are often changed in rows: what comes together is looked for together.
    await sleep(100, undefined, { ref: false })
    for (;;) {
      if (this.devices.size > 0) await this.queueDevices()
      const query = this.queries.shift()
      if (query === undefined || this.stopped) return
      await this.tryAll(query)
    }
  }

  private async queueDevices(): Promise<void> {
    const changed = [...this.devices]
    this.devices.clear()
    try {
      const waiting = await this.options.letters.devices(ofInventory)
      const devEuis = changed.filter((devEui) => waiting.has(devEui))
      for (let at = 0; at < devEuis.length; at += together) {
        this.queries.push({ reasons: ofInventory, devEuis: devEuis.slice(at, at + together) })
      }
    } catch (error) {
      this.options.logger.warn({ err: error, devices: changed.length }, 'dead letters: could not be looked for')
    }
  }

  private async tryAll(query: LetterFilter): Promise<void> {
    const sum = { tried: 0, mended: 0 }
    try {
      let cursor: string | null | undefined
      do {
        const page: Retried = await this.retry(serverScope, { ...query, limit: pageSize, ...(cursor == null ? {} : { cursor }) })
        sum.tried += page.tried
        sum.mended += page.mended
        cursor = page.cursor
      } while (cursor !== null && !this.stopped)
    } catch (error) {
      const { code } = OndineError.from(error)
      this.options.logger.warn({ code, err: error, ...sum }, 'dead letters: not tried to the end, they stay as they are')
    }
    if (sum.mended > 0) this.options.logger.info({ ...sum, reasons: query.reasons }, 'dead letters: decoded after all')
  }

  private async tryPage({ items, cursor }: Page<KeptLetter>): Promise<Retried> {
    const { letters, store, topics, metrics } = this.options
    const { kept, readings, came } = await this.decode(items)
    const { rejected } = readings.length > 0 ? await store.write(readings) : { rejected: [] }
    const refused = new Map(rejected.map(({ reading, reason }) => [keyOf(reading), reason]))
    for (const { letter, readings: its, event } of came) {
      const bad = its.find((reading) => refused.has(keyOf(reading)))
      if (bad !== undefined) kept.set(letter.id, rejectedLetter(letter, event, bad, refused.get(keyOf(bad)) ?? ''))
    }
    const sound = readings.filter((reading) => !refused.has(keyOf(reading)))
    if (sound.length > 0) await topics.publishLate(sound)
    const gone = items.flatMap(({ id }) => (kept.has(id) ? [] : id))
    await letters.settle({ gone, kept: [...kept].map(([id, letter]) => ({ id, letter })) })
    metrics.deadLettersRetried(items.length, gone.length)
    return { tried: items.length, mended: gone.length, cursor }
  }

  private async decode(items: readonly KeptLetter[]) {
    const { parse, decoder, apart } = this.options
    const kept = new Map<string, DeadLetter>()
    const uplinks = items.flatMap((letter) => {
      try {
        const event = parse(letter.topic, letter.payload)
        if (event?.type === 'uplink') return { letter, event }
        kept.set(letter.id, malformedLetter({ ...letter, spooledAt: letter.time }, 'it is no uplink'))
        return []
      } catch (error) {
        kept.set(letter.id, malformedLetter({ ...letter, spooledAt: letter.time }, OndineError.from(error).message))
        return []
      }
    })
    const decoded = await decoder.decode(uplinks.map(({ event }) => event))
    const came = uplinks.flatMap(({ letter, event }, index) => {
      const mine = decoded[index]
      if (mine === undefined) throw new Error('an outcome is missing')
      if (mine.obstacle !== null) kept.set(letter.id, letterOf(letter, event, mine, mine.obstacle))
      return mine.obstacle !== null ? [] : { letter, event, readings: apart(mine, letter.offset) }
    })
    return { kept, came, readings: came.flatMap((one) => one.readings) }
  }
}

function keyOf({ device, channel, time }: Reading): string {
  return `${device} ${channel} ${time}`
}
