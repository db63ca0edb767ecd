import { proposeSlug } from '../../inventory/slug.ts'
import { plainTitle } from '../suppliers/titles.ts'

/** What people call their applications, by the slug of the service: whose readings are private is told by it. */
const serviceNames: readonly (readonly [string, RegExp])[] = [
  ['water', /^(?:eau|eaux|water|wasser|aep|eaupotable)|compteurs?d?eau|watermeter|wasserzahler/],
  ['waste', /dechet|waste|ordures|poubelle|conteneur|abfall/],
  ['irrigation', /irrigation|arrosage|bewasserung/],
  ['lighting', /eclairage|lighting|streetlight|lampadaire|beleuchtung/],
  ['flood', /inondation|flood|crue|hochwasser/],
  ['parking', /parking|stationnement/],
]

/**
 * Service that an application is: that of its devices' models where they agree, else by what people call it, else its own name.
 * Not yet sure to be free.
 */
export function serviceSlug(name: string, services: ReadonlySet<string>): string {
  const [only, ...others] = services
  if (only !== undefined && others.length === 0) return only
  const plain = plainTitle(name)
  return serviceNames.find(([, title]) => title.test(plain))?.[0] ?? name
}

/** A slug that nobody has yet, from a name for people; `taken`: in lower case, and it is put there. */
export function slugFor(name: string, fallback: string, taken: Set<string>): string {
  const base = plainTitle(name) === '' ? fallback : name.toLowerCase()
  for (let attempt = 0; ; attempt++) {
    const slug = proposeSlug('', base, attempt, () => new Uint8Array())
    if (taken.has(slug.toLowerCase())) continue
    taken.add(slug.toLowerCase())
    return slug
  }
}
