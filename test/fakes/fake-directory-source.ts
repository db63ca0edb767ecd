import type { DirectoryDevice, DirectorySource } from '../../src/inventory/directory.ts'

/** Devices in an array that a test may change; `delay` holds an answer back until it resolves. */
export class FakeDirectorySource implements DirectorySource {
  readonly devices: DirectoryDevice[]
  delay: Promise<void> = Promise.resolve()

  constructor(devices: readonly DirectoryDevice[] = []) {
    this.devices = [...devices]
  }

  async *directory(devEuis: readonly string[] | null): AsyncIterable<readonly DirectoryDevice[]> {
    const answer = this.devices.filter((device) => devEuis === null || devEuis.includes(device.devEui))
    await this.delay
    yield answer
  }
}
