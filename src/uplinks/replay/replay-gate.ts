import type { Reading } from '../../readings/reading.ts'
import type { ReadingStore } from '../../readings/reading-store.ts'

/**
 * Between what comes from the network and the store: while readings of a device are taken out and written anew, new ones
 * of that device wait, so that none is taken out with the old. All others pass.
 */
export class ReplayGate {
  private readonly store: Pick<ReadingStore, 'write'>
  private held: ReadonlySet<string> = new Set()
  private opened: Promise<void> = Promise.resolve()
  /** writes under way, by how many there are of a device */
  private readonly writing = new Set<{ devices: ReadonlySet<string>; done: Promise<unknown> }>()
  private readonly watches = new Set<{ devices: ReadonlySet<string>; touched: Set<string> }>()

  constructor(store: Pick<ReadingStore, 'write'>) {
    this.store = store
  }

  /** The store's own, once none of their devices is held. */
  async write(readings: readonly Reading[]): ReturnType<ReadingStore['write']> {
    const devices = new Set(readings.map(({ device }) => device))
    while (haveCommon(this.held, devices)) await this.opened
    const done = this.store.write(readings)
    const entry = { devices, done }
    this.writing.add(entry)
    this.touch(devices)
    try {
      return await done
    } finally {
      this.touch(devices)
      this.writing.delete(entry)
    }
  }

  /** From now on, which of these devices something is written of; until `end`. */
  watch(devices: readonly string[]): { touched: ReadonlySet<string>; end: () => void } {
    const watch = { devices: new Set(devices), touched: new Set<string>() }
    this.watches.add(watch)
    // What is on its way already may become visible at any moment.
    for (const entry of this.writing) this.touch(entry.devices)
    return { touched: watch.touched, end: () => void this.watches.delete(watch) }
  }

  /** Does the work while nothing is written of these devices; one at a time. */
  async hold<T>(devices: readonly string[], work: () => Promise<T>): Promise<T> {
    const held = new Set(devices)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.held = held
    this.opened = promise
    try {
      const before = [...this.writing].filter((entry) => haveCommon(held, entry.devices))
      await Promise.allSettled(before.map(({ done }) => done))
      return await work()
    } finally {
      this.held = new Set()
      resolve()
    }
  }

  private touch(devices: ReadonlySet<string>): void {
    for (const watch of this.watches) {
      for (const device of watch.devices) if (devices.has(device)) watch.touched.add(device)
    }
  }
}

/** `few` is gone through. */
function haveCommon(few: ReadonlySet<string>, many: ReadonlySet<string>): boolean {
  for (const one of few) if (many.has(one)) return true
  return false
}
