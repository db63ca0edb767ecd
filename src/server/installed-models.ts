import { join } from 'node:path'
import type { Logger } from 'pino'
import type { DeviceProfile } from '../codecs/device-profile.ts'
import type { Model } from '../codecs/model.ts'
import { readDeviceProfile } from '../codecs/read-device-profile.ts'
import type { Registry } from '../codecs/registry.ts'
import type { CommandModels } from '../commands/command-service.ts'
import { OndineError } from '../errors/ondine-error.ts'
import { modelsOf } from '../uplinks/models.ts'
import type { Models } from '../uplinks/ports.ts'

/** The registry's models with the device profiles they name. */
export class InstalledModels implements Models, CommandModels {
  readonly #registry: Registry
  readonly #folder: string
  readonly #logger: Logger
  readonly #profiles = new Map<string, DeviceProfile>()
  readonly #byProfile: Models

  /** `folder`: of the device profiles */
  constructor(registry: Registry, folder: string, logger: Logger) {
    this.#registry = registry
    this.#folder = folder
    this.#logger = logger
    this.#byProfile = modelsOf(registry)
  }

  /** A device profile that cannot be read is told and stops nothing but orders that need its class. */
  async start(): Promise<void> {
    for (const model of this.#registry.list()) {
      try {
        this.#profiles.set(model.slug, await readDeviceProfile(this.#folder, model.deviceProfile))
      } catch (error) {
        this.#logger.warn({ model: model.slug, reason: OndineError.from(error).message }, 'models: device profile not usable')
      }
    }
  }

  get(slug: string): Model | undefined {
    return this.#registry.get(slug)
  }

  list(): readonly Model[] {
    return this.#registry.list()
  }

  ofDeviceProfile(name: string): string | undefined {
    return this.#byProfile.ofDeviceProfile(name)
  }

  forCommands(slug: string): { model: Model; deviceClass: DeviceProfile['class'] } {
    const model = this.#registry.get(slug)
    if (model === undefined) throw new OndineError('codec.unknown-model', { model: slug })
    // Without a profile nothing is known of when the device listens: the order waits as for the slowest.
    return { model, deviceClass: this.#profiles.get(slug)?.class ?? 'A' }
  }
}

/** The models that are shipped with the program, wherever it runs from (src or dist). */
export const shippedModels = join(import.meta.dirname, '../../codecs')
export const shippedProfiles = join(import.meta.dirname, '../../device-profiles')
