import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { DeviceProfile } from '../codecs/device-profile.ts'
import type { Model } from '../codecs/model.ts'
import { readDeviceProfile } from '../codecs/read-device-profile.ts'
import type { Registry, ReloadReport, Trial } from '../codecs/registry.ts'
import { shippedCodecs, shippedProfiles } from '../codecs/shipped.ts'
import type { CommandModels } from '../commands/command-service.ts'
import { OndineError } from '../errors/ondine-error.ts'
import { modelsOf } from '../uplinks/models.ts'
import type { Models } from '../uplinks/ports.ts'

type Known = Pick<Registry, 'get' | 'list' | 'folderOf'>

/** The registry's models with the device profiles they name. */
export class InstalledModels implements Models, CommandModels {
  readonly #registry: Registry
  readonly #logger: Logger
  readonly #trial: Trial
  #reloaded: Promise<unknown> = Promise.resolve()
  #profiles: ReadonlyMap<string, DeviceProfile> = new Map()
  #byProfile: Pick<Models, 'ofDeviceProfile'> = { ofDeviceProfile: () => undefined }

  constructor(registry: Registry, logger: Logger, trial: Trial) {
    this.#registry = registry
    this.#logger = logger
    this.#trial = trial
  }

  async start(): Promise<void> {
    const takeUp = await this.#prepare(this.#registry)
    takeUp()
  }

  /** Reads the device profiles of these models; what it gives takes them up. */
  async #prepare(models: Known): Promise<() => void> {
    const [profiles, byProfile] = [await this.#readProfiles(models), modelsOf(models)]
    return () => {
      this.#profiles = profiles
      this.#byProfile = byProfile
    }
  }

  /**
   * What changed on disk and passes its examples counts from the next frame and the next order on; one reload after the other.
   * Rejects with `codec.file-unreadable` and `codec.engine-failed`.
   */
  reload(): Promise<ReloadReport> {
    const reloaded = this.#reloaded.then(() => this.#reload())
    this.#reloaded = reloaded.catch(() => {})
    return reloaded
  }

  #reload(): Promise<ReloadReport> {
    return this.#registry.reload(this.#trial, (next) => this.#prepare(next))
  }

  /** Device profiles that cannot be read are told, and stop nothing but orders that need their class. */
  async #readProfiles(models: Known): Promise<ReadonlyMap<string, DeviceProfile>> {
    const profiles = new Map<string, DeviceProfile>()
    const missing: string[] = []
    let reason = ''
    for (const { slug } of models.list()) {
      try {
        profiles.set(slug, await profileOf(slug, models))
      } catch (error) {
        missing.push(slug)
        reason ||= OndineError.from(error).message
      }
    }
    // An imported catalogue may have none at all: one line, not one for each.
    if (missing.length > 0)
      this.#logger.warn({ models: missing.slice(0, 10), count: missing.length, reason }, 'models: device profiles not usable')
    return profiles
  }

  /** From the `device-profiles` beside the folder the model is in, else the shipped ones. Rejects like `readDeviceProfile`, and with `codec.unknown-model`. */
  profile(slug: string): Promise<DeviceProfile> {
    return profileOf(slug, this.#registry)
  }

  /** Whether the model has the place of one that comes with the program. */
  replacesShipped(slug: string): boolean {
    return this.#registry.replacedFolders(slug).includes(join(shippedCodecs, slug))
  }

  /** As of the last start or reload; undefined: it has none that can be used. */
  profileOf(slug: string): DeviceProfile | undefined {
    return this.#profiles.get(slug)
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

async function profileOf(slug: string, models: Known): Promise<DeviceProfile> {
  const model = models.get(slug)
  const folder = models.folderOf(slug)
  if (model === undefined || folder === undefined) throw new OndineError('codec.unknown-model', { model: slug })
  const beside = join(folder, '../../../device-profiles')
  return readDeviceProfile(existsSync(join(beside, `${model.deviceProfile}.yaml`)) ? beside : shippedProfiles, model.deviceProfile)
}
