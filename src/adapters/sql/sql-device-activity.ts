import { type Kysely, sql } from 'kysely'
import type { DeviceActivity, DeviceActivityLog } from '../../inventory/ports.ts'
import type { Database } from './database.ts'
import type { Schema } from './schema.ts'

type Activity = [devEui: string, lastSeen: string | null, joinedAt: string | null, lastLogCode: string | null, lastLogTime: string | null]

/** devices in one statement */
const most = 2_000

export class SqlDeviceActivity implements DeviceActivityLog {
  readonly #db: Kysely<Schema>
  readonly #kind: Database['kind']

  constructor({ db, kind }: Pick<Database, 'db' | 'kind'>) {
    this.#db = db
    this.#kind = kind
  }

  async record(activities: readonly DeviceActivity[]): Promise<void> {
    const newest = new Map<string, Activity>()
    for (const activity of activities) newest.set(activity.devEui, merge(newest.get(activity.devEui), activity))
    // In one order of devices, so that two processes that write at once cannot wait for each other in a ring.
    const rows = [...newest.values()].sort(([a], [b]) => (a < b ? -1 : 1))
    for (let from = 0; from < rows.length; from += most) await this.#write(JSON.stringify(rows.slice(from, from + most), asText))
  }

  /** One statement with one value, however many they are: what is written at each batch of events must not be put together anew. */
  async #write(rows: string): Promise<void> {
    const source = this.#kind === 'sqlite' ? sql`json_each(${rows})` : sql`json_array_elements(${rows}::json) as row(value)`
    await sql`
      insert into device_activity (dev_eui, last_seen, joined_at, last_log_code, last_log_time)
      select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from ${source}
      where value ->> 0 in (select dev_eui from device) order by 1
      on conflict (dev_eui) do update set
        last_seen = ${later('last_seen')},
        joined_at = ${later('joined_at')},
        last_log_code = case when ${newerLog} then excluded.last_log_code else device_activity.last_log_code end,
        last_log_time = ${later('last_log_time')}`.execute(this.#db)
  }
}

const newerLog = sql`coalesce(excluded.last_log_time, '') >= coalesce(device_activity.last_log_time, '') and excluded.last_log_time is not null`

/** Later of what is kept and what comes; `max` and `greatest` treat null otherwise on either database. */
function later(column: 'last_seen' | 'joined_at' | 'last_log_time') {
  const [kept, coming] = [sql.ref(`device_activity.${column}`), sql.ref(`excluded.${column}`)]
  return sql<string | null>`case when ${kept} is null or ${coming} > ${kept} then ${coming} else ${kept} end`
}

function merge(row: Activity | undefined, { devEui, lastSeen, joinedAt, lastLog }: DeviceActivity): Activity {
  const [, seen = null, joined = null, code = null, time = null] = row ?? []
  const log = lastLog !== null && lastLog.time >= (time ?? '') ? lastLog : null
  return [devEui, latest(seen, lastSeen), latest(joined, joinedAt), log?.code ?? code, log?.time ?? time]
}

/** PostgreSQL has no text with U+0000 or half a pair of surrogates, and a code of a log is whatever the network server says. */
function asText(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value
}

function latest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a
}
