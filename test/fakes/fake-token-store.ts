import type { AuditEntry } from '../../src/access/audit.ts'
import { type Scope, seesTenant } from '../../src/access/scope.ts'
import { hashToken, newToken } from '../../src/access/token.ts'
import type { TokenRecord, TokenStore } from '../../src/access/tokens.ts'
import { fromCursor, type Page, type PageQuery, pageOf } from '../../src/inventory/page.ts'

/** Tokens in memory; keeps the audit rows for a test to look at. */
export class FakeTokenStore implements TokenStore {
  readonly kept: (TokenRecord & { hash: string })[] = []
  readonly audit: AuditEntry[] = []

  async add(token: Omit<TokenRecord, 'id'> & { hash: string }, audit: AuditEntry, options?: { replaces: string }): Promise<TokenRecord> {
    for (const former of this.kept) {
      if (options?.replaces === former.name && former.tenant === token.tenant) former.revokedAt ??= token.createdAt
    }
    const record = { ...token, id: crypto.randomUUID() }
    this.kept.push(record)
    this.audit.push(audit)
    return withoutHash(record)
  }

  async byHash(hash: string) {
    return this.kept.find((token) => token.hash === hash)
  }

  async list(scope: Scope, { limit, cursor }: PageQuery): Promise<Page<TokenRecord>> {
    const seen = this.kept
      .filter((token) => sees(scope, token))
      .map(withoutHash)
      .reverse()
    const start = cursor === undefined ? 0 : seen.findIndex(({ id }) => id === fromCursor(cursor, 1)[0]) + 1
    return pageOf(seen.slice(start, start + limit + 1), limit, ({ id }) => [id])
  }

  async revoke(scope: Scope, id: string, time: string): Promise<boolean> {
    const token = this.kept.find((one) => one.id === id && one.revokedAt === null && sees(scope, one))
    if (token === undefined) return false
    token.revokedAt = time
    return true
  }

  /** A token in force with this scope. */
  async issue(scope: Partial<Scope>): Promise<string> {
    const token = newToken()
    const { account = `t${this.kept.length}`, role = 'admin', tenant = null, services = null, communes = null } = scope
    const createdAt = '2026-11-22T06:00:00.000Z'
    const record = { name: account, role, tenant, services, communes, createdAt, expiresAt: null, revokedAt: null }
    this.kept.push({ ...record, id: crypto.randomUUID(), hash: hashToken(token) })
    return token
  }
}

function sees(scope: Scope, { tenant }: TokenRecord): boolean {
  return scope.tenant === null || (tenant !== null && seesTenant(scope, tenant))
}

function withoutHash({ hash: _, ...shown }: TokenRecord & { hash: string }): TokenRecord {
  return shown
}
