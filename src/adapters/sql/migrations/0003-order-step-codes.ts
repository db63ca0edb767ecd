import { SqliteAdapter, sql } from 'kysely'
import type { MigrationTarget } from './migration-target.ts'

/**
 * A step tells a code and facts, of which each reader makes a sentence in their language. What earlier steps said in words
 * stays as they said it: code `note`. SQLite adds no column that must be filled, so the table is made again.
 */
export async function up(db: MigrationTarget): Promise<void> {
  await db.schema
    .createTable('order_step_next')
    .addColumn('order_id', 'text', (column) => column.notNull().references('order.id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('time', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('context', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('order_step_once', ['order_id', 'position'])
    .execute()
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  const context = isSqlite ? sql`json_object('text', note)` : sql`json_build_object('text', note)::text`
  await sql`insert into order_step_next select order_id, position, time, state, 'note', ${context} from order_step`.execute(db)
  await db.schema.dropTable('order_step').execute()
  await db.schema.alterTable('order_step_next').renameTo('order_step').execute()
}
