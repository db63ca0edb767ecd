import { join } from 'node:path'
import type { Logger } from 'pino'
import type { DeviceProfile } from '../codecs/device-profile.ts'
import type { Model } from '../codecs/model.ts'
import { readDeviceProfile } from '../codecs/read-device-profile.ts'
import type { Registry } from '../codecs/registry.ts'
import type { CommandModels } from '../commands/command-service.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Models } from '../uplinks/ports.ts'

/** The registry's models with the device profiles they name. */
export class InstalledModels implements Models, CommandModels {
  readonly #registry: Registry
  readonly #folder: string
  readonly #logger: Logger
  readonly #profiles = new Map<string, DeviceProfile>()
  readonly #byProfileTitle = new Map<string, string>()

  /** `folder`: of the device profiles */
  constructor(registry: Registry, folder: string, logger: Logger) {
    this.#registry = registry
    this.#folder = folder
    this.#logger = logger
  }

  /** A device profile that cannot be read is told and stops nothing but orders that need its class. */
  async start(): Promise<void> {
    for (const model of this.#registry.list()) {
      try {
        const profile = await readDeviceProfile(this.#folder, model.deviceProfile)
        this.#profiles.set(model.slug, profile)
        this.#byProfileTitle.set(profile.title, model.slug)
        this.#byProfileTitle.set(model.slug, model.slug)
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

  /** By the title under which a profile of ours is created on the network server, or by the slug of the model as its name. */
  ofDeviceProfile(name: string): string | undefined {
    return this.#byProfileTitle.get(name)
  }

  forCommands(slug: string): { model: Model; deviceClass: DeviceProfile['class'] } {
    const model = this.#registry.get(slug)
    if (model === undefined) throw new OndineError('codec.unknown-model', { model: slug })
    // Without a profile nothing is known of when the device listens: the order waits as for the slowest.
    return { model, deviceClass: this.#profiles.get(slug)?.class ?? 'A' }
  }

  profile(slug: string): DeviceProfile | undefined {
    return this.#profiles.get(slug)
  }
}

/** The models that are shipped with the program, wherever it runs from (src or dist). */
export const shippedModels = join(import.meta.dirname, '../../codecs')
export const shippedProfiles = join(import.meta.dirname, '../../device-profiles')
