import { randomUUID } from 'node:crypto'
import { type Scope, seesTenant } from '../../src/access/scope.ts'
import { hashToken, newToken } from '../../src/access/token.ts'
import type { TokenRecord, TokenStore } from '../../src/access/tokens.ts'

/** Tokens as long as the test lives. */
export class MemoryTokenStore implements TokenStore {
  readonly #tokens: (TokenRecord & { hash: string })[] = []

  async add(token: Omit<TokenRecord, 'id'> & { hash: string }): Promise<TokenRecord> {
    const record = { ...token, id: randomUUID() }
    this.#tokens.unshift(record)
    const { hash: _hash, ...shown } = record
    return shown
  }

  async byHash(hash: string): Promise<(TokenRecord & { hash: string }) | undefined> {
    return this.#tokens.find((token) => token.hash === hash)
  }

  async list(scope: Scope): Promise<readonly TokenRecord[]> {
    return this.#tokens
      .filter(({ tenant }) => scope.tenant === null || (tenant !== null && seesTenant(scope, tenant)))
      .map(({ hash: _hash, ...shown }) => shown)
  }

  async revoke(_scope: Scope, id: string, time: string): Promise<boolean> {
    const found = this.#tokens.find((token) => token.id === id)
    if (found === undefined) return false
    found.revokedAt = time
    return true
  }

  /** A token in force with this scope. */
  async issue(scope: Partial<Scope>): Promise<string> {
    const token = newToken()
    await this.add({
      name: scope.account ?? `t${this.#tokens.length}`,
      role: scope.role ?? 'admin',
      tenant: scope.tenant ?? null,
      services: scope.services === undefined || scope.services === null ? null : [...scope.services],
      communes: scope.communes === undefined || scope.communes === null ? null : [...scope.communes],
      createdAt: '2026-11-22T06:00:00.000Z',
      expiresAt: null,
      revokedAt: null,
      hash: hashToken(token),
    })
    return token
  }
}
