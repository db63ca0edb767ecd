import type { AuditEntry } from '../../src/access/audit.ts'
import type { Scope } from '../../src/access/scope.ts'
import type { TokenRecord, TokenStore } from '../../src/access/tokens.ts'

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
    const { hash: _, ...shown } = record
    return shown
  }

  async byHash(hash: string) {
    return this.kept.find((token) => token.hash === hash)
  }

  async list(scope: Scope): Promise<readonly TokenRecord[]> {
    return this.kept.filter((token) => scope.tenant === null || token.tenant === scope.tenant)
  }

  async revoke(_scope: Scope, id: string, time: string): Promise<boolean> {
    const token = this.kept.find((one) => one.id === id && one.revokedAt === null)
    if (token === undefined) return false
    token.revokedAt = time
    return true
  }
}
