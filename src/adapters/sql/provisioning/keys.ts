import { type Kysely, sql } from 'kysely'
import type { SealedKeys, StepEnd } from '../../../provisioning/ports.ts'
import { chunks } from '../rows.ts'
import type { Schema } from '../schema.ts'
import { unhurried } from './provisioning-rows.ts'

export async function putKeys(db: Kysely<Schema>, entries: Parameters<SealedKeys['putSealedKeys']>[0], time: string): Promise<void> {
  const newest = new Map(entries.map((entry) => [entry.devEui, entry]))
  for await (const part of unhurried([...newest.values()])) {
    const rows = part.map(({ devEui, fingerprint, sealed }) => ({ dev_eui: devEui, fingerprint, sealed, sealed_at: time }))
    const set = {
      fingerprint: sql<string>`excluded.fingerprint`,
      sealed: sql<string>`excluded.sealed`,
      sealed_at: sql<string>`excluded.sealed_at`,
    }
    await db
      .insertInto('provisioning_sealed_key')
      .values(rows)
      .onConflict((on) => on.column('dev_eui').doUpdateSet(set))
      .execute()
  }
}

export async function keysOf(db: Kysely<Schema>, devEuis: readonly string[]): ReturnType<SealedKeys['sealedKeys']> {
  const found = new Map<string, { fingerprint: string; sealed: string }>()
  for await (const part of unhurried(devEuis)) {
    const rows = await db.selectFrom('provisioning_sealed_key').selectAll().where('dev_eui', 'in', part).execute()
    for (const { dev_eui, fingerprint, sealed } of rows) found.set(dev_eui, { fingerprint, sealed })
  }
  return found
}

/** Those of these fingerprints only: newer ones of the same device stay. */
export async function dropKeys(db: Kysely<Schema>, entries: StepEnd['dropKeys']): Promise<void> {
  for (const part of chunks(entries)) {
    const pairs = sql.join(part.map(({ devEui, fingerprint }) => sql`(${devEui}, ${fingerprint})`))
    await sql`delete from provisioning_sealed_key where (dev_eui, fingerprint) in (values ${pairs})`.execute(db)
  }
}

/** Those from before this time that are neither of a newer plan nor of a job that goes on or ended since. */
export async function dropKeysBefore(db: Kysely<Schema>, time: string): Promise<void> {
  await sql`delete from provisioning_sealed_key where sealed_at < ${time} and dev_eui not in (
    select dev_eui from provisioning_step where dev_eui is not null and (
      list_id in (select id from provisioning_plan where created_at >= ${time})
      or list_id in (select list_id from provisioning_job where ended_at is null or ended_at >= ${time})
    ))`.execute(db)
}
