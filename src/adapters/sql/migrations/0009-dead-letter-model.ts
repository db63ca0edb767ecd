import type { MigrationTarget } from './migration-target.ts'

/** Letters are found by model, by time and by tenant. Those of before know no model, and are found by their device. */
export async function up(db: MigrationTarget): Promise<void> {
  await db.schema.alterTable('dead_letter').addColumn('model', 'text').execute()
  await db.schema.createIndex('dead_letter_by_reason').on('dead_letter').columns(['reason', 'model']).execute()
  await db.schema.createIndex('dead_letter_by_tenant').on('dead_letter').columns(['tenant', 'id']).execute()
}
