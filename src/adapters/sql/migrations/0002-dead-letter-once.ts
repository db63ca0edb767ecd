import { sql } from 'kysely'
import type { MigrationTarget } from './migration-target.ts'

/**
 * A letter is known by its time too: a spool that begins anew counts its offsets from 0 again, and its letters are no
 * repeats of the former's. SQLite changes no constraint of a table that exists, so the table is made again.
 */
export async function up(db: MigrationTarget): Promise<void> {
  await db.schema
    .createTable('dead_letter_next')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('spool_offset', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('advice', 'text', (column) => column.notNull())
    .addColumn('dev_eui', 'text')
    .addColumn('tenant', 'text')
    .addColumn('event', 'text')
    .addColumn('topic', 'text', (column) => column.notNull())
    .addColumn('payload', sql`bytea`, (column) => column.notNull())
    .addColumn('time', 'text', (column) => column.notNull())
    .addUniqueConstraint('dead_letter_kept_once', ['spool_offset', 'reason', 'time'])
    .execute()
  await sql`insert into dead_letter_next select id, spool_offset, reason, detail, advice, dev_eui, tenant, event, topic, payload, time
    from dead_letter`.execute(db)
  await db.schema.dropTable('dead_letter').execute()
  await db.schema.alterTable('dead_letter_next').renameTo('dead_letter').execute()
  await db.schema.createIndex('dead_letter_by_device').on('dead_letter').column('dev_eui').execute()
}
