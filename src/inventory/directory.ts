import type { Parameters } from './entities.ts'

/** A stretch of time in which a channel of a device serves an asset. */
export interface DirectoryAssignment {
  channel: string
  /** asset slug */
  asset: string
  /** service slug of the asset */
  service: string
  parameters: Parameters
  /** ISO 8601 UTC with milliseconds, included */
  from: string
  /** excluded; null: still so */
  to: string | null
}

/** What the hot path needs of a device. */
export interface DirectoryDevice {
  devEui: string
  /** tenant slug */
  tenant: string
  /** IANA zone of the tenant */
  timeZone: string
  /** service slug; null for a device in stock of no service */
  service: string | null
  /** `vendor/model`; null: the inventory does not know */
  model: string | null
  firmware: string | null
  status: 'in stock' | 'installed' | 'disabled' | 'retired'
  /** by channel, then by time */
  assignments: readonly DirectoryAssignment[]
}

/** The part of the inventory's store that fills the directory, in batches; null: every device. */
export interface DirectorySource {
  directory(devEuis: readonly string[] | null): AsyncIterable<readonly DirectoryDevice[]>
}

const noParameters: Parameters = Object.freeze({})

/**
 * Every device in memory, for decisions that cannot wait for a database.
 * `start` loads all; `changed` reads those devices again and resolves when they are as in the store.
 */
export class Directory {
  readonly #source: DirectorySource
  #devices = new Map<string, DirectoryDevice>()
  #interned = new Map<string, string>()
  #reading: Promise<unknown> = Promise.resolve()
  /** changed and not read yet */
  readonly #stale = new Set<string>()
  readonly #watchers: ((devEuis: readonly string[]) => void)[] = []

  constructor(source: DirectorySource) {
    this.#source = source
  }

  async start(): Promise<void> {
    this.#devices = new Map()
    await this.#load(null)
  }

  async stop(): Promise<void> {
    this.#devices = new Map()
    this.#interned = new Map()
  }

  get size(): number {
    return this.#devices.size
  }

  devices(): IterableIterator<DirectoryDevice> {
    return this.#devices.values()
  }

  resolve(devEui: string): DirectoryDevice | undefined {
    return this.#devices.get(devEui)
  }

  /** `time`: ISO 8601 UTC with milliseconds. */
  assignmentAt(devEui: string, channel: string, time: string): DirectoryAssignment | undefined {
    return assignmentAt(this.#devices.get(devEui), channel, time)
  }

  /** Calls back with devices once they are as in the store again; the callback must not throw. */
  watch(changed: (devEuis: readonly string[]) => void): void {
    this.#watchers.push(changed)
  }

  /** One reading at a time: an older answer must not overtake a newer one. What could not be read is read with the next change. */
  async changed(devEuis: readonly string[]): Promise<void> {
    for (const devEui of devEuis) this.#stale.add(devEui)
    const reading = this.#reading.then(() => this.#reload())
    this.#reading = reading.catch(() => undefined)
    await reading
  }

  async #reload(): Promise<void> {
    const devEuis = [...this.#stale]
    this.#stale.clear()
    try {
      const found = await this.#load(devEuis)
      for (const devEui of devEuis) if (!found.has(devEui)) this.#devices.delete(devEui)
      for (const changed of this.#watchers) changed(devEuis)
    } catch (error) {
      for (const devEui of devEuis) this.#stale.add(devEui)
      throw error
    }
  }

  async #load(devEuis: readonly string[] | null): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    for await (const batch of this.#source.directory(devEuis)) {
      for (const device of batch) {
        this.#devices.set(device.devEui, this.#compact(device))
        if (devEuis !== null) found.add(device.devEui)
      }
    }
    return found
  }

  /** One copy of what thousands of devices share. */
  #compact(device: DirectoryDevice): DirectoryDevice {
    return {
      devEui: device.devEui,
      tenant: this.#intern(device.tenant),
      timeZone: this.#intern(device.timeZone),
      service: device.service === null ? null : this.#intern(device.service),
      model: device.model === null ? null : this.#intern(device.model),
      firmware: device.firmware === null ? null : this.#intern(device.firmware),
      status: device.status,
      assignments: device.assignments.map(({ channel, asset, service, parameters, from, to }) => ({
        channel: this.#intern(channel),
        asset,
        service: this.#intern(service),
        parameters: Object.keys(parameters).length === 0 ? noParameters : parameters,
        from,
        to,
      })),
    }
  }

  #intern(text: string): string {
    const known = this.#interned.get(text)
    if (known !== undefined) return known
    this.#interned.set(text, text)
    return text
  }
}

/** The assignment of a channel that was valid at a time. Times have one form, so that text order is time order. */
export function assignmentAt(device: DirectoryDevice | undefined, channel: string, time: string): DirectoryAssignment | undefined {
  return device?.assignments.find(
    (assignment) => assignment.channel === channel && assignment.from <= time && (assignment.to === null || time < assignment.to),
  )
}
