import { SqliteAdapter, sql } from 'kysely'
import type { MigrationTarget } from './migration-target.ts'

/**
 * Sealed keys are known by their fingerprint too: those of one plan do not replace those that wait for another. Steps tell which of
 * them they need, and of which device they are, so that what is still to be done to a device is found among 62,000. A plan tells what
 * other folders made of what its own wants, a job whether it tries its failed steps again. SQLite changes no key of a table that exists, so that table is made again.
 */
export async function up(db: MigrationTarget): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  const at = (...names: readonly string[]) => {
    return isSqlite ? sql`json_extract(step, ${sql.lit(`$.${names.join('.')}`)})` : sql`step::json #>> ${sql.lit(`{${names.join(',')}}`)}`
  }

  await db.schema
    .createTable('provisioning_sealed_key_next')
    .addColumn('dev_eui', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('sealed_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('provisioning_sealed_key_key', ['dev_eui', 'fingerprint'])
    .execute()
  await sql`insert into provisioning_sealed_key_next select dev_eui, fingerprint, sealed, sealed_at from provisioning_sealed_key`.execute(
    db,
  )
  await db.schema.dropTable('provisioning_sealed_key').execute()
  await db.schema.alterTable('provisioning_sealed_key_next').renameTo('provisioning_sealed_key').execute()

  await db.schema.alterTable('provisioning_step').addColumn('keys', 'text').execute()
  await sql`update provisioning_step set keys = ${at('keys')}, dev_eui =
    case when ${at('kind')} = 'device' then ${at('key')} else ${at('wanted', 'devEui')} end`.execute(db)
  await db.schema.createIndex('provisioning_step_of_device').on('provisioning_step').columns(['list_id', 'dev_eui']).execute()

  await db.schema
    .alterTable('provisioning_plan')
    .addColumn('others', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
  await db.schema
    .alterTable('provisioning_job')
    .addColumn('again', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
}
