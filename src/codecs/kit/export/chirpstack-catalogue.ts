import { toToml } from '../../../formats/toml.ts'
import type { DeviceProfile } from '../../device-profile.ts'
import type { Model } from '../../model.ts'
import { stableId } from './stable-id.ts'

/** A test as ChirpStack's own runner makes it: its function is called with `input`, and the JSON must be `expected`. */
export interface ChirpstackTest {
  name: string
  input: unknown
  expected: unknown
}

/** One payload format of a model; a model without variants has one. */
export interface ExportedScript {
  /** null: it has no variants */
  variant: string | null
  /** versions of the firmware that it is for */
  firmware: readonly string[]
  source: string
  decode: readonly ChirpstackTest[]
  encode: readonly ChirpstackTest[]
}

export interface ExportedModel {
  model: Model
  profile: DeviceProfile
  /** the default last, as the newest firmware stands last in that layout */
  scripts: readonly ExportedScript[]
}

/** Files of the chirpstack-device-profiles layout: path → text. Models of one vendor stand together. */
export function chirpstackCatalogue(models: readonly ExportedModel[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const [vendor, own] of Map.groupBy(models, ({ model }) => folderOf(model))) {
    const root = `vendors/${vendor}`
    files.set(`${root}/vendor.toml`, toToml(vendorFile(vendor, own)))
    for (const { model, profile, scripts } of own) {
      const name = nameOf(model)
      files.set(`${root}/profiles/${profileName(profile)}`, toToml(profileFile(profile, vendor)))
      files.set(`${root}/devices/${name}.toml`, toToml(deviceFile(model, profile, scripts)))
      for (const script of scripts) {
        const stem = stemOf(model, script)
        files.set(`${root}/codecs/${stem}.js`, script.source)
        files.set(`${root}/codecs/test_decode_${stem}.json`, `${JSON.stringify(script.decode, null, 2)}\n`)
        files.set(`${root}/codecs/test_encode_${stem}.json`, `${JSON.stringify(script.encode, null, 2)}\n`)
      }
    }
  }
  return files
}

function folderOf({ slug }: Model): string {
  return slug.slice(0, slug.indexOf('/'))
}

function nameOf({ slug }: Model): string {
  return slug.slice(slug.indexOf('/') + 1)
}

export function stemOf(model: Model, { variant }: Pick<ExportedScript, 'variant'>): string {
  return variant === null ? nameOf(model) : `${nameOf(model)}-${variant}`
}

/** 0: the LoRa Alliance's id of the vendor is not known here. */
function vendorFile(vendor: string, models: readonly ExportedModel[]) {
  const ouis = new Set(models.flatMap(({ model }) => model.euiPrefixes.map((prefix) => prefix.toUpperCase())))
  return { vendor: { id: stableId(vendor), name: models[0]?.model.vendor ?? vendor, vendor_id: 0, ouis: [...ouis], metadata: {} } }
}

function profileName({ macVersion, regionalParameters, class: deviceClass, supportsOtaa }: DeviceProfile): string {
  const parts = ['EU868', macVersion, regionalParameters, deviceClass, ...(supportsOtaa ? [] : ['ABP'])]
  return `${parts.join('-').replaceAll('.', '_')}.toml`
}

/** Where the profile says nothing: what the layout's documented example has. 16 dBm is the most in EU868 (RP002-1.0.4 §2.4.3). */
function profileFile(profile: DeviceProfile, vendor: string) {
  const { region, macVersion, regionalParameters, supportsOtaa, class: deviceClass } = profile
  const b = deviceClass === 'B'
  const c = deviceClass === 'C'
  return {
    profile: {
      id: stableId(`${vendor}/${profileName(profile)}`),
      vendor_profile_id: 0,
      region,
      mac_version: macVersion,
      reg_params_revision: regionalParameters,
      supports_otaa: supportsOtaa,
      supports_class_b: b,
      supports_class_c: c,
      max_eirp: 16,
      abp: { rx1_delay: supportsOtaa ? 0 : 1, rx1_dr_offset: 0, rx2_dr: 0, rx2_freq: supportsOtaa ? 0 : 869_525_000 },
      class_b: { timeout_secs: b ? 120 : 0, ping_slot_nb_k: 0, ping_slot_dr: 0, ping_slot_freq: b ? 869_525_000 : 0 },
      class_c: { timeout_secs: c ? 120 : 0 },
    },
  }
}

function deviceFile(model: Model, profile: DeviceProfile, scripts: readonly ExportedScript[]) {
  const firmware = scripts.flatMap((script) => {
    const versions = script.firmware.length > 0 ? script.firmware : [script.variant ?? 'any']
    return versions.map((version) => ({ version, profiles: [profileName(profile)], codec: `${stemOf(model, script)}.js` }))
  })
  return {
    device: {
      id: stableId(model.slug),
      name: model.title,
      description: `Ondine model ${model.slug} ${model.version}`,
      firmware,
      metadata: {},
    },
  }
}
