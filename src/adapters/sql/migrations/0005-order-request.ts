import type { MigrationTarget } from './migration-target.ts'

/** What was asked for with an idempotency key, to tell a repeat from another order. Null in rows of before. */
export async function up(db: MigrationTarget): Promise<void> {
  await db.schema.alterTable('order').addColumn('request_digest', 'text').execute()
}
