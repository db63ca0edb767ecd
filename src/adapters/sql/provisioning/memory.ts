import { setImmediate } from 'node:timers/promises'
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Remembered } from '../../../provisioning/plan/plan.ts'
import type { Amendment, ObjectName } from '../../../provisioning/ports.ts'
import { chunks } from '../rows.ts'
import type { Schema } from '../schema.ts'
import { fromRemembered, toRemembered } from './provisioning-rows.ts'

/** enough to be quick, few enough that uplinks do not wait */
const page = 1000

/** All of one tenant, or of all of them. */
export async function* pages(db: Kysely<Schema>, tenant: string | null): AsyncGenerator<readonly Remembered[]> {
  let after: RawBuilder<SqlBool> | null = null
  for (;;) {
    let query = db.selectFrom('provisioning_memory').selectAll()
    if (tenant !== null) query = query.where('tenant', '=', tenant)
    if (after !== null) query = query.where(after)
    const rows = await query.orderBy('kind').orderBy('key').limit(page).execute()
    if (rows.length > 0) yield rows.map(toRemembered)
    const last = rows.at(-1)
    if (last === undefined || rows.length < page) return
    after = sql<SqlBool>`(kind, key) > (${last.kind}, ${last.key})`
    await setImmediate()
  }
}

export async function recall(db: Kysely<Schema>, objects: readonly ObjectName[]): Promise<readonly Remembered[]> {
  const found: Remembered[] = []
  for (const [kind, keys] of byKind(objects)) {
    for (const part of chunks(keys)) {
      const rows = await db.selectFrom('provisioning_memory').selectAll().where('kind', '=', kind).where('key', 'in', part).execute()
      found.push(...rows.map(toRemembered))
    }
  }
  return found
}

/** Each object once. */
export async function remember(db: Kysely<Schema>, entries: readonly Remembered[]): Promise<void> {
  for (const part of chunks(entries.map(fromRemembered))) {
    const set = {
      tenant: sql<string>`excluded.tenant`,
      network_id: sql<string>`excluded.network_id`,
      owner: sql<string | null>`excluded.owner`,
      fingerprint: sql<string>`excluded.fingerprint`,
      keys: sql<string | null>`excluded.keys`,
      updated_at: sql<string | null>`excluded.updated_at`,
      written: sql<string>`excluded.written`,
    }
    await db
      .insertInto('provisioning_memory')
      .values(part)
      .onConflict((on) => on.columns(['kind', 'key']).doUpdateSet(set))
      .execute()
  }
}

export async function settle(db: Kysely<Schema>, entries: readonly Remembered[]): Promise<void> {
  const seen = entries.map(({ kind, key, fingerprint, updatedAt }) => sql`(${kind}, ${key}, ${fingerprint}, ${updatedAt})`)
  await sql`update provisioning_memory set updated_at = seen.column4 from (values ${sql.join(seen)}) as seen
    where kind = seen.column1 and key = seen.column2 and fingerprint = seen.column3`.execute(db)
}

export async function amend(db: Kysely<Schema>, amendments: readonly Amendment[]): Promise<number> {
  let amended = 0
  for (const { before, after } of amendments) {
    const { kind, key, fingerprint } = before
    const same = sql<SqlBool>`kind = ${kind} and key = ${key} and fingerprint = ${fingerprint} and keys is not distinct from ${before.keys}`
    if (after === null) {
      const { numDeletedRows } = await db.deleteFrom('provisioning_memory').where(same).executeTakeFirst()
      amended += Number(numDeletedRows)
    } else {
      const { fingerprint, keys, updated_at, written } = fromRemembered(after)
      const set = { fingerprint, keys, updated_at, written }
      const { numUpdatedRows } = await db.updateTable('provisioning_memory').set(set).where(same).executeTakeFirst()
      amended += Number(numUpdatedRows)
    }
  }
  return amended
}

export async function forget(db: Kysely<Schema>, objects: readonly ObjectName[]): Promise<void> {
  for (const [kind, keys] of byKind(objects)) {
    for (const part of chunks(keys)) {
      await db.deleteFrom('provisioning_memory').where('kind', '=', kind).where('key', 'in', part).execute()
    }
  }
}

function byKind(objects: readonly ObjectName[]): Map<string, string[]> {
  const kinds = new Map<string, string[]>()
  for (const { kind, key } of objects) {
    const keys = kinds.get(kind)
    if (keys === undefined) kinds.set(kind, [key])
    else keys.push(key)
  }
  return kinds
}
