import { may } from '../../access/permissions.ts'
import { type Scope, seesService } from '../../access/scope.ts'
import type { DeviceProfile } from '../../codecs/device-profile.ts'
import { guessModel } from '../../codecs/guess-model.ts'
import type { Model } from '../../codecs/model.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { keyWeakness, parseKey, type SecretKey } from '../../lorawan/keys.ts'
import { type Label, readLabel } from '../../lorawan/qr.ts'
import { chirpstackKeys, type KeyField, keyFields, keysOf, type RootKeys } from '../../lorawan/root-keys.ts'
import type { Places } from '../apply/places.ts'
import type { Fingerprints } from '../keys/fingerprint.ts'
import type { KeyVault } from '../keys/vault.ts'
import type { NetworkProvisioning } from '../network.ts'
import type { Step } from '../plan/plan.ts'
import type { WantedDevice } from '../territory/territory.ts'

/** A device as a person names it: one of the three. */
export interface Reference {
  devEui?: string | undefined
  serial?: string | undefined
  /** text of its QR code */
  label?: string | undefined
}

/** A device that was named. `label`: what else its QR code tells. */
export interface Named {
  devEui: string
  label: Label | null
  keys: RootKeys
}

export interface LifeModels {
  list(): readonly Model[]
  get(slug: string): Model | undefined
  /** of `device-profiles/`; undefined: the model comes without one */
  deviceProfile(slug: string): DeviceProfile | undefined
}

interface Parts {
  inventory: Pick<Inventory, 'devices'>
  network: Pick<NetworkProvisioning, 'getDevice'>
  models: LifeModels
  vault: KeyVault
  fingerprints: Fingerprints
}

export interface Wish {
  tenant: string
  /** undefined: the model's */
  service?: string | undefined
  name: string
  model?: string | undefined
  /** what it probably is: the model of the device that it replaces */
  likely?: string | null
  joinEui?: string | undefined
  acceptWeakKeys: boolean
}

/** What a device that is not on the network yet needs before its step: a model, and its keys, sealed and not yet kept. */
export interface Prepared {
  wanted: WantedDevice
  fingerprint: string
  sealed: string
  model: Model
  /** what must be made before it */
  before: readonly Step[]
}

type GivenKeys = { readonly [F in KeyField]?: string | undefined }

/** What a territory's file and line are to a row, for a device that a person names. */
const byHand = { file: 'device add', line: 1 }

/** Finds devices by what people hold in their hands, and readies those that no delivery brought. */
export class NewDevices {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * A serial number is one device's of the tenant. Rejects with `life.two-devices`, `life.serial-…`, `label.*` and `key.malformed`;
   * undefined: nothing was named.
   */
  async named(
    scope: Scope,
    { devEui, serial, label }: Reference,
    { tenant, keys }: { tenant: string | undefined; keys: GivenKeys | undefined },
  ): Promise<Named | undefined> {
    const given = [devEui, serial, label].filter((one) => one !== undefined)
    if (given.length === 0) return undefined
    if (given.length > 1) throw new OndineError('life.two-devices', {})
    const typed = rootKeys(keys)
    if (label !== undefined) {
      const devicePrefixes = this.#parts.models.list().flatMap(({ euiPrefixes }) => euiPrefixes)
      const read = readLabel(label, { devicePrefixes })
      return { devEui: read.devEui, label: read, keys: { ...read.keys, ...typed } }
    }
    if (devEui !== undefined) return { devEui, label: null, keys: typed }
    const { items } = await this.#parts.inventory.devices(scope, { serial: serial ?? '', tenant, limit: 5 })
    const [found, second] = items
    if (found === undefined) throw new OndineError('life.serial-unknown', { serial: serial ?? '' })
    if (second !== undefined)
      throw new OndineError('life.serial-ambiguous', { serial: serial ?? '', devEuis: items.map((one) => one.devEui).join(', ') })
    return { devEui: found.devEui, label: null, keys: typed }
  }

  /**
   * Seals its keys, and keeps nothing: what else is refused must not replace keys that wait. Rejects with `life.not-delivered` for a device of which nobody brought a key, `life.on-network`,
   * `life.model-needed`, `life.abp`, `life.keys-…`, `key.*`, `access.forbidden`,
   * `inventory.outside-scope` and `provisioning.needs`.
   */
  async prepare(scope: Scope, { devEui, label, keys }: Named, wish: Wish, places: Places): Promise<Prepared> {
    const { network, vault, fingerprints } = this.#parts
    if (Object.keys(keys).length === 0) throw new OndineError('life.not-delivered', { devEui })
    if (!may(scope, 'manage')) throw new OndineError('access.forbidden', { role: scope.role, action: 'manage' })
    const model = this.#modelOf(devEui, label, wish)
    const { tenant, service = model.service, name } = wish
    if (!seesService(scope, service)) throw new OndineError('inventory.outside-scope', { what: `service ${service}` })
    const joinEui = wish.joinEui ?? label?.joinEui ?? null
    this.#checkKeys(devEui, joinEui, model, keys, wish.acceptWeakKeys)
    if ((await network.getDevice(devEui)) !== undefined) throw new OndineError('life.on-network', { devEui })
    const before = await profileSteps(places, { tenant, service }, model.slug)

    const serial = label?.serial ?? ''
    return {
      wanted: { source: byHand, tenant, service, devEui, joinEui, model: model.slug, serial, name, tags: {} },
      fingerprint: fingerprints.ofKeys(devEui, keys),
      sealed: vault.seal(devEui, keys),
      model,
      before,
    }
  }

  #modelOf(devEui: string, label: Label | null, { model: asked, likely }: Wish): Model {
    const { models } = this.#parts
    if (asked !== undefined) {
      const model = models.get(asked)
      if (model === undefined) throw new OndineError('codec.unknown-model', { model: asked })
      return model
    }
    const guess = guessModel(models.list(), { devEui, vendorId: label?.vendorId ?? null, profileId: label?.profileId ?? null })
    const [only, second] = guess.models
    const model = only === undefined || second !== undefined ? undefined : models.get(only)
    // A prefix alone says little, for its vendor makes other models too.
    if (model === undefined || (guess.by !== 'profile' && model.slug !== likely))
      throw new OndineError('life.model-needed', { devEui, models: guess.models.slice(0, 5).join(', ') })
    return model
  }

  #checkKeys(devEui: string, joinEui: string | null, { slug }: Model, keys: RootKeys, acceptWeak: boolean): void {
    const profile = this.#parts.models.deviceProfile(slug)
    if (profile === undefined) throw new OndineError('provisioning.needs', { object: `the device profile of ${slug}`, reason: '' })
    if (!profile.supportsOtaa) throw new OndineError('life.abp', { devEui, model: slug })
    const missing = keysOf(profile.macVersion).needed.filter((field) => keys[field] === undefined)
    if (missing.length > 0) throw new OndineError('life.keys-missing', { devEui, needed: missing.join(', ') })
    chirpstackKeys(profile.macVersion, keys)
    const weakness = keyFields.flatMap((field) => weaknessOf(keys[field], devEui, joinEui)).at(0)
    if (weakness !== undefined && !acceptWeak) throw new OndineError('life.keys-weak', { devEui, weakness })
  }
}

/** A model that no device of the tenant has had needs its device profile first. Rejects with `life.no-application`. */
export async function profileSteps(
  places: Places,
  { tenant, service }: { tenant: string; service: string },
  model: string,
): Promise<Step[]> {
  const place = `${tenant}/${service}`
  if (!(await isThere(() => places.application(tenant, service)))) throw new OndineError('life.no-application', { place })
  if (await isThere(() => places.profile(tenant, model))) return []
  return [{ kind: 'profile', action: 'create-profile', key: `${tenant}/${model}`, source: null, tenant, model, name: model }]
}

/** Whether places have it; what speaks against asking them is rejected with. */
export async function isThere(find: () => Promise<unknown>): Promise<boolean> {
  try {
    await find()
    return true
  } catch (thrown) {
    if (thrown instanceof OndineError && thrown.code === 'provisioning.needs') return false
    throw thrown
  }
}

function rootKeys(given: GivenKeys = {}): RootKeys {
  return Object.fromEntries(
    keyFields.flatMap((field): [KeyField, SecretKey][] => {
      const text = given[field]
      return text === undefined ? [] : [[field, parseKey(text)]]
    }),
  )
}

function weaknessOf(key: SecretKey | undefined, devEui: string, joinEui: string | null): readonly string[] {
  const weakness = key === undefined ? null : keyWeakness(key, { devEui, joinEui })
  return weakness === null ? [] : [weakness]
}
