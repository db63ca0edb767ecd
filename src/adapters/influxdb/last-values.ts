import type { LastValue, ReadingScope } from '../../readings/reading-store.ts'
import { LastValuesFile } from './last-values-file.ts'
import type { Entry } from './line-writer.ts'
import { hexDigits, seedDevices, seedSixteenth } from './seeding.ts'
import type { Place, SeriesTable } from './series.ts'
import type { Session } from './session.ts'
import { lastValuesOf } from './told-values.ts'

/** How often (ms) the last values are kept in a file, where they changed. */
const keepEvery = 10 * 60_000

/**
 * What everything measured last, in memory: InfluxDB visits every series for it, which takes half a minute for a large fleet.
 * Read from the database once, changed with every write, kept in a file over a restart; a crash costs the devices that wrote
 * since the file was made.
 */
export class LastValues {
  readonly #session: Session
  readonly #table: SeriesTable
  readonly #file: LastValuesFile | null
  /** what is still to be read: sixteenths of all, and single devices */
  #sixteenths: string[] = [...hexDigits]
  #devices = new Set<string>()
  #reading: Promise<void> | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(session: Session, table: SeriesTable, folder: string | null) {
    this.#session = session
    this.#table = table
    this.#file = folder === null ? null : new LastValuesFile(folder, session.name)
  }

  async start(): Promise<void> {
    const touched = (await this.#file?.load(this.#table)) ?? null
    if (touched !== null) {
      this.#sixteenths = []
      this.#devices = touched
    }
    clearInterval(this.#timer)
    if (this.#file !== null) this.#timer = setInterval(() => void this.#keep(), keepEvery).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#keep()
    await this.#file?.close()
  }

  /** These are about to be written: whatever becomes of us, their last values will be asked for again. */
  async about(entries: readonly Entry[]): Promise<void> {
    await this.#file?.touch(entries.map(({ series }) => series.device))
  }

  /** Rejects with `store.unreachable` while they are not read yet and cannot be. */
  async values(scope: ReadingScope): Promise<LastValue[]> {
    await this.#whole()
    return lastValuesOf(this.#table, scope, this.#session.server.oldestKept(Date.now()))
  }

  /** Every series that there is. Rejects as `values`. */
  async places(): Promise<Iterable<Place>> {
    await this.#whole()
    return this.#table.all()
  }

  /** Forgets what these devices measured, and reads it again when it is asked for. */
  async forget(devices: readonly string[]): Promise<void> {
    await this.#file?.touch(devices)
    for (const device of devices) {
      for (const series of this.#table.of(device)) series.last.forget()
      this.#devices.add(device)
    }
  }

  /** Forgets what is older than this (ms since 1970; null: nothing is) of each tenant and service. */
  async forgetBefore(oldest: (place: { tenant: string; service: string }) => number | null): Promise<void> {
    await this.#file?.drop()
    for (const series of this.#table.all()) {
      const before = oldest(series)
      if (before !== null) series.last.forget(before)
    }
    await this.#keep()
  }

  /** The database is another one now. */
  async forgetAll(): Promise<void> {
    await this.#file?.drop()
    for (const series of this.#table.all()) series.last.forget()
  }

  #whole(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #read(): Promise<void> {
    for (let digit = this.#sixteenths[0]; digit !== undefined; digit = this.#sixteenths[0]) {
      await seedSixteenth(this.#session, this.#table, digit)
      this.#sixteenths.shift()
    }
    const devices = [...this.#devices]
    await seedDevices(this.#session, this.#table, devices)
    for (const device of devices) this.#devices.delete(device)
  }

  async #keep(): Promise<void> {
    if (this.#sixteenths.length === 0) await this.#file?.save(this.#table, this.#devices)
  }
}
