import { type Kysely, sql } from 'kysely'
import { OndineError } from '../../errors/ondine-error.ts'
import { migrations as ours } from './migrations/index.ts'
import type { Schema } from './schema.ts'

/** Any number that no other program's advisory lock on this database is likely to have. */
const migrationLock = 7_426_883_301

/**
 * Brings the database to the newest form, all or nothing. Throws `database.newer` on one that a later program wrote.
 * Gives the names of what it applied.
 */
export async function migrate(
  db: Kysely<Schema>,
  kind: 'sqlite' | 'postgresql',
  migrations = ours,
  now = new Date(),
): Promise<readonly string[]> {
  return db.transaction().execute(async (trx) => {
    // Two processes that start at once on PostgreSQL: the second waits, then finds nothing to do.
    if (kind === 'postgresql') await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(trx)
    await trx.schema
      .createTable('schema_migration')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('applied_at', 'text', (column) => column.notNull())
      .execute()
    const done = new Set((await trx.selectFrom('schema_migration').select('name').execute()).map((row) => row.name))
    const unknown = [...done].filter((name) => !migrations.some((migration) => migration.name === name)).sort()
    const newest = unknown.at(-1)
    if (newest !== undefined) throw new OndineError('database.newer', { migration: newest })
    const pending = migrations.filter((migration) => !done.has(migration.name))
    for (const migration of pending) {
      await migration.up(trx)
      await trx.insertInto('schema_migration').values({ name: migration.name, applied_at: now.toISOString() }).execute()
    }
    return pending.map((migration) => migration.name)
  })
}
