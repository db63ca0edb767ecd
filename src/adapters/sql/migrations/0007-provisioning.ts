import { SqliteAdapter, sql } from 'kysely'
import type { MigrationTarget } from './migration-target.ts'

/**
 * What provisioning remembers, plans and carries out. A plan may have 62,000 steps and as many rows: each is a row of its own. A step
 * that was not begun has no line in the journal, so that a job is made at once, however long its plan.
 */
export async function up(db: MigrationTarget): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter

  await db.schema
    .createTable('provisioning_memory')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('network_id', 'text', (column) => column.notNull())
    .addColumn('owner', 'text')
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('keys', 'text')
    .addColumn('updated_at', 'text')
    .addColumn('written', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('provisioning_memory_key', ['kind', 'key'])
    .execute()
  await db.schema.createIndex('provisioning_memory_of_tenant').on('provisioning_memory').columns(['tenant', 'kind', 'key']).execute()

  await db.schema
    .createTable('provisioning_sealed_key')
    .addColumn('dev_eui', 'text', (column) => column.primaryKey())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('sealed_at', 'text', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('provisioning_plan')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('tenants', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('basis', 'text', (column) => column.notNull())
    .addColumn('guards', 'text', (column) => column.notNull())
    .addColumn('counts', 'text', (column) => column.notNull())
    .addColumn('steps', 'integer', (column) => column.notNull())
    .addColumn('rows', 'integer', (column) => column.notNull())
    .addColumn('complete', 'integer', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('provisioning_plan_row')
    .addColumn('plan_id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('step', 'integer')
    .addColumn('row', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('provisioning_plan_row_key', ['plan_id', 'position'])
    .execute()
  await db.schema
    .createIndex('provisioning_plan_row_by_outcome')
    .on('provisioning_plan_row')
    .columns(['plan_id', 'outcome', 'position'])
    .execute()

  await db.schema
    .createTable('provisioning_step')
    .addColumn('list_id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('dev_eui', 'text')
    .addColumn('step', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('provisioning_step_key', ['list_id', 'position'])
    .execute()

  await db.schema
    .createTable('provisioning_job')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'integer', (column) => column.notNull().unique())
    .addColumn('list_id', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('tenant', 'text')
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('all_or_nothing', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('done', 'integer', (column) => column.notNull())
    .addColumn('failed', 'integer', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('provisioning_job_by_state').on('provisioning_job').columns(['state', 'number']).execute()
  await db.schema.createIndex('provisioning_job_by_tenant').on('provisioning_job').columns(['tenant', 'number']).execute()
  await db.schema.createIndex('provisioning_job_by_list').on('provisioning_job').column('list_id').execute()

  await db.schema
    .createTable('provisioning_counter')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('last', 'integer', (column) => column.notNull())
    .execute()

  // Written twice for each device, and narrow: one tree in place of a table and its index is half the pages of a commit, and the few
  // lines that failed are found among 62,000 by reading them all, in less than another index would cost at each step.
  await db.schema
    .createTable('provisioning_journal')
    .addColumn('job_id', 'text', (column) => column.notNull().references('provisioning_job.id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('problem', 'text')
    .addPrimaryKeyConstraint('provisioning_journal_key', ['job_id', 'position'])
    .$call((table) => (isSqlite ? table.modifyEnd(sql`without rowid`) : table))
    .execute()
}
