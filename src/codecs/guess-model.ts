import type { ModelDefinition } from './model.ts'

/** What a label tells of a model; ids are lower-case hexadecimal digits. */
interface Traces {
  devEui: string
  /** the two halves of TR005's ProfileID */
  vendorId: string | null
  profileId: string | null
}

/** `by`: what the models were found by, null for none. Several prefixes fit: those that are longest. */
export interface ModelGuess {
  by: 'profile' | 'prefix' | null
  models: readonly string[]
}

type Known = Pick<ModelDefinition, 'euiPrefixes' | 'profileIds'> & { slug: string }

export function guessModel(models: readonly Known[], { devEui, vendorId, profileId }: Traces): ModelGuess {
  const profile = vendorId === null || profileId === null ? undefined : `${vendorId}${profileId}`
  const ofProfile = models.filter(({ profileIds }) => profile !== undefined && profileIds?.includes(profile))
  if (ofProfile.length > 0) return { by: 'profile', models: ofProfile.map(({ slug }) => slug) }
  const fits = models.map(({ slug, euiPrefixes }) => ({
    slug,
    length: Math.max(0, ...euiPrefixes.map((each) => (devEui.startsWith(each) ? each.length : 0))),
  }))
  const longest = Math.max(0, ...fits.map(({ length }) => length))
  if (longest === 0) return { by: null, models: [] }
  return { by: 'prefix', models: fits.flatMap(({ slug, length }) => (length === longest ? slug : [])) }
}
