import { z } from 'zod'

/** A name that goes into topics, tags and URLs: given once and never recomputed. */
export const slugSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, "." "_" "-", at most 64')

/** An asset as people name it in a request: their own code does as well, for roles that may see it. */
export const assetReferenceSchema = z.string().trim().min(1).max(200).describe('Slug or code of the asset.')

/** Services whose assets are a person's dwelling: outside of the inventory their assets are known by a pseudonym only. */
const personalServices: ReadonlyMap<string, string> = new Map([['water', 'w']])

export function isPersonal(service: string): boolean {
  return personalServices.has(service)
}

/** Crockford's base32 in lower case: no i, l, o, u to misread. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * A slug for a new asset: a pseudonym such as `w-7f3k2m9q` where the service is personal, else the given code with
 * what a topic cannot hold taken out. `attempt` counts from 0; ask again while the slug is taken.
 * `random` gives n random bytes.
 */
export function proposeSlug(service: string, code: string, attempt: number, random: (n: number) => Uint8Array): string {
  const prefix = personalServices.get(service)
  if (prefix !== undefined && attempt === 0 && new RegExp(`^${prefix}-[${alphabet}]{8}$`).test(code)) return code
  if (prefix !== undefined) return `${prefix}-${[...random(8)].map((byte) => alphabet[byte % 32]).join('')}`
  const base = slugFromCode(code)
  return attempt === 0 ? base : `${base.slice(0, 60)}-${attempt + 1}`
}

function slugFromCode(code: string): string {
  if (slugSchema.safeParse(code).success) return code
  const plain = code
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-+$/, '')
    .slice(0, 64)
  return plain === '' ? 'asset' : plain
}
