import type { Fingerprints } from './keys/fingerprint.ts'
import { writtenOf } from './plan/content.ts'
import type { Remembered } from './plan/plan.ts'
import { memoryKey, type World } from './plan/world.ts'
import type { Memory } from './ports.ts'

/** What was read in full and is as it was written need not be read again: from now on a list tells that it is. */
export async function rememberRead(
  { details, memory }: Pick<World, 'details' | 'memory'>,
  { fingerprints, store }: { fingerprints: Fingerprints; store: Pick<Memory, 'settle'> },
): Promise<void> {
  const same: Remembered[] = []
  for (const device of details.values()) {
    const entry = memory.get(memoryKey('device', device.devEui))
    if (entry === undefined || entry.updatedAt === device.updatedAt) continue
    if (fingerprints.ofObject('device', writtenOf.device(device)) === entry.fingerprint)
      same.push({ ...entry, updatedAt: device.updatedAt })
  }
  if (same.length > 0) await store.settle(same)
}
