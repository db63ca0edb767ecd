import type { Kysely, Selectable } from 'kysely'
import type { AuditEntry } from '../../access/audit.ts'
import { roleSchema, type Scope } from '../../access/scope.ts'
import type { TokenRecord, TokenStore } from '../../access/tokens.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { fromCursor, type Page, type PageQuery, pageOf } from '../../inventory/page.ts'
import { every, tenantInScope } from './conditions.ts'
import { isDuplicate, isMissingReference } from './constraint.ts'
import type { Database } from './database.ts'
import { newId } from './new-id.ts'
import { toList } from './rows.ts'
import type { Schema, TokenTable } from './schema.ts'
import { addAudit } from './sql-audit.ts'

/** Tokens by their hash; the token itself never comes here. */
export class SqlTokens implements TokenStore {
  readonly #db: Kysely<Schema>

  constructor(database: Pick<Database, 'db'>) {
    this.#db = database.db
  }

  async add(token: Omit<TokenRecord, 'id'> & { hash: string }, audit: AuditEntry, options?: { replaces: string }): Promise<TokenRecord> {
    const row: TokenTable = {
      id: newId(),
      hash: token.hash,
      name: token.name,
      role: token.role,
      tenant: token.tenant,
      services: token.services && JSON.stringify(token.services),
      communes: token.communes && JSON.stringify(token.communes),
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      revoked_at: token.revokedAt,
    }
    try {
      await this.#db.transaction().execute(async (trx) => {
        if (options !== undefined) {
          await trx
            .updateTable('token')
            .set({ revoked_at: token.createdAt })
            .where('name', '=', options.replaces)
            .where((eb) => (token.tenant === null ? eb('tenant', 'is', null) : eb('tenant', '=', token.tenant)))
            .where('revoked_at', 'is', null)
            .execute()
        }
        await trx.insertInto('token').values(row).execute()
        await addAudit(trx, [audit])
      })
    } catch (cause) {
      if (isDuplicate(cause)) throw new OndineError('access.name-taken', { name: token.name }, { cause })
      if (isMissingReference(cause)) throw new OndineError('access.tenant-unknown', { tenant: token.tenant ?? '' }, { cause })
      throw cause
    }
    return toRecord(row)
  }

  async byHash(hash: string): Promise<(TokenRecord & { hash: string }) | undefined> {
    const row = await this.#db.selectFrom('token').selectAll().where('hash', '=', hash).executeTakeFirst()
    return row && { ...toRecord(row), hash: row.hash }
  }

  async list(scope: Scope, { limit, cursor }: PageQuery): Promise<Page<TokenRecord>> {
    const rows = await this.#db
      .selectFrom('token')
      .selectAll()
      .where(every(tenantInScope('token.tenant', scope)))
      .$if(cursor !== undefined, (query) => query.where('id', '<', fromCursor(cursor ?? '', 1)[0] ?? ''))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return pageOf(rows.map(toRecord), limit, ({ id }) => [id])
  }

  async revoke(scope: Scope, id: string, time: string): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .updateTable('token')
        .set({ revoked_at: time })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .where(every(tenantInScope('token.tenant', scope)))
        .returning(['name', 'tenant'])
        .executeTakeFirst()
      if (row === undefined) return false
      const { name: object, tenant } = row
      await addAudit(trx, [
        { time, account: scope.account, tenant, action: 'token.revoke', object, before: null, after: { revokedAt: time } },
      ])
      return true
    })
  }
}

function toRecord(row: Selectable<TokenTable>): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    role: roleSchema.parse(row.role),
    tenant: row.tenant,
    services: toList(row.services),
    communes: toList(row.communes),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }
}
