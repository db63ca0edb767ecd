import { type Kysely, sql } from 'kysely'
import type { DeviceActivity, DeviceActivityLog } from '../../inventory/ports.ts'
import type { Database } from './database.ts'
import { chunks } from './rows.ts'
import type { DeviceActivityTable, Schema } from './schema.ts'

export class SqlDeviceActivity implements DeviceActivityLog {
  readonly #db: Kysely<Schema>

  constructor(database: Pick<Database, 'db'>) {
    this.#db = database.db
  }

  async record(activities: readonly DeviceActivity[]): Promise<void> {
    const newest = new Map<string, DeviceActivityTable>()
    for (const activity of activities) newest.set(activity.devEui, merge(newest.get(activity.devEui), activity))
    // In one order of devices, so that two processes that write at once cannot wait for each other in a ring.
    const rows = [...newest.values()].sort((a, b) => (a.dev_eui < b.dev_eui ? -1 : 1))
    for (const part of chunks(rows)) {
      await this.#db.transaction().execute(async (trx) => {
        const devEuis = part.map((row) => row.dev_eui)
        const known = await trx.selectFrom('device').select('dev_eui').where('dev_eui', 'in', devEuis).execute()
        const ours = new Set(known.map((row) => row.dev_eui))
        const values = part.filter((row) => ours.has(row.dev_eui))
        if (values.length === 0) return
        const set = {
          last_seen: later('last_seen'),
          joined_at: later('joined_at'),
          last_log_code: sql<string | null>`case when ${newerLog} then excluded.last_log_code else device_activity.last_log_code end`,
          last_log_time: later('last_log_time'),
        }
        await trx
          .insertInto('device_activity')
          .values(values)
          .onConflict((on) => on.column('dev_eui').doUpdateSet(set))
          .execute()
      })
    }
  }
}

const newerLog = sql`coalesce(excluded.last_log_time, '') >= coalesce(device_activity.last_log_time, '') and excluded.last_log_time is not null`

/** Later of what is kept and what comes; `max` and `greatest` treat null otherwise on either database. */
function later(column: 'last_seen' | 'joined_at' | 'last_log_time') {
  const [kept, coming] = [sql.ref(`device_activity.${column}`), sql.ref(`excluded.${column}`)]
  return sql<string | null>`case when ${kept} is null or ${coming} > ${kept} then ${coming} else ${kept} end`
}

function merge(row: DeviceActivityTable | undefined, { devEui, lastSeen, joinedAt, lastLog }: DeviceActivity): DeviceActivityTable {
  const log = lastLog !== null && lastLog.time >= (row?.last_log_time ?? '') ? lastLog : null
  return {
    dev_eui: devEui,
    last_seen: latest(row?.last_seen, lastSeen),
    joined_at: latest(row?.joined_at, joinedAt),
    last_log_code: log?.code ?? row?.last_log_code ?? null,
    last_log_time: log?.time ?? row?.last_log_time ?? null,
  }
}

function latest(a: string | null | undefined, b: string | null): string | null {
  return a == null || (b !== null && b > a) ? b : a
}
