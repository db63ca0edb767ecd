import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OndineError } from '../errors/ondine-error.ts'
import { parseYaml } from '../formats/yaml.ts'
import { type DeviceProfile, deviceProfileSchema } from './device-profile.ts'
import { firstFault } from './schema-fault.ts'

/**
 * The device profile that a model names (`vendor/model`), from `<folder>/<vendor>/<model>.yaml`.
 * Rejects with `codec.file-unreadable`, `file.malformed` or `codec.model-invalid`.
 */
export async function readDeviceProfile(folder: string, name: string): Promise<DeviceProfile> {
  const file = join(folder, `${name}.yaml`)
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new OndineError('codec.file-unreadable', { file, reason }, { cause: thrown })
  })
  const profile = deviceProfileSchema.safeParse(parseYaml(text, file))
  if (profile.success) return profile.data
  throw new OndineError('codec.model-invalid', { file, ...firstFault(profile.error) }, { cause: profile.error })
}
