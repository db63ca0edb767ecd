import type { Model } from '../codecs/model.ts'
import type { Models } from './ports.ts'

/** The registry of codecs/. */
export interface ModelRegistry {
  get(slug: string): Model | undefined
  list(): readonly Model[]
}

/**
 * The models, also by the name that a ChirpStack device profile has: that of the model's own profile. A profile that
 * several models share tells nothing. Made again when the registry has been.
 */
export function modelsOf(registry: ModelRegistry): Models {
  const byProfile = Map.groupBy(registry.list(), (model) => model.deviceProfile)
  return {
    get: (slug) => registry.get(slug),
    ofDeviceProfile(name) {
      const [only, another] = byProfile.get(name) ?? []
      return another === undefined ? only?.slug : undefined
    },
  }
}
