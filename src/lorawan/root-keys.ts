import { OndineError } from '../errors/ondine-error.ts'
import { SecretKey } from './keys.ts'

/** `appKey` and `nwkKey`: root keys (LoRaWAN 1.0.4 6.1.1.3, LoRaWAN 1.1 6.1.1.3); `genAppKey`: for multicast on 1.0.x (TS005). */
export const keyFields = ['appKey', 'nwkKey', 'genAppKey'] as const
export type KeyField = (typeof keyFields)[number]
export type RootKeys = Readonly<Partial<Record<KeyField, SecretKey>>>

interface KeysOfVersion {
  needed: readonly KeyField[]
  optional: readonly KeyField[]
}

/** Which keys a device of a MAC version (`1.0.3`, `1.1.0`, as in a device profile) joins with. Throws `key.version-unknown`. */
export function keysOf(macVersion: string): KeysOfVersion {
  if (/^1\.0\.\d+$/.test(macVersion)) return { needed: ['appKey'], optional: ['genAppKey'] }
  if (/^1\.1(\.\d+)?$/.test(macVersion)) return { needed: ['nwkKey', 'appKey'], optional: [] }
  throw new OndineError('key.version-unknown', { version: macVersion })
}

/** The fields of ChirpStack's DeviceKeys; one that the device has not stays zero there. */
export interface ChirpstackKeys {
  nwkKey: SecretKey
  appKey: SecretKey
  genAppKey: SecretKey
}

/**
 * Where ChirpStack wants them: the AppKey of a 1.0.x device goes into `nwk_key`, and what is put elsewhere is stored without a
 * word as a key of zeros. Throws `key.missing`, `key.not-of-version` and `key.version-unknown`.
 */
export function chirpstackKeys(macVersion: string, keys: RootKeys): ChirpstackKeys {
  const { needed, optional } = keysOf(macVersion)
  for (const field of keyFields) {
    const [key, wanted] = [keys[field], needed.includes(field)]
    if (wanted && key === undefined) throw new OndineError('key.missing', { field, version: macVersion })
    if (key !== undefined && !wanted && !optional.includes(field)) {
      throw new OndineError('key.not-of-version', { field, version: macVersion, fields: [...needed, ...optional].join(', ') })
    }
  }
  const zero = new SecretKey(new Uint8Array(16))
  const { appKey = zero, nwkKey = zero, genAppKey = zero } = keys
  return needed.includes('nwkKey') ? { nwkKey, appKey, genAppKey } : { nwkKey: appKey, appKey: zero, genAppKey }
}

/** The other way round: the device's keys as they were found there. Throws `key.version-unknown`. */
export function rootKeysOf(macVersion: string, { nwkKey, appKey, genAppKey }: ChirpstackKeys): RootKeys {
  if (keysOf(macVersion).needed.includes('nwkKey')) return { nwkKey, appKey }
  return genAppKey.equals(new SecretKey(new Uint8Array(16))) ? { appKey: nwkKey } : { appKey: nwkKey, genAppKey }
}
