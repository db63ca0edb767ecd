import type { Reading } from '../readings/reading.ts'
import { assetKey } from './asset-state.ts'
import { type Availability, availabilityAt, type InstalledAsset } from './availability.ts'
import { availabilityMessage } from './messages.ts'
import type { TopicMessage, TopicPublisher } from './ports.ts'

export interface AvailabilityBoardOptions {
  prefix: string
  publisher: Pick<TopicPublisher, 'publish'>
  installed: () => Iterable<InstalledAsset>
  frozen: () => boolean
  now: () => number
}

/** Who was heard when, and what was told of it. */
export class AvailabilityBoard {
  private readonly options: AvailabilityBoardOptions
  private assets = new Map<string, InstalledAsset>()
  private looked = false
  private readonly lastSeen = new Map<string, string>()
  private readonly told = new Map<string, Availability>()

  constructor(options: AvailabilityBoardOptions) {
    this.options = options
  }

  /** `key` of the asset, `time` (ISO 8601 UTC) at which the network heard it. */
  heard(key: string, time: string): void {
    if (time > (this.lastSeen.get(key) ?? '')) this.lastSeen.set(key, time)
  }

  /** Tells which assets have fallen silent or come back since last time. */
  async sweep(): Promise<void> {
    this.lookWhoIsInstalled()
    if (this.options.frozen()) return
    const changed = new Map<string, Availability>()
    const messages: TopicMessage[] = []
    for (const [key, asset] of this.assets) {
      const availability = this.availabilityOf(key, asset)
      if (availability === this.told.get(key)) continue
      changed.set(key, availability)
      messages.push(availabilityMessage(this.options.prefix, asset, availability, this.lastSeen.get(key) ?? null))
    }
    if (messages.length === 0) return
    await this.options.publisher.publish(messages)
    for (const [key, availability] of changed) this.told.set(key, availability)
  }

  /** Who speaks again need not wait for the next round; one installed since the last round does. */
  async tellReturned(readings: readonly Reading[]): Promise<void> {
    if (!this.looked) this.lookWhoIsInstalled()
    const returned = new Map<string, TopicMessage>()
    for (const reading of readings) {
      const key = assetKey(reading)
      const asset = this.told.get(key) === 'online' ? undefined : this.assets.get(key)
      if (asset === undefined || this.availabilityOf(key, asset) !== 'online') continue
      returned.set(key, availabilityMessage(this.options.prefix, asset, 'online', this.lastSeen.get(key) ?? null))
    }
    if (returned.size === 0) return
    await this.options.publisher.publish([...returned.values()])
    for (const key of returned.keys()) this.told.set(key, 'online')
  }

  /** The shortest interval counts when several devices serve one asset. */
  private lookWhoIsInstalled(): void {
    this.looked = true
    this.assets = new Map()
    for (const asset of this.options.installed()) {
      const key = assetKey(asset)
      const known = this.assets.get(key)
      if (known === undefined || asset.expectedInterval < known.expectedInterval) this.assets.set(key, asset)
    }
  }

  private availabilityOf(key: string, asset: InstalledAsset): Availability {
    return availabilityAt(this.lastSeen.get(key) ?? null, asset.expectedInterval, this.options.now())
  }
}
