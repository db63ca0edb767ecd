import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { KeyName, SealedKey } from '../../../provisioning/ports.ts'
import { chunks } from '../rows.ts'
import type { Schema } from '../schema.ts'
import { unhurried } from './provisioning-rows.ts'

export async function putKeys(db: Kysely<Schema>, entries: readonly SealedKey[], time: string): Promise<void> {
  const newest = new Map(entries.map((entry) => [`${entry.devEui} ${entry.fingerprint}`, entry]))
  for await (const part of unhurried([...newest.values()])) {
    const rows = part.map(({ devEui, fingerprint, sealed }) => ({ dev_eui: devEui, fingerprint, sealed, sealed_at: time }))
    const set = { sealed: sql<string>`excluded.sealed`, sealed_at: sql<string>`excluded.sealed_at` }
    await db
      .insertInto('provisioning_sealed_key')
      .values(rows)
      .onConflict((on) => on.columns(['dev_eui', 'fingerprint']).doUpdateSet(set))
      .execute()
  }
}

export async function keysOf(db: Kysely<Schema>, names: readonly KeyName[]): Promise<SealedKey[]> {
  const found: SealedKey[] = []
  for (const part of chunks(names)) {
    const { rows } = await sql<Selectable<Schema['provisioning_sealed_key']>>`select * from provisioning_sealed_key
      where (dev_eui, fingerprint) in (values ${pairs(part)})`.execute(db)
    found.push(...rows.map(({ dev_eui: devEui, fingerprint, sealed }) => ({ devEui, fingerprint, sealed })))
  }
  return found
}

export async function dropKeys(db: Kysely<Schema>, names: readonly KeyName[]): Promise<void> {
  for (const part of chunks(names)) {
    await sql`delete from provisioning_sealed_key where (dev_eui, fingerprint) in (values ${pairs(part)})`.execute(db)
  }
}

/** Those from before this time that are neither of a newer plan nor of a job that goes on or ended since. */
export async function dropKeysBefore(db: Kysely<Schema>, time: string): Promise<void> {
  await sql`delete from provisioning_sealed_key where sealed_at < ${time} and (dev_eui, fingerprint) not in (
    select dev_eui, keys from provisioning_step where dev_eui is not null and keys is not null and (
      list_id in (select id from provisioning_plan where created_at >= ${time})
      or list_id in (select list_id from provisioning_job where ended_at is null or ended_at >= ${time})
    ))`.execute(db)
}

function pairs(names: readonly KeyName[]): RawBuilder<unknown> {
  return sql.join(names.map(({ devEui, fingerprint }) => sql`(${devEui}, ${fingerprint})`))
}
