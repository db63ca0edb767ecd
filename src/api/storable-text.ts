import { ValidationError } from '@orpc/contract'
import { ORPCError } from '@orpc/server'

const message = 'must not contain the character U+0000'

/** Refuses U+0000 anywhere in a request's parameters and body: PostgreSQL keeps no text with it. Throws a bad request that names each place. */
export function refuseNul(input: unknown): void {
  // A body may have a million fields: their paths are made only where there is something to name.
  if (!holdsNul(input)) return
  const issues = nulPaths(input).map((path) => ({ path, message }))
  throw new ORPCError('BAD_REQUEST', { cause: new ValidationError({ message, issues, data: undefined }) })
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (Array.isArray(value)) return value.some(holdsNul)
  if (typeof value !== 'object' || value === null) return false
  for (const [key, inner] of Object.entries(value)) if (key.includes('\0') || holdsNul(inner)) return true
  return false
}

function nulPaths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'string') return value.includes('\0') ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  // A name of a key that cannot be shown is told by where it stands.
  return Object.entries(value).flatMap(([key, inner]) => (key.includes('\0') ? [path] : nulPaths(inner, [...path, key])))
}
