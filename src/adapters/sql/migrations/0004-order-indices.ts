import type { MigrationTarget } from './migration-target.ts'

/** What the dispatcher asks every few seconds, and at every event of a device, costs the same however long the ledger is. */
export async function up(db: MigrationTarget): Promise<void> {
  await db.schema.createIndex('order_by_device').on('order').columns(['dev_eui', 'state', 'requested_at']).execute()
  await db.schema.createIndex('order_due').on('order').columns(['state', 'not_before']).execute()
  await db.schema.createIndex('order_over').on('order').columns(['state', 'expires_at']).execute()
}
