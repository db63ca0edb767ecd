import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { AuditEntry, AuditTrail } from '../../access/audit.ts'
import type { Scope } from '../../access/scope.ts'
import { every, tenantInScope } from './conditions.ts'
import type { Database } from './database.ts'
import { newId } from './new-id.ts'
import { chunks } from './rows.ts'
import type { Schema } from './schema.ts'

const json = z.json()

/** Within the transaction of what it tells about. */
export async function addAudit(db: Kysely<Schema>, entries: readonly AuditEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({
    ...entry,
    id: newId(),
    before: JSON.stringify(entry.before),
    after: JSON.stringify(entry.after),
  }))
  for (const part of chunks(rows)) await db.insertInto('audit').values(part).execute()
}

export class SqlAuditTrail implements AuditTrail {
  readonly #db: Kysely<Schema>

  constructor(database: Pick<Database, 'db'>) {
    this.#db = database.db
  }

  async add(entries: readonly AuditEntry[]): Promise<void> {
    await this.#db.transaction().execute((trx) => addAudit(trx, entries))
  }

  /** Rows name no service and no commune: those whom either restricts see none. */
  async list(scope: Scope, { object, limit }: { object?: string; limit: number }): Promise<readonly AuditEntry[]> {
    if (scope.services !== null || scope.communes !== null) return []
    const rows = await this.#db
      .selectFrom('audit')
      .select(['time', 'account', 'tenant', 'action', 'object', 'before', 'after'])
      .where(every(tenantInScope('audit.tenant', scope)))
      .$if(object !== undefined, (query) => query.where('object', '=', object ?? ''))
      .orderBy('time', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...row, before: json.parse(JSON.parse(row.before)), after: json.parse(JSON.parse(row.after)) }))
  }
}
