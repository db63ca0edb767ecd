import { guessModel } from '../../codecs/guess-model.ts'
import type { Model } from '../../codecs/model.ts'
import type { ListedDevice, NetworkProfile } from '../network.ts'
import { knownModels } from '../suppliers/models.ts'
import { plainTitle } from '../suppliers/titles.ts'

export type KnownModel = Pick<Model, 'slug' | 'title' | 'vendor' | 'service' | 'euiPrefixes' | 'profileIds'>

/** `tag`: of the device or its profile; `mapping`: a person said so; `name`: the device profile is called like the model */
export type RecognisedBy = 'tag' | 'mapping' | 'name'

interface FoundModel {
  model: string
  by: RecognisedBy
}

interface ModelFinder {
  modelOf: (device: ListedDevice) => FoundModel | undefined
  modelOfProfile: (profile: NetworkProfile) => FoundModel | undefined
  /** of a device's profile; its id, where it has none that we see */
  profileName: (device: ListedDevice) => string
  /** a model that its profile's name or its EUI points at, for a person to judge */
  suggestionFor: (device: ListedDevice) => string | null
  /** which services these models are of */
  servicesOf: (models: ReadonlySet<string>) => ReadonlySet<string>
}

export function modelFinder(
  models: readonly KnownModel[],
  profiles: readonly NetworkProfile[],
  mapping: ReadonlyMap<string, string>,
): ModelFinder {
  const bySlug = new Map(models.map((model) => [model.slug, model]))
  const byId = new Map(profiles.map((profile) => [profile.id, profile]))
  const known = knownModels(models)
  const words = models.map(({ slug }) => ({ slug, word: plainTitle(slug.slice(slug.indexOf('/') + 1)) }))
  const found = new Map(profiles.map((profile) => [profile.id, ofProfile(profile)]))

  function ofProfile({ name, tags }: NetworkProfile): FoundModel | undefined {
    if (tags.model !== undefined && bySlug.has(tags.model)) return { model: tags.model, by: 'tag' }
    const mapped = mapping.get(name)
    if (mapped !== undefined && bySlug.has(mapped)) return { model: mapped, by: 'mapping' }
    const named = known.modelOf(name)
    return named === null ? undefined : { model: named, by: 'name' }
  }

  /** `Compteurs W1 (Qalcosonic-W1)`: the name of one model alone is in it. */
  function inName(name: string): string | null {
    const plain = plainTitle(name)
    const inside = words.filter(({ word }) => word.length > 3 && plain.includes(word))
    const longest = inside.filter(({ word }) => !inside.some((other) => other.word !== word && other.word.includes(word)))
    return longest.length === 1 ? (longest[0]?.slug ?? null) : null
  }

  return {
    modelOf: ({ tags, profileId }) => {
      return tags.model !== undefined && bySlug.has(tags.model) ? { model: tags.model, by: 'tag' } : found.get(profileId)
    },
    modelOfProfile: ({ id }) => found.get(id),
    profileName: ({ profileId }) => byId.get(profileId)?.name ?? profileId,
    suggestionFor: ({ devEui, profileId }) => {
      const guessed = guessModel(models, { devEui, vendorId: null, profileId: null }).models
      return inName(byId.get(profileId)?.name ?? '') ?? (guessed.length === 1 ? (guessed[0] ?? null) : null)
    },
    servicesOf: (slugs) => new Set([...slugs].flatMap((slug) => bySlug.get(slug)?.service ?? [])),
  }
}
