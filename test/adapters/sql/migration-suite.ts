import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import type { Database } from '../../../src/adapters/sql/database.ts'
import { migrate } from '../../../src/adapters/sql/migrate.ts'
import { migrations } from '../../../src/adapters/sql/migrations/index.ts'
import { SqlProvisioningStore } from '../../../src/adapters/sql/provisioning/sql-provisioning-store.ts'
import { SqlInventory } from '../../../src/adapters/sql/sql-inventory.ts'
import { noChanges } from '../../../src/inventory/ports.ts'
import { inventoryOf, meter, territory } from './territory.ts'

/** `make` gives an empty database that is not started yet. */
export function migrationSuite(make: () => Promise<Database>): void {
  let database: Database
  beforeEach(async () => {
    database = await make()
  })
  afterEach(() => database.stop())

  const run = (list: typeof migrations) => migrate(database.db, database.kind, list)
  const next = {
    name: '9999-next',
    up: async (db: Parameters<(typeof migrations)[number]['up']>[0]) => {
      await db.schema.alterTable('gateway').addColumn('height', 'double precision').execute()
    },
  }

  test('are applied once, in order', async () => {
    expect(await run(migrations)).toEqual(migrations.map((migration) => migration.name))
    expect(await run(migrations)).toEqual([])
    await database.start()
  })

  test('names are in order and each is there once', () => {
    const names = migrations.map((migration) => migration.name)
    expect([...new Set(names)].sort()).toEqual(names)
  })

  test('an older database is brought forward with its rows', async () => {
    await database.start()
    await inventoryOf(database).seed(serverScope, territory)
    expect(await run([...migrations, next])).toEqual(['9999-next'])
    const { rows } = await sql<{ height: number | null }>`select height from gateway`.execute(database.db)
    expect(rows).toEqual([{ height: null }, { height: null }, { height: null }])
    expect((await inventoryOf(database).devices(serverScope, { limit: 100 })).items).toHaveLength(4)
  })

  test('letters of the first form are kept, with what they hold', async () => {
    await run(migrations.slice(0, 1))
    const payload = Buffer.from([0, 255])
    await database.db
      .insertInto('dead_letter')
      .values({ ...letter, payload })
      .execute()
    await run(migrations)
    const [kept] = await database.db.selectFrom('dead_letter').selectAll().execute()
    expect({ ...kept, payload: Buffer.from(kept!.payload) }).toEqual({ ...letter, payload, model: null })
    await database.db
      .insertInto('dead_letter')
      .values({ ...letter, payload, id: 'second', time: '2026-11-23T06:00:00.000Z' })
      .execute()
  })

  test('what steps of orders said in words is kept as words', async () => {
    await run(migrations.slice(0, 2))
    const texts = ['by dsi', '', 'a gateway refused it: "TOO_LATE" \\ é\n']
    for (const [position, note] of texts.entries()) {
      await sql`insert into "order" (id, number, tenant, service, asset, dev_eui, channel, model, command, reason, requested_by, requested_at,
        not_before, expires_at, confirmed, f_port, hex, state)
        values (${String(position)}, ${String(position)}, 't', 's', 'a', 'd', 'c', 'm', '{}', '', 'x', '', '', '', 0, 1, '', 'accepted')`.execute(
        database.db,
      )
      await sql`insert into order_step (order_id, position, time, state, note)
        values (${String(position)}, 7, '2026-11-22T06:00:00.000Z', 'accepted', ${note})`.execute(database.db)
    }
    await run(migrations)
    const steps = await database.db.selectFrom('order_step').selectAll().orderBy('order_id').execute()
    expect(steps.map(({ context, ...step }) => ({ ...step, context: JSON.parse(context) }))).toEqual(
      texts.map((text, index) => ({
        ...{ order_id: String(index), position: 7, time: '2026-11-22T06:00:00.000Z', state: 'accepted' },
        ...{ code: 'note', context: { text } },
      })),
    )
    await expect(sql`select note from order_step`.execute(database.db)).rejects.toThrow()
    await expect(sql`insert into order_step select * from order_step`.execute(database.db)).rejects.toThrow()
  })

  test('devices of before have no serial number, and are given one', async () => {
    await run(migrations.slice(0, 5))
    await sql`insert into tenant (id, slug, name, time_zone) values ('t', 'tours', 'Tours', 'UTC')`.execute(database.db)
    await sql`insert into device (dev_eui, tenant_id, name, status) values (${meter}, 't', 'meter 1', 'in stock')`.execute(database.db)
    await run(migrations)
    expect(await inventoryOf(database).device(serverScope, meter)).toMatchObject({ name: 'meter 1', status: 'in stock', serial: null })
    const known = await new SqlInventory(database).transaction((transaction) => transaction.holdings(['tours']))
    const changes = { ...noChanges, devices: known.devices.map((device) => ({ ...device, serial: 'W1-77' })) }
    await new SqlInventory(database).transaction((transaction) => transaction.apply(changes))
    expect(await inventoryOf(database).device(serverScope, meter)).toMatchObject({ name: 'meter 1', serial: 'W1-77' })
  })

  test('keys, steps and jobs of before wait on, and steps say of which device and keys they are', async () => {
    await run(migrations.slice(0, 7))
    const [list, other] = ['0195f3a0-0000-7000-8000-000000000001', 'feedfeedfeedfeed']
    const steps = [
      { kind: 'tenant', action: 'create-tenant', key: 'tours', wanted: { slug: 'tours' } },
      { kind: 'device', action: 'create-device', key: meter, wanted: { devEui: meter, name: 'é "x"' }, keys: 'print' },
      { kind: 'device', action: 'delete-device', key: other, devEui: other },
      { kind: 'device', action: 'restore', key: other, written: {} },
      { kind: 'installation', action: 'install', key: `tours/${meter}/main`, wanted: { devEui: meter } },
    ]
    for (const [position, step] of steps.entries()) {
      await sql`insert into provisioning_step (list_id, position, dev_eui, step)
        values (${list}, ${position}, ${position === 1 ? meter : null}, ${JSON.stringify(step)})`.execute(database.db)
    }
    await sql`insert into provisioning_sealed_key (dev_eui, fingerprint, sealed, sealed_at)
      values (${meter}, 'print', 'sealed', '2026-11-22T06:00:00.000Z')`.execute(database.db)
    await sql`insert into provisioning_job (id, number, list_id, action, subject, account, scope, state, all_or_nothing, created_at, total, done, failed)
      values (${list}, 1, ${list}, 'apply', 'x', 'dsi', ${JSON.stringify(serverScope)}, 'running', 0, '2026-11-22T06:00:00.000Z', 5, 0, 0)`.execute(
      database.db,
    )
    await run(migrations)
    const now = await database.db.selectFrom('provisioning_step').select(['dev_eui', 'keys', 'step']).orderBy('position').execute()
    expect(now.map(({ dev_eui, keys }) => [dev_eui, keys])).toEqual([
      [null, null],
      [meter, 'print'],
      [other, null],
      [other, null],
      [meter, null],
    ])
    expect(now.map(({ step }) => JSON.parse(step))).toEqual(steps)
    const store = new SqlProvisioningStore(database, { changed: async () => {} })
    expect(await store.job(serverScope, '1')).toMatchObject({ state: 'running', again: false })
    const [kept, newer] = ['print', 'newer'].map((fingerprint) => ({ devEui: meter, fingerprint, sealed: 'sealed' }))
    await store.putSealedKeys([newer!], '2026-11-22T06:00:00.000Z')
    expect(await store.sealedKeys([kept!])).toEqual([kept])
    expect(await store.sealedKeys([kept!, newer!])).toHaveLength(2)
  })

  test('a database of a newer program is refused and left as it is', async () => {
    await run([...migrations, next])
    await expect(database.start()).rejects.toMatchObject({ code: 'database.newer', context: { migration: '9999-next' } })
    expect(await run([...migrations, next])).toEqual([])
  })

  test('one that fails leaves nothing behind', async () => {
    await database.start()
    const broken = {
      name: '9999-next',
      up: async (db: Parameters<typeof next.up>[0]) => {
        await next.up(db)
        await sql`insert into nowhere values (1)`.execute(db)
      },
    }
    await expect(run([...migrations, broken])).rejects.toThrow('nowhere')
    expect(await run([...migrations, next])).toEqual(['9999-next'])
  })
}

const letter = {
  id: 'first',
  spool_offset: 4711,
  reason: 'codec-error',
  detail: 'TypeError',
  advice: 'ondine codec test x/y',
  dev_eui: null,
  tenant: null,
  event: null,
  topic: 'application/a/device/70b3d50000000001/event/up',
  time: '2026-11-22T06:00:00.000Z',
}
