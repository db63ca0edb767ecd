import type { InsertQueryNode, KyselyPlugin, ValuesNode } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Scope, serverScope } from '../../../src/access/scope.ts'
import { hashToken } from '../../../src/access/token.ts'
import { authenticate, issueToken } from '../../../src/access/tokens.ts'
import type { Database } from '../../../src/adapters/sql/database.ts'
import { newId } from '../../../src/adapters/sql/new-id.ts'
import { SqlAuditTrail } from '../../../src/adapters/sql/sql-audit.ts'
import { SqlDeadLetters } from '../../../src/adapters/sql/sql-dead-letters.ts'
import { SqlDeviceActivity } from '../../../src/adapters/sql/sql-device-activity.ts'
import { SqlOrderLedger } from '../../../src/adapters/sql/sql-order-ledger.ts'
import { SqlTokens } from '../../../src/adapters/sql/sql-tokens.ts'
import type { Order } from '../../../src/commands/order.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import type { DeadLetter } from '../../../src/uplinks/ports.ts'
import { bin, inventoryOf, meter, type OpenDatabase, stocked, territory } from './territory.ts'

const tours: Scope = { account: 'dsi', role: 'admin', tenant: 'tours', services: null, communes: null }
const blois: Scope = { ...tours, tenant: 'blois' }
const now = new Date('2026-11-22T06:00:00.000Z')

/** Tokens, orders, dead letters, device activity: what is written row by row while the server runs. */
export function recordsSuite(open: OpenDatabase): void {
  let database: Database
  let inventory: Inventory
  beforeEach(async () => {
    database = await open()
    inventory = inventoryOf(database)
    await inventory.seed(serverScope, territory)
  })
  afterEach(() => database.stop())

  describe('tokens', () => {
    const asked = { name: 'console', role: 'reader', tenant: 'tours', services: ['water'], communes: ['37261'], expiresAt: null } as const
    const request = { ...asked, services: [...asked.services], communes: [...asked.communes] }

    test('come back by their hash, with their scope', async () => {
      const store = new SqlTokens(database)
      const { token, record } = await issueToken(store, tours, request, now)
      expect(await store.byHash(hashToken(token))).toEqual({ ...record, hash: hashToken(token) })
      expect(await authenticate(store, token, now)).toEqual({
        account: 'console',
        role: 'reader',
        tenant: 'tours',
        services: ['water'],
        communes: ['37261'],
      })
    })

    test('the token itself is nowhere in the database', async () => {
      const { token } = await issueToken(new SqlTokens(database), tours, request, now)
      const everything = JSON.stringify([
        await database.db.selectFrom('token').selectAll().execute(),
        await database.db.selectFrom('audit').selectAll().execute(),
      ])
      expect(everything).toContain('console')
      expect(everything).not.toContain(token.slice(4))
    })

    test('one name is in force once per tenant; revoked, it is free again', async () => {
      const store = new SqlTokens(database)
      const { record } = await issueToken(store, tours, request, now)
      await expect(issueToken(store, tours, request, now)).rejects.toMatchObject({ code: 'access.name-taken' })
      await issueToken(store, blois, { ...request, tenant: 'blois' }, now)
      expect(await store.revoke(blois, record.id, now.toISOString())).toBe(false)
      expect(await store.revoke(tours, record.id, now.toISOString())).toBe(true)
      expect(await store.revoke(tours, record.id, now.toISOString())).toBe(false)
      await issueToken(store, tours, request, now)
      expect((await new SqlAuditTrail(database).list(tours, { limit: 10 })).map((row) => row.action)).toEqual(
        expect.arrayContaining(['token.issue', 'token.revoke', 'token.issue']),
      )
    })

    test('a tenant that is not there is refused', async () => {
      await expect(issueToken(new SqlTokens(database), serverScope, { ...request, tenant: 'nantes' }, now)).rejects.toMatchObject({
        code: 'access.tenant-unknown',
      })
    })

    test('lists are of the scope’s tenant', async () => {
      const store = new SqlTokens(database)
      await issueToken(store, tours, request, now)
      await issueToken(store, serverScope, { ...request, tenant: null, communes: null }, now)
      expect(await store.list(blois, { limit: 10 })).toEqual({ items: [], cursor: null })
      expect((await store.list(tours, { limit: 10 })).items.map((token) => token.tenant)).toEqual(['tours'])
      expect((await store.list(serverScope, { limit: 10 })).items.map((token) => token.tenant)).toEqual([null, 'tours'])
      const first = await store.list(serverScope, { limit: 1 })
      const second = await store.list(serverScope, { limit: 1, cursor: first.cursor ?? '' })
      expect([first, second].map(({ items }) => items.map((token) => token.tenant))).toEqual([[null], ['tours']])
      expect(second.cursor).toBeNull()
      await expect(store.list(serverScope, { limit: 1, cursor: 'x' })).rejects.toMatchObject({ code: 'inventory.bad-cursor' })
    })
  })

  describe('orders', () => {
    const order = (fields: Partial<Order> = {}): Omit<Order, 'number'> => ({
      id: newId(),
      tenant: 'tours',
      service: 'waste',
      asset: 'PAV-Gare-2',
      devEui: bin,
      channel: 'main',
      model: 'milesight/em400-mud',
      command: { type: 'set-interval', seconds: 600 },
      reason: 'travaux',
      requestedBy: 'console',
      requestedAt: '2026-11-22T06:00:00.000Z',
      idempotencyKey: null,
      notBefore: '2026-11-22T06:00:00.000Z',
      expiresAt: '2026-11-22T07:00:00.000Z',
      until: null,
      returnOf: null,
      confirmed: true,
      downlink: { fPort: 85, hex: 'ff03' },
      queueItemId: null,
      fCntDown: null,
      gatewayId: null,
      state: 'accepted',
      steps: [{ time: '2026-11-22T06:00:00.000Z', state: 'accepted', code: 'accepted-by', context: { account: 'console' } }],
      ...fields,
    })

    test('are numbered per tenant and day of the tenant’s zone', async () => {
      const ledger = new SqlOrderLedger(database)
      const late = '2026-11-22T23:30:00.000Z'
      const numbers = async (fields: Partial<Order>) => (await ledger.add([order(fields)]))[0]?.number
      expect(await numbers({})).toBe('2026-11-22-0001')
      expect((await ledger.add([order(), order()])).map((one) => one.number)).toEqual(['2026-11-22-0002', '2026-11-22-0003'])
      expect(await numbers({ requestedAt: late })).toBe('2026-11-23-0001')
      expect(await numbers({ tenant: 'blois', requestedAt: late })).toBe('2026-11-22-0001')
    })

    test('at once, no number is given twice', async () => {
      const ledger = new SqlOrderLedger(database)
      const added = await Promise.all(Array.from({ length: 20 }, () => ledger.add([order(), order()])))
      expect(new Set(added.flat().map((one) => one.number)).size).toBe(40)
    })

    test('come back as they were, with every step', async () => {
      const ledger = new SqlOrderLedger(database)
      const [first] = await ledger.add(
        [order({ idempotencyKey: 'k1', fCntDown: 4_000_000_000, until: '2026-11-22T06:30:00.000Z' }), order({ state: 'cancelled' })],
        'd1',
      )
      expect(await ledger.get(tours, first!.id)).toEqual(first)
      const next: Order = {
        ...first!,
        state: 'queued',
        queueItemId: 'item-1',
        steps: [
          ...first!.steps,
          { time: '2026-11-22T06:00:01.000Z', state: 'transmitted', code: 'sent-by-gateway', context: { gateway: '"é', fCnt: 7 } },
        ],
      }
      await ledger.update(next)
      await ledger.update(next)
      expect(await ledger.get(tours, first!.number)).toEqual(next)
      expect(await ledger.byQueueItem('item-1')).toEqual(next)
      expect(await ledger.byIdempotencyKey('tours', 'k1')).toEqual({ order: next, requestDigest: 'd1' })
      expect(await ledger.byIdempotencyKey('blois', 'k1')).toBeUndefined()
      expect(await ledger.inState(['accepted'])).toEqual([])
      expect(await ledger.inState(['queued', 'sending'])).toEqual([next])
      await expect(ledger.update({ ...next, id: newId() })).rejects.toMatchObject({ code: 'order.not-found' })
    })

    test('are found by device, by what is due and what is over, so many at a time', async () => {
      const ledger = new SqlOrderLedger(database)
      const [first] = await ledger.add([order()])
      const other = { devEui: '70b3d5e75e0000ff', notBefore: '2026-11-22T07:00:00.000Z', expiresAt: '2026-11-22T08:00:00.000Z' }
      const [later] = await ledger.add([order({ ...other, requestedAt: '2026-11-22T06:00:01.000Z' })])
      expect(await ledger.inState(['accepted'], { most: 1 })).toEqual([first])
      expect(await ledger.inState(['accepted'], { devEui: other.devEui })).toEqual([later])
      expect(await ledger.inState(['accepted'], { dueBy: '2026-11-22T06:59:59.999Z' })).toEqual([first])
      expect(await ledger.inState(['accepted'], { dueBy: other.notBefore })).toEqual([first, later])
      expect(await ledger.inState(['accepted'], { expiredBy: '2026-11-22T07:59:59.999Z' })).toEqual([first])
      expect(await ledger.inState(['queued'], { devEui: other.devEui })).toEqual([])
    })

    test('one that no longer fits stops no list and no search: it is told of once, and left out', async () => {
      const errors: unknown[] = []
      const logger = pino({ level: 'error' }, { write: (line: string) => errors.push(JSON.parse(line)) })
      const ledger = new SqlOrderLedger({ db: database.db, logger })
      const minutes = Array.from({ length: 5 }, (_, minute) => order({ requestedAt: `2026-11-22T06:0${minute}:00.000Z` }))
      const [a, b, c, d, e] = await ledger.add(minutes)
      for (const [id, command] of [
        [a!.id, '{"type":"no-longer-known"}'],
        [b!.id, 'no json'],
        [d!.id, 'null'],
      ] as const) {
        await database.db.updateTable('order').set({ command }).where('id', '=', id).execute()
      }
      expect(await ledger.inState(['accepted'])).toEqual([c, e])
      expect(await ledger.inState(['accepted'], { most: 1 })).toEqual([c])
      const first = await ledger.list(tours, { limit: 2 })
      expect(first.orders).toEqual([e])
      const second = await ledger.list(tours, { limit: 2, cursor: first.cursor ?? '' })
      expect(second.orders).toEqual([c])
      expect((await ledger.list(tours, { limit: 2, cursor: second.cursor ?? '' })).cursor).toBeNull()
      expect(errors.map((error) => (error as { order: string }).order).sort()).toEqual([a!.id, b!.id, d!.id].sort())
      // Who asks for this one is told that it is there.
      await expect(ledger.get(tours, a!.id)).rejects.toThrow()
    })

    test('only steps that are new are written', async () => {
      const written: number[] = []
      const spy: KyselyPlugin = {
        transformQuery: ({ node }) => {
          if (node.kind === 'InsertQueryNode' && JSON.stringify(node.into).includes('"order_step"')) {
            const { values } = node as InsertQueryNode
            written.push(values?.kind === 'ValuesNode' ? (values as ValuesNode).values.length : 0)
          }
          return node
        },
        transformResult: async ({ result }) => result,
      }
      const ledger = new SqlOrderLedger({ db: database.db.withPlugin(spy), logger: database.logger })
      let [one] = await ledger.add([order()])
      for (let count = 0; count < 3; count++) {
        one = { ...one!, steps: [...one!.steps, { time: '2026-11-22T06:00:01.000Z', state: 'queued', code: 'in-queue', context: {} }] }
        await ledger.update(one)
        await ledger.update(one)
      }
      expect(await ledger.get(tours, one!.id)).toEqual(one)
      expect(written).toEqual([1, 1, 1, 1])
    })

    test('change all or none, and know their way back', async () => {
      const ledger = new SqlOrderLedger(database)
      const [first] = await ledger.add([order()])
      const [back] = await ledger.add([order({ returnOf: first!.id })])
      expect(await ledger.returnOf(first!)).toEqual(back)
      expect(await ledger.returnOf(back!)).toBeUndefined()
      const ended: Order = { ...first!, state: 'expired' }
      await expect(ledger.update(ended, { ...back!, id: newId() })).rejects.toMatchObject({ code: 'order.not-found' })
      expect(await ledger.get(tours, first!.id)).toEqual(first)
      await ledger.update(ended, { ...back!, state: 'cancelled' })
      expect((await ledger.inState(['expired', 'cancelled'])).length).toBe(2)
    })

    test('are added all or none', async () => {
      const ledger = new SqlOrderLedger(database)
      const one = order()
      await expect(ledger.add([one, one])).rejects.toThrow()
      expect(await ledger.inState(['accepted'])).toEqual([])
      expect((await ledger.add([order()]))[0]?.number).toBe('2026-11-22-0001')
    })

    test('are listed newest first, page by page, to those who see them', async () => {
      const ledger = new SqlOrderLedger(database)
      for (let minute = 0; minute < 5; minute++) await ledger.add([order({ requestedAt: `2026-11-22T06:0${minute}:00.000Z` })])
      await ledger.add([order({ tenant: 'blois' }), order({ asset: 'elsewhere', service: 'lighting' })])
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const next: Awaited<ReturnType<typeof ledger.list>> = await ledger.list(tours, {
          asset: 'PAV-Gare-2',
          limit: 2,
          ...(cursor && { cursor }),
        })
        seen.push(...next.orders.map((one) => one.requestedAt))
        cursor = next.cursor
      } while (cursor !== null)
      expect(seen).toEqual([4, 3, 2, 1, 0].map((minute) => `2026-11-22T06:0${minute}:00.000Z`))
      const count = async (scope: Scope) => (await ledger.list(scope, { limit: 100 })).orders.length
      expect(await count(tours)).toBe(6)
      expect(await count(blois)).toBe(1)
      expect(await count(serverScope)).toBe(7)
      expect(await count({ ...tours, services: ['lighting'] })).toBe(1)
      expect(await count({ ...tours, communes: ['37050'] })).toBe(5)
      expect(await count({ ...tours, communes: ['37261'] })).toBe(0)
    })

    test('by a number that two tenants have, only a scope of one tenant finds one', async () => {
      const ledger = new SqlOrderLedger(database)
      const [first] = await ledger.add([order()])
      await ledger.add([order({ tenant: 'blois' })])
      expect(await ledger.get(tours, '2026-11-22-0001')).toEqual(first)
      expect(await ledger.get(serverScope, '2026-11-22-0001')).toBeUndefined()
      expect(await ledger.get(blois, first!.id)).toBeUndefined()
    })
  })

  describe('dead letters', () => {
    const time = '2026-11-22T06:00:00.000Z'
    const letter = (fields: Partial<DeadLetter> = {}): DeadLetter => ({
      offset: 1,
      reason: 'codec-error',
      detail: 'TypeError',
      advice: 'ondine codec test x/y',
      devEui: meter,
      tenant: 'tours',
      model: 'x/y',
      topic: 'application/a/device/70b3d50000000001/event/up',
      payload: new Uint8Array([123, 0, 255]),
      time,
      ...fields,
    })

    test('of a spool that begins anew are no repeats', async () => {
      const letters = new SqlDeadLetters(database)
      await letters.keep([letter()])
      await letters.keep([letter({ time: '2026-11-23T06:00:00.000Z' }), letter()])
      expect((await letters.list(tours, { limit: 10 })).items.map((item) => item.time)).toEqual(['2026-11-23T06:00:00.000Z', time])
    })

    test('are kept once by offset and reason, bytes and all', async () => {
      const letters = new SqlDeadLetters(database)
      await letters.keep([letter(), letter({ offset: 2 ** 40, reason: 'malformed', devEui: null, tenant: null })])
      await letters.keep([letter({ detail: 'again' })])
      const { items } = await letters.list(serverScope, { limit: 10 })
      expect(items.map((item) => [item.offset, item.reason, item.detail])).toEqual([
        [2 ** 40, 'malformed', 'TypeError'],
        [1, 'codec-error', 'TypeError'],
      ])
      expect(await letters.get(tours, items[1]!.id)).toMatchObject({ model: 'x/y', payload: new Uint8Array([123, 0, 255]), offset: 1 })
      expect(await letters.get(tours, items[0]!.id)).toBeUndefined()
      expect(await letters.counts(serverScope)).toEqual({ malformed: 1, 'codec-error': 1 })
    })

    test('are kept whatever characters a codec or a broker put into them', async () => {
      const letters = new SqlDeadLetters(database)
      await letters.keep([letter({ detail: 'a\0b', topic: 'half a character: \ud83d' })])
      const { items } = await letters.list(tours, { limit: 10 })
      expect(items.map((item) => item.detail)).toEqual([expect.stringMatching(/^a.b$/s)])
    })

    test('an empty batch is no error', async () => {
      await new SqlDeadLetters(database).keep([])
      expect(await new SqlDeadLetters(database).counts(serverScope)).toEqual({})
    })

    test('are seen by their tenant, within services and communes', async () => {
      const letters = new SqlDeadLetters(database)
      await letters.keep([
        letter(),
        letter({ offset: 2, devEui: bin }),
        letter({ offset: 3, devEui: 'ffffffffffffffff' }),
        letter({ offset: 4, tenant: 'blois' }),
      ])
      const offsets = async (scope: Scope) => (await letters.list(scope, { limit: 10 })).items.map((item) => item.offset)
      expect(await offsets(tours)).toEqual([3, 2, 1])
      expect(await offsets(blois)).toEqual([4])
      expect(await offsets({ ...tours, services: ['water'] })).toEqual([1])
      expect(await offsets({ ...tours, communes: ['37050'] })).toEqual([2])
    })

    test('page and filter', async () => {
      const letters = new SqlDeadLetters(database)
      await letters.keep([1, 2, 3].map((offset) => letter({ offset, reason: offset === 2 ? 'codec-timeout' : 'codec-error' })))
      const first = await letters.list(tours, { limit: 2 })
      const second = await letters.list(tours, { limit: 2, cursor: first.cursor ?? '' })
      expect([...first.items, ...second.items].map((item) => item.offset)).toEqual([3, 2, 1])
      expect(second.cursor).toBeNull()
      expect((await letters.list(tours, { limit: 9, reasons: ['codec-timeout'] })).items).toHaveLength(1)
      expect((await letters.list(tours, { limit: 9, devEuis: [bin] })).items).toHaveLength(0)
      expect((await letters.list(tours, { limit: 9, models: ['x/y'], from: time, to: '2026-11-22T06:00:00.001Z' })).items).toHaveLength(3)
      expect((await letters.list(tours, { limit: 9, models: ['x/z'] })).items).toHaveLength(0)
      expect((await letters.list(tours, { limit: 9, to: time })).items).toHaveLength(0)
      const oldest = await letters.oldest(tours, { limit: 2 })
      const rest = await letters.oldest(tours, { limit: 2, cursor: oldest.cursor ?? '' })
      expect([...oldest.items, ...rest.items].map((item) => [item.offset, item.payload[0]])).toEqual(
        [1, 2, 3].map((offset) => [offset, 123]),
      )
      expect(await letters.devices(['codec-timeout'])).toEqual(new Set([meter]))
      expect(await letters.devices(['malformed'])).toEqual(new Set())
    })

    test('that were tried again are gone, or stay in their place with the newer reason', async () => {
      const letters = new SqlDeadLetters(database)
      await letters.keep([1, 2, 3].map((offset) => letter({ offset })))
      const { items } = await letters.oldest(tours, { limit: 9 })
      const again = letter({ offset: 2, reason: 'not-installed', detail: 'newer' })
      await letters.settle({ gone: [items[0]!.id], kept: [{ id: items[1]!.id, letter: again }] })
      await letters.settle({ gone: [items[0]!.id], kept: [{ id: items[1]!.id, letter: again }] })
      expect((await letters.oldest(tours, { limit: 9 })).items.map((item) => [item.id, item.reason, item.detail])).toEqual([
        [items[1]!.id, 'not-installed', 'newer'],
        [items[2]!.id, 'codec-error', 'TypeError'],
      ])
    })

    test('are bounded, of all and of each tenant: the oldest go', async () => {
      const letters = new SqlDeadLetters(database)
      await letters.keep([1, 2, 3, 4].map((offset) => letter({ offset })))
      await letters.keep([5, 6].map((offset) => letter({ offset, tenant: 'blois' })))
      await letters.keep([7, 8, 9].map((offset) => letter({ offset, tenant: null })))
      const left = async () => (await letters.oldest(serverScope, { limit: 20 })).items.map(({ offset }) => offset)
      expect(await letters.trim({ most: 9, mostPerTenant: 4 })).toBe(0)
      expect(await letters.trim({ most: 9, mostPerTenant: 2 })).toBe(3)
      expect(await left()).toEqual([3, 4, 5, 6, 8, 9])
      expect(await letters.trim({ most: 5, mostPerTenant: 2 })).toBe(1)
      expect(await left()).toEqual([4, 5, 6, 8, 9])
    })
  })

  describe('device activity', () => {
    const at = (minute: number) => `2026-11-22T06:0${minute}:00.000Z`
    const heard = async () => {
      const { lastSeen, joinedAt, lastLog } = await inventory.device(tours, stocked)
      return { lastSeen, joinedAt, lastLog }
    }

    test('keeps the newest of each, whatever the order of arrival', async () => {
      const activity = new SqlDeviceActivity(database)
      await activity.record([
        { devEui: stocked, lastSeen: at(3), joinedAt: null, lastLog: null },
        { devEui: stocked, lastSeen: at(1), joinedAt: at(0), lastLog: { code: 'B', time: at(2) } },
        { devEui: stocked, lastSeen: null, joinedAt: null, lastLog: { code: 'A', time: at(1) } },
      ])
      expect(await heard()).toEqual({ lastSeen: at(3), joinedAt: at(0), lastLog: { code: 'B', time: at(2) } })
      await activity.record([{ devEui: stocked, lastSeen: at(2), joinedAt: null, lastLog: { code: 'A', time: at(1) } }])
      expect(await heard()).toEqual({ lastSeen: at(3), joinedAt: at(0), lastLog: { code: 'B', time: at(2) } })
      await activity.record([{ devEui: stocked, lastSeen: at(5), joinedAt: at(4), lastLog: { code: 'C', time: at(5) } }])
      expect(await heard()).toEqual({ lastSeen: at(5), joinedAt: at(4), lastLog: { code: 'C', time: at(5) } })
    })

    test('a code that is no text of a database is kept as far as it is one', async () => {
      await new SqlDeviceActivity(database).record([
        { devEui: stocked, lastSeen: null, joinedAt: null, lastLog: { code: 'A\0\ud800', time: at(1) } },
      ])
      expect(await heard()).toMatchObject({ lastLog: { code: 'A\uFFFD\uFFFD', time: at(1) } })
    })

    test('devices that the inventory does not know are left out', async () => {
      await new SqlDeviceActivity(database).record([
        { devEui: 'ffffffffffffffff', lastSeen: at(1), joinedAt: null, lastLog: null },
        { devEui: stocked, lastSeen: at(1), joinedAt: null, lastLog: null },
      ])
      expect(await heard()).toMatchObject({ lastSeen: at(1) })
    })
  })
}
