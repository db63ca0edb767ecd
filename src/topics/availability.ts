import type { Model } from '../codecs/model.ts'
import type { DirectoryDevice } from '../inventory/directory.ts'
import type { AssetName } from './asset-state.ts'

export type Availability = 'online' | 'late' | 'silent' | 'unknown'

/** An asset that a device serves now, and how often (s) it should be heard. */
export interface InstalledAsset extends AssetName {
  expectedInterval: number
}

const day = 24 * 60 * 60 * 1000

/** Late after two expected intervals without a reading, silent after three and at least a day; unknown before the first. */
export function availabilityAt(lastSeen: string | null, expectedInterval: number, now: number): Availability {
  if (lastSeen === null) return 'unknown'
  const silence = now - Date.parse(lastSeen)
  const interval = expectedInterval * 1000
  if (silence > Math.max(3 * interval, day)) return 'silent'
  return silence > 2 * interval ? 'late' : 'online'
}

/** Assets served at `time` (ISO 8601 UTC) by devices of a known model: one entry per device and channel. */
export function* installedAssets(
  devices: Iterable<DirectoryDevice>,
  modelOf: (slug: string) => Pick<Model, 'expectedInterval'> | undefined,
  time: string,
): Generator<InstalledAsset> {
  for (const device of devices) {
    const model = device.model === null || device.status !== 'installed' ? undefined : modelOf(device.model)
    if (model === undefined) continue
    for (const { asset, service, from, to } of device.assignments) {
      if (from <= time && (to === null || time < to)) {
        yield { tenant: device.tenant, service, asset, expectedInterval: model.expectedInterval }
      }
    }
  }
}
