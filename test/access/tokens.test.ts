import { describe, expect, test } from 'vitest'
import { type Scope, serverScope } from '../../src/access/scope.ts'
import { hashToken, isToken, newToken } from '../../src/access/token.ts'
import { authenticate, issueToken, revokeToken, type TokenRequest, tokenRequestSchema } from '../../src/access/tokens.ts'
import { FakeTokenStore } from '../fakes/fake-token-store.ts'

const now = new Date('2026-11-22T06:00:00.000Z')
const asked = (request: Partial<TokenRequest>): TokenRequest =>
  tokenRequestSchema.parse({ name: 'console', role: 'reader', tenant: 'tours', ...request })

describe('a token', () => {
  test('is ond_ and 43 characters of base64url, another each time', () => {
    const tokens = new Set(Array.from({ length: 200 }, newToken))
    expect(tokens.size).toBe(200)
    for (const token of tokens) {
      expect(token).toMatch(/^ond_[A-Za-z0-9_-]{43}$/)
      expect(isToken(token)).toBe(true)
    }
  })

  test.for(['', 'ond_', `ond_${'a'.repeat(42)}`, `ond_${'a'.repeat(44)}`, `xyz_${'a'.repeat(43)}`, `ond_${'a'.repeat(42)}=`])(
    '%j is none',
    (text) => {
      expect(isToken(text)).toBe(false)
    },
  )

  test('is kept as its hash only', async () => {
    const store = new FakeTokenStore()
    const { token } = await issueToken(store, serverScope, asked({}), now)
    expect(store.kept[0]?.hash).toBe(hashToken(token))
    expect(JSON.stringify([store.kept, store.audit])).not.toContain(token)
    expect(JSON.stringify(store.audit)).not.toContain(hashToken(token))
  })
})

describe('authenticate', () => {
  test('gives the scope of the token', async () => {
    const store = new FakeTokenStore()
    const { token } = await issueToken(store, serverScope, asked({ role: 'agent', services: ['water'], communes: ['37261'] }), now)
    expect(await authenticate(store, token, now)).toEqual({
      account: 'console',
      role: 'agent',
      tenant: 'tours',
      services: ['water'],
      communes: ['37261'],
    })
  })

  test('refuses a missing, malformed, unknown, revoked or expired token', async () => {
    const store = new FakeTokenStore()
    const { token, record } = await issueToken(store, serverScope, asked({ expiresAt: '2026-11-22T07:00:00.000Z' }), now)
    await expect(authenticate(store, undefined, now)).rejects.toMatchObject({ code: 'access.token-missing', status: 401 })
    await expect(authenticate(store, 'Bearer', now)).rejects.toMatchObject({ code: 'access.token-refused', status: 401 })
    await expect(authenticate(store, newToken(), now)).rejects.toMatchObject({ code: 'access.token-refused' })
    expect(await authenticate(store, token, new Date('2026-11-22T06:59:59.999Z'))).toMatchObject({ account: 'console' })
    await expect(authenticate(store, token, new Date('2026-11-22T07:00:00.000Z'))).rejects.toMatchObject({ code: 'access.token-expired' })
    await store.revoke(serverScope, record.id, now.toISOString())
    await expect(authenticate(store, token, now)).rejects.toMatchObject({ code: 'access.token-refused' })
  })

  test('does not believe a store that answers with another token', async () => {
    const store = new FakeTokenStore()
    await issueToken(store, serverScope, asked({}), now)
    store.byHash = async () => store.kept[0]
    await expect(authenticate(store, newToken(), now)).rejects.toMatchObject({ code: 'access.token-refused' })
  })
})

describe('issueToken', () => {
  const tours: Scope = { account: 'dsi', role: 'admin', tenant: 'tours', services: null, communes: null }
  const water: Scope = { ...tours, services: ['water'], communes: ['37261', '37050'] }

  test.for<[string, Scope, Partial<TokenRequest>, string | null]>([
    ['an admin of a tenant, within it', tours, {}, null],
    ['an admin of a tenant, for another', tours, { tenant: 'blois' }, 'access.wider-than-own'],
    ['an admin of a tenant, for the server', tours, { tenant: null }, 'access.wider-than-own'],
    ['an admin of one service, for all', water, { communes: ['37261'] }, 'access.wider-than-own'],
    ['an admin of one service, for another', water, { services: ['waste'], communes: ['37261'] }, 'access.wider-than-own'],
    ['an admin of communes, for all', water, { services: ['water'] }, 'access.wider-than-own'],
    ['an admin of communes, for one', water, { services: ['water'], communes: ['37050'] }, null],
    ['the server, for communes of no tenant', serverScope, { tenant: null, communes: ['37050'] }, 'access.communes-without-tenant'],
    ['an operator', { ...tours, role: 'operator' }, {}, 'access.forbidden'],
  ])('%s', async ([, scope, request, refused]) => {
    const issued = issueToken(new FakeTokenStore(), scope, asked(request), now)
    if (refused === null) expect((await issued).record.name).toBe('console')
    else await expect(issued).rejects.toMatchObject({ code: refused })
  })
})

describe('revokeToken', () => {
  const admin = (tenant: string | null): Scope => ({ ...serverScope, account: 'dsi', tenant })

  test('ends a token at once, within one’s own tenant only', async () => {
    const store = new FakeTokenStore()
    const { token, record } = await issueToken(store, serverScope, asked({}), now)
    await expect(revokeToken(store, admin('blois'), record.id, now)).rejects.toMatchObject({ code: 'access.token-unknown', status: 404 })
    expect(await authenticate(store, token, now)).toMatchObject({ account: 'console' })
    expect(await revokeToken(store, admin('tours'), record.id, now)).toEqual({ id: record.id, revokedAt: now.toISOString() })
    await expect(authenticate(store, token, now)).rejects.toMatchObject({ code: 'access.token-refused' })
    await expect(revokeToken(store, admin(null), record.id, now)).rejects.toMatchObject({ code: 'access.token-unknown' })
  })

  test('is for administrators', async () => {
    const store = new FakeTokenStore()
    const { record } = await issueToken(store, serverScope, asked({}), now)
    const operator: Scope = { ...admin('tours'), role: 'operator' }
    await expect(revokeToken(store, operator, record.id, now)).rejects.toMatchObject({ code: 'access.forbidden' })
  })
})
