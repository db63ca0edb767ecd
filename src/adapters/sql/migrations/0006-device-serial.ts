import type { MigrationTarget } from './migration-target.ts'

/** Suppliers and labels name a device by its serial number; null in rows of before. */
export async function up(db: MigrationTarget): Promise<void> {
  await db.schema.alterTable('device').addColumn('serial', 'text').execute()
  await db.schema.createIndex('device_by_serial').on('device').columns(['tenant_id', 'serial']).execute()
}
