import type { Model } from '../codecs/model.ts'
import type { DirectoryDevice } from '../inventory/directory.ts'
import type { NetworkEvent } from '../lorawan/network-event.ts'
import type { Reading } from '../readings/reading.ts'

/** A message as it came from the broker. */
export interface RawEvent {
  topic: string
  payload: Uint8Array
  /** QoS it arrived with: 0 proves a wrong setting of ChirpStack */
  qos: 0 | 1 | 2
}

/** A message in the spool. */
export interface SpooledEvent extends RawEvent {
  /** position in the spool, rising by one per record over the life of a data directory */
  offset: number
  /** when we received it, ISO 8601: for measuring only, an outage moves it */
  spooledAt: string
}

/** Connects to the network server's broker; implemented in adapters/mqtt. */
export interface EventSource {
  /** `keep` resolves when the events are durable; only then does the broker get its PUBACK */
  start(keep: (events: readonly RawEvent[]) => Promise<void>): Promise<void>
  stop(): Promise<void>
}

/** JSON or protobuf, by topic and first byte; implemented in adapters/chirpstack. null: not an event of ours. Throws `event.malformed`. */
export type ParseEvent = (topic: string, payload: Uint8Array) => NetworkEvent | null

/**
 * unknown-device, unknown-model, not-installed: mended in the inventory; codec-*: mended in the codec.
 * variables-unknown: the network server could not be asked for what the codec needs to know of the device.
 * malformed: bytes that are no event at all.
 */
export type DeadLetterReason =
  | 'malformed'
  | 'unknown-device'
  | 'unknown-model'
  | 'not-installed'
  | 'codec-error'
  | 'codec-timeout'
  | 'codec-disabled'
  | 'variables-unknown'
  | 'store-rejected'

export interface DeadLetter {
  /** spool offset: the same event kept twice for the same reason is one letter */
  offset: number
  reason: DeadLetterReason
  detail: string
  /** what mends it, a command a person can type */
  advice: string
  devEui: string | null
  tenant: string | null
  /** `vendor/model`; null: unknown */
  model: string | null
  topic: string
  payload: Uint8Array
  /** when the network received it, ISO 8601 UTC; of bytes that are no event, when we did */
  time: string
}

/** Uplinks kept aside with the reason why; implemented in adapters/sql. Keeping is idempotent by offset, reason and time. */
export interface DeadLetters {
  keep(letters: readonly DeadLetter[]): Promise<void>
}

/** Every device in memory; `Directory` of inventory/. */
export interface DeviceDirectory {
  resolve(devEui: string): DirectoryDevice | undefined
}

/** The variables that a device has on the network server, which gives them to its own codecs; implemented in adapters/chirpstack. Rejects while it cannot be asked. */
export type ReadVariables = (devEui: string) => Promise<Readonly<Record<string, string>>>

/** The models that are installed; the registry of codecs/. */
export interface Models {
  get(slug: string): Model | undefined
  /** `vendor/model` for the name of a ChirpStack device profile; for devices of which nobody else knows the model */
  ofDeviceProfile(name: string): string | undefined
}

/** What readings change is told a little later than they are, and counts only then. */
export interface Told {
  told: Promise<void>
}

/** Where decoded readings go for others to read; topics/. Each resolves once they are out of our hands, and rejects with `broker.unreachable`. */
export interface ReadingSink {
  /** in the order of their arrival */
  publish(readings: readonly Reading[]): Promise<Told>
  /** ahead of others: only what they change is told, they come again in their order */
  follow(readings: readonly Reading[]): Promise<Told>
  /** long kept aside: they set nothing back and raise no alarm */
  publishLate(readings: readonly Reading[]): Promise<void>
}

/**
 * Called with every event of the network, uplinks undecoded, in order of arrival and at least once: it must bear repeats.
 * When it rejects, the same events come again later.
 */
export type NetworkEventHandler = (events: readonly NetworkEvent[]) => Promise<void>
