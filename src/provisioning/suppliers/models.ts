import type { Model } from '../../codecs/model.ts'
import { plainTitle } from './titles.ts'

/** What the checks need of the device models. */
export interface KnownModels {
  modelOf: (word: string) => string | null
  prefixesOf: (model: string) => readonly string[]
  vendorPrefixes: readonly string[]
}

/** A supplier writes `EM400-MUD`, `Milesight EM400 MUD` or `milesight/em400-mud`: taken where it means one model and no other. */
export function knownModels(models: readonly Pick<Model, 'slug' | 'title' | 'vendor' | 'euiPrefixes'>[]): KnownModels {
  const byWord = new Map<string, string | null>()
  for (const { slug, title, vendor } of models) {
    const name = slug.slice(slug.indexOf('/') + 1)
    for (const word of new Set([slug, name, title, `${vendor} ${name}`, `${vendor} ${title}`].map(plainTitle))) {
      byWord.set(word, byWord.has(word) ? null : slug)
    }
  }
  const prefixes = new Map(models.map(({ slug, euiPrefixes }) => [slug, euiPrefixes]))
  return {
    modelOf: (word) => (word === '' ? null : (byWord.get(plainTitle(word)) ?? null)),
    prefixesOf: (model) => prefixes.get(model) ?? [],
    vendorPrefixes: [...new Set([...prefixes.values()].flat())],
  }
}
