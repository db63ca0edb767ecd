import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { OndineError } from '../errors/ondine-error.ts'
import type { AuditEntry } from './audit.ts'
import { may } from './permissions.ts'
import { roleSchema, type Scope, seesTenant } from './scope.ts'
import { hashToken, isToken, newToken } from './token.ts'

const time = z.iso.datetime({ precision: 3 })

/** A token as it is kept: all but the token itself. Times ISO 8601 UTC with milliseconds. */
export const tokenRecordSchema = z.object({
  id: z.uuid().describe('By which it is revoked.'),
  /** unique per tenant among the tokens that are not revoked */
  name: z.string().describe('The account: in audit rows and in orders.'),
  role: roleSchema.describe('What it may do.'),
  tenant: z.string().nullable().describe('Slug; null: the whole server.'),
  services: z.array(z.string()).nullable().describe('Slugs; null: all.'),
  communes: z.array(z.string()).nullable().describe('INSEE codes; null: all.'),
  createdAt: time.describe('UTC.'),
  expiresAt: time.nullable().describe('UTC; refused from then on. null: never.'),
  revokedAt: time.nullable().describe('UTC; null: not revoked.'),
})
export type TokenRecord = z.infer<typeof tokenRecordSchema>

export const tokenRequestSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, "." "_" "-", at most 64')
    .describe('The account; unique per tenant among the tokens that are not revoked.'),
  role: roleSchema.describe('What it may do.'),
  tenant: z.string().nullable().describe('Slug; null: the whole server.'),
  services: z.array(z.string()).min(1).nullable().default(null).describe('Slugs; null: all.'),
  communes: z.array(z.string()).min(1).nullable().default(null).describe('INSEE codes; null: all. Only within a tenant.'),
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text).toISOString())
    .nullable()
    .default(null)
    .describe('Refused from then on; null: never.'),
})
export type TokenRequest = z.infer<typeof tokenRequestSchema>

/** Where tokens are kept, by their hash; implemented in adapters/sql. */
export interface TokenStore {
  /** rejects with `access.name-taken` or `access.tenant-unknown`; revokes `replaces`, if given, in the same transaction */
  add(token: Omit<TokenRecord, 'id'> & { hash: string }, audit: AuditEntry, options?: { replaces: string }): Promise<TokenRecord>
  byHash(hash: string): Promise<(TokenRecord & { hash: string }) | undefined>
  /** newest first, revoked ones included; `cursor` opaque, from the page before, null on the last one */
  list(
    scope: Scope,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<{ items: readonly TokenRecord[]; cursor: string | null }>
  /** false when the scope holds no such token in force */
  revoke(scope: Scope, id: string, time: string): Promise<boolean>
}

/**
 * The scope of a bearer token. Throws `access.token-missing`, `access.token-refused` (malformed, unknown or revoked:
 * the sentence does not say which) or `access.token-expired`.
 */
export async function authenticate(store: TokenStore, token: string | undefined, now: Date): Promise<Scope> {
  if (token === undefined || token === '') throw new OndineError('access.token-missing', {})
  if (!isToken(token)) throw new OndineError('access.token-refused', {})
  const hash = hashToken(token)
  const found = await store.byHash(hash)
  if (found === undefined || found.revokedAt !== null || !sameHash(found.hash, hash)) throw new OndineError('access.token-refused', {})
  if (found.expiresAt !== null && found.expiresAt <= now.toISOString()) {
    throw new OndineError('access.token-expired', { name: found.name, expiresAt: found.expiresAt })
  }
  return scopeOf(found)
}

export function scopeOf(token: TokenRecord): Scope {
  return { account: token.name, role: token.role, tenant: token.tenant, services: token.services, communes: token.communes }
}

/** Makes a token; its text is in the answer and nowhere else. Nobody gives more than they have. */
export async function issueToken(
  store: TokenStore,
  scope: Scope,
  request: TokenRequest,
  now: Date,
): Promise<{ token: string; record: TokenRecord }> {
  if (!may(scope, 'administrate')) throw new OndineError('access.forbidden', { role: scope.role, action: 'administrate' })
  if (!covers(scope, request)) throw new OndineError('access.wider-than-own', {})
  if (request.communes !== null && request.tenant === null) throw new OndineError('access.communes-without-tenant', {})
  if (request.expiresAt !== null && request.expiresAt <= now.toISOString()) {
    throw new OndineError('access.expires-in-past', { expiresAt: request.expiresAt })
  }
  const token = newToken()
  const { services, communes, name, role, tenant, expiresAt } = request
  const kept = { name, role, tenant, services, communes, expiresAt, createdAt: now.toISOString(), revokedAt: null }
  const record = await store.add(
    { ...kept, hash: hashToken(token) },
    { time: kept.createdAt, account: scope.account, tenant, action: 'token.issue', object: name, before: null, after: kept },
  )
  return { token, record }
}

/** From now on the token is refused. Rejects with `access.token-unknown` when the scope holds no such token in force. */
export async function revokeToken(store: TokenStore, scope: Scope, id: string, now: Date): Promise<{ id: string; revokedAt: string }> {
  if (!may(scope, 'administrate')) throw new OndineError('access.forbidden', { role: scope.role, action: 'administrate' })
  const revokedAt = now.toISOString()
  if (!(await store.revoke(scope, id, revokedAt))) throw new OndineError('access.token-unknown', { token: id })
  return { id, revokedAt }
}

function covers(scope: Scope, request: TokenRequest): boolean {
  const within = (own: readonly string[] | null, asked: readonly string[] | null) =>
    own === null || asked?.every((item) => own.includes(item)) === true
  const tenantCovered = request.tenant === null ? scope.tenant === null : seesTenant(scope, request.tenant)
  return tenantCovered && within(scope.services, request.services) && within(scope.communes, request.communes)
}

function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')]
  return left.length === right.length && timingSafeEqual(left, right)
}
