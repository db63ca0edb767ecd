import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Scope, serverScope } from '../../../src/access/scope.ts'
import { Caller } from '../../../src/adapters/chirpstack/caller.ts'
import { ChirpstackProvisioning } from '../../../src/adapters/chirpstack/provisioning/chirpstack-provisioning.ts'
import { type Connection, connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import { Database } from '../../../src/adapters/sql/database.ts'
import { newId } from '../../../src/adapters/sql/new-id.ts'
import { SqlProvisioningStore } from '../../../src/adapters/sql/provisioning/sql-provisioning-store.ts'
import { SqlAuditTrail } from '../../../src/adapters/sql/sql-audit.ts'
import { SqlDeviceActivity } from '../../../src/adapters/sql/sql-device-activity.ts'
import { SqlInventory } from '../../../src/adapters/sql/sql-inventory.ts'
import { Inventory } from '../../../src/inventory/inventory.ts'
import type { NetworkProvisioning } from '../../../src/provisioning/network.ts'
import type { Step } from '../../../src/provisioning/plan/plan.ts'
import { MemoryNetwork } from '../../fakes/memory-network.ts'
import { lifeOver } from '../../support/life-desk.ts'
import { bin, pulses } from '../../support/life-facts.ts'
import { networkKinds, type RestlessNetwork, startRestlessNetwork } from '../../support/restless-network.ts'

const eui = (index: number) => `24e124713d1000${index.toString(16).padStart(2, '0')}`
const parameters = { emptyDistance: 2.1 }
const technician: Scope = { ...serverScope, account: 'anna', role: 'technician', tenant: 'tours' }
const agent: Scope = { ...technician, account: 'paul', role: 'agent' }

describe.each(['memory', ...networkKinds] as const)('the life of devices on a ChirpStack: %s', (kind) => {
  let server: RestlessNetwork | undefined
  let connection: Connection | undefined
  let database: Database
  let dataDir = ''
  let network: NetworkProvisioning
  let store: SqlProvisioningStore
  let inventoryStore: SqlInventory
  let inventory: Inventory
  let of: ReturnType<typeof lifeOver>
  const keys: string[] = []
  const logged: string[] = []

  const aKey = () => {
    const key = randomBytes(16).toString('hex')
    keys.push(key)
    return key
  }
  const status = async (index: number) => (await inventory.device(serverScope, eui(index))).status
  const add = (index: number, more: Partial<Parameters<typeof of.life.add>[1]> = {}) =>
    of.life.add(technician, {
      ...{ devEui: eui(index), keys: { appKey: aKey() }, model: 'acme/bin', service: 'waste', name: '', acceptWeakKeys: false },
      ...more,
    })
  const waitingKeys = (index: number) =>
    database.db.selectFrom('provisioning_sealed_key').select('fingerprint').where('dev_eui', '=', eui(index)).execute()
  const onto = (index: number, asset: string) => add(index, { install: { asset, parameters } })
  const swapOf = { parameters: {}, acceptWeakKeys: false, force: false }

  beforeAll(async () => {
    if (kind === 'memory') network = new MemoryNetwork()
    else {
      server = await startRestlessNetwork(kind)
      connection = connect({ url: server.url, token: server.token })
      network = new ChirpstackProvisioning(new Caller(connection, 10_000))
    }
    dataDir = await mkdtemp(join(tmpdir(), 'ondine-life-'))
    database = new Database({ kind: 'sqlite', file: join(dataDir, 'ondine.sqlite') }, pino({ level: 'silent' }))
    await database.start()
    store = new SqlProvisioningStore(database, { changed: async () => {} })
    inventoryStore = new SqlInventory(database)
    inventory = new Inventory({ store: inventoryStore, newId })
    const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
    of = lifeOver({ store, inventoryStore, inventory, network, models: [bin, pulses], logger })
    await of.runner.start()
    const holders = ['tours', 'blois'].flatMap((tenant): Step[] => [
      {
        kind: 'tenant',
        action: 'create-tenant',
        key: tenant,
        source: null,
        wanted: { slug: tenant, name: tenant, timeZone: 'Europe/Paris' },
      },
      ...['waste', 'water'].map(
        (slug): Step => ({
          kind: 'application',
          action: 'create-application',
          key: `${tenant}/${slug}`,
          source: null,
          wanted: { tenant, slug, name: slug },
        }),
      ),
    ])
    const job = { action: 'make', tenant: null, subject: 'x', account: 'anna', scope: serverScope, allOrNothing: true }
    const { id } = await of.runner.submit(job, holders)
    await vi.waitFor(async () => expect((await store.job(serverScope, id))?.state).toBe('done'), 20_000)
  }, 120_000)

  afterAll(async () => {
    await of?.runner.stop()
    connection?.close()
    await database?.stop()
    await server?.stop()
    await rm(dataDir, { recursive: true, force: true })
  }, 60_000)

  test('added to stock, with its keys and the device profile of its model', async () => {
    expect(await add(1)).toMatchObject({ devEui: eui(1), tenant: 'tours', problem: null, job: { state: 'done', action: 'add' } })
    expect(await status(1)).toBe('in stock')
    const there = await network.getDevice(eui(1))
    expect(there).toMatchObject({ disabled: false, tags: { model: 'acme/bin' } })
    expect((await network.getKeys(eui(1), '1.0.3'))?.appKey?.revealHex()).toBe(keys[0])
    expect(await waitingKeys(1)).toEqual([])
    await expect(add(1)).rejects.toMatchObject({ code: 'life.known-already' })
  })

  test('what cannot join, or protects nothing, is refused before anything is made', async () => {
    const refused = async (more: object, code: string) => expect(add(90, more)).rejects.toMatchObject({ code })
    await refused({ keys: {} }, 'life.not-delivered')
    await refused({ keys: { appKey: 'zz' } }, 'key.malformed')
    await refused({ keys: { nwkKey: aKey() } }, 'life.keys-missing')
    await refused({ keys: { appKey: '0'.repeat(32) } }, 'life.keys-weak')
    await refused({ model: undefined }, 'life.model-needed')
    await refused({ model: 'acme/none' }, 'codec.unknown-model')
    await refused({ service: 'lighting' }, 'life.no-application')
    await refused({ install: { asset: 'X', parameters: {} } }, 'install.parameters-missing')
    await refused({ serial: 'S-1' }, 'life.two-devices')
    await expect(of.life.add(agent, { devEui: eui(90), name: '', acceptWeakKeys: false })).rejects.toMatchObject({
      code: 'access.forbidden',
    })
    const waste: Scope = { ...technician, services: ['waste'] }
    const asked = { devEui: eui(90), keys: { appKey: aKey() }, model: 'acme/bin', service: 'water', name: '', acceptWeakKeys: false }
    await expect(of.life.add(waste, asked)).rejects.toMatchObject({ code: 'inventory.outside-scope' })
    expect(await network.getDevice(eui(90))).toBeUndefined()
    // Keys of the same device that wait for another job are not replaced by a request that is refused.
    expect(await waitingKeys(90)).toEqual([])
  })

  test('swapped from stock by an agent, undone, and swapped again', async () => {
    expect(await onto(2, 'PAV-2')).toMatchObject({ job: { state: 'done' } })
    const swap = await of.life.swap(agent, 'PAV-2', { ...swapOf, devEui: eui(1), endIndex: 3 })
    expect(swap).toMatchObject({
      ...{ asset: 'PAV-2', problem: null, body: null, alsoAssets: [] },
      old: { devEui: eui(2), title: 'Fill sensor', readings: 26_310 },
      new: { devEui: eui(1), origin: 'stock' },
      job: { action: 'swap', state: 'done', account: 'paul' },
    })
    expect([await status(2), await status(1)]).toEqual(['disabled', 'installed'])
    expect((await network.getDevice(eui(2)))?.disabled).toBe(true)
    // The plan of a folder finds nothing to mend in what was done on the spot.
    const [known] = await store.recall([{ kind: 'device', key: eui(2) }])
    expect(known).toMatchObject({ written: { disabled: true }, updatedAt: (await network.getDevice(eui(2)))?.updatedAt })

    const undo = await of.life.undoSwap(agent, `${swap.job.number}`)
    expect(undo).toMatchObject({
      old: { devEui: eui(1) },
      new: { devEui: eui(2), origin: 'back' },
      undoUntil: null,
      job: { state: 'done' },
    })
    expect([await status(2), await status(1)]).toEqual(['installed', 'in stock'])
    expect((await network.getDevice(eui(2)))?.disabled).toBe(false)
    expect((await inventory.asset(serverScope, { slug: 'PAV-2' })).devices).toMatchObject([{ devEui: eui(2), parameters }])
    await expect(of.life.undoSwap(agent, `${swap.job.number}`)).rejects.toMatchObject({ code: 'life.undo-changed' })
    await expect(of.life.undoSwap(agent, '999999')).rejects.toMatchObject({ code: 'life.swap-unknown' })
    expect(await of.life.swap(agent, 'PAV-2', { ...swapOf, devEui: eui(1) })).toMatchObject({ job: { state: 'done' } })
  })

  test('swapped for one from a label that carries its key, by whoever may put it on the network', async () => {
    await onto(3, 'PAV-3')
    const label = `DevEUI=${eui(4).toUpperCase()};AppEUI=24E124C0002A0001;AppKey=${aKey()};SN=S-4`
    await expect(of.life.swap(agent, 'PAV-3', { ...swapOf, label, model: 'acme/bin' })).rejects.toMatchObject({ code: 'access.forbidden' })
    const bare = `LW:D0:24E124C0002A0001:${eui(5).toUpperCase()}:00FF0102`
    await expect(of.life.swap(technician, 'PAV-3', { ...swapOf, label: bare })).rejects.toMatchObject({ code: 'life.not-delivered' })
    const swap = await of.life.swap(technician, 'PAV-3', { ...swapOf, label, model: 'acme/bin' })
    expect(swap).toMatchObject({ new: { devEui: eui(4), origin: 'provisioned' }, job: { state: 'done' } })
    expect((await network.getKeys(eui(4), '1.0.3'))?.appKey?.revealHex()).toBe(keys.at(-1))
    expect(await inventory.device(serverScope, eui(4))).toMatchObject({ status: 'installed', serial: 'S-4', model: 'acme/bin' })
    expect((await network.getDevice(eui(4)))?.joinEui).toBe('24e124c0002a0001')
    await of.life.undoSwap(technician, `${swap.job.number}`)
    expect(await status(4)).toBe('disabled')
    expect((await network.getDevice(eui(4)))?.disabled).toBe(true)
    await of.life.restore(technician, eui(4))
    // In stock now, it is found by its serial number.
    const again = await of.life.swap(agent, 'PAV-3', { ...swapOf, serial: 'S-4', body: { serial: 'B-1', kind: 'bin' } })
    expect(again).toMatchObject({ new: { devEui: eui(4), origin: 'stock' }, body: 'B-1', job: { state: 'done' } })
  })

  test('moved into another service and into another tenant, with keys and session', async () => {
    await add(6)
    const key = keys.at(-1)
    expect(await of.life.move(technician, eui(6), { service: 'water' })).toMatchObject({
      service: 'water',
      session: 'none',
      job: { state: 'done' },
    })
    expect(await inventory.device(serverScope, eui(6))).toMatchObject({ service: 'water', tenant: 'tours' })
    await expect(of.life.move(technician, eui(6), { tenant: 'blois', service: 'waste' })).rejects.toMatchObject({
      code: 'inventory.tenant-not-found',
    })
    const moved = await of.life.move(serverScope, eui(6), { tenant: 'blois', service: 'waste' })
    expect(moved).toMatchObject({ tenant: 'blois', service: 'waste', problem: null, job: { state: 'done' } })
    expect(await inventory.device(serverScope, eui(6))).toMatchObject({ service: 'waste', tenant: 'blois' })
    expect((await network.getKeys(eui(6), '1.0.3'))?.appKey?.revealHex()).toBe(key)
    const [application] = await store.recall([{ kind: 'application', key: 'blois/waste' }])
    expect((await network.getDevice(eui(6)))?.applicationId).toBe(application?.networkId)
    expect(await store.recall([{ kind: 'device', key: eui(6) }])).toMatchObject([{ tenant: 'blois', owner: null }])
    await expect(of.life.move(serverScope, eui(1), { service: 'water' })).rejects.toMatchObject({ code: 'life.move-installed' })
  })

  test('swapped for one of another service’s stock, by force: it goes into the application of the asset, with its keys, and back', async () => {
    await onto(11, 'PAV-11')
    await add(12, { service: 'water' })
    const key = keys.at(-1)
    const place = async () => {
      const there = (await network.getDevice(eui(12)))?.applicationId
      const names = ['waste', 'water'].map((slug) => ({ kind: 'application' as const, key: `tours/${slug}` }))
      return (await store.recall(names)).find(({ networkId }) => networkId === there)?.key
    }
    const ask = { ...swapOf, devEui: eui(12) }
    await expect(of.life.swap(technician, 'PAV-11', ask)).rejects.toMatchObject({ code: 'life.other-service' })
    const swap = await of.life.swap(technician, 'PAV-11', { ...ask, force: true })
    expect(swap).toMatchObject({ problem: null, job: { state: 'done' } })
    expect([await place(), await status(12), (await inventory.device(serverScope, eui(12))).service]).toEqual([
      'tours/waste',
      'installed',
      'waste',
    ])
    expect((await network.getKeys(eui(12), '1.0.3'))?.appKey?.revealHex()).toBe(key)
    expect(await of.life.undoSwap(technician, `${swap.job.number}`)).toMatchObject({ problem: null, job: { state: 'done' } })
    expect([await place(), await status(12), (await inventory.device(serverScope, eui(12))).service]).toEqual([
      'tours/water',
      'in stock',
      'water',
    ])
  })

  test.runIf(kind === 'memory')('a move that was done is told as done, though the network server is away by then', async () => {
    await add(13)
    if (!(network instanceof MemoryNetwork)) return
    network.fault = (method) => (method === 'getActivation' ? 'unreachable' : undefined)
    const moved = await of.life.move(technician, eui(13), { service: 'water' })
    network.fault = () => undefined
    expect(moved).toMatchObject({ service: 'water', session: 'unknown', problem: null, job: { state: 'done' } })
  })

  test('disabled, restored, retired and restored again', async () => {
    await onto(7, 'PAV-7')
    const disabled = async () => (await network.getDevice(eui(7)))?.disabled
    await of.life.disable(technician, eui(7))
    expect([await status(7), await disabled()]).toEqual(['disabled', true])
    await of.life.restore(technician, eui(7))
    expect([await status(7), await disabled()]).toEqual(['installed', false])
    await of.life.retire(technician, eui(7), { endIndex: 4 })
    expect([await status(7), await disabled()]).toEqual(['retired', true])
    expect((await inventory.asset(serverScope, { slug: 'PAV-7' })).devices).toEqual([])
    await of.life.restore(technician, eui(7))
    expect([await status(7), await disabled()]).toEqual(['in stock', false])
    for (const change of [of.life.disable, of.life.restore]) {
      await expect(change.call(of.life, agent, eui(7))).rejects.toMatchObject({ code: 'access.forbidden' })
    }
  })

  test('nonces are forgotten only where a reused one is proven, and that is audited', async () => {
    await expect(of.life.flushNonces(technician, eui(1), { force: false })).rejects.toMatchObject({ code: 'life.nonces-not-proven' })
    await new SqlDeviceActivity(database).record([
      { devEui: eui(1), lastSeen: null, joinedAt: null, lastLog: { code: 'OTAA', time: '2026-11-22T06:00:00.000Z' } },
    ])
    expect(await of.life.flushNonces(technician, eui(1), { force: false })).toMatchObject({ job: { state: 'done' } })
    const audit = await new SqlAuditTrail(database).list(serverScope, { object: eui(1), limit: 100 })
    expect(audit[0]).toMatchObject({ action: 'device.flush-nonces', account: 'anna', after: { proven: true } })
  })

  test.runIf(kind === 'emulated' || kind === 'real')(
    'what is asked while the network server is away is done when it is back',
    async () => {
      await onto(8, 'PAV-8')
      await add(9)
      await add(10)
      await server?.goAway()
      const swapping = of.life.swap(agent, 'PAV-8', { ...swapOf, devEui: eui(9) })
      // What was done on the spot is so at once.
      await expect.poll(() => status(9), { timeout: 30_000 }).toBe('installed')
      const waiting = of.life.disable(technician, eui(9))
      await expect(of.life.move(technician, eui(10), { service: 'water' })).rejects.toMatchObject({ kind: 'unreachable' })
      await server?.comeBack()
      expect(await swapping).toMatchObject({ problem: null, new: { devEui: eui(9), origin: 'stock' } })
      expect(await waiting).toMatchObject({ problem: null })
      await expect.poll(async () => (await network.getDevice(eui(9)))?.disabled, { timeout: 30_000 }).toBe(true)
      await expect.poll(async () => (await network.getDevice(eui(8)))?.disabled, { timeout: 30_000 }).toBe(true)
    },
    60_000,
  )

  test('no key is in a log, in the journal, in the audit or in the database', async () => {
    const audit = await new SqlAuditTrail(database).list(serverScope, { limit: 10_000 })
    const jobs = await store.jobs(serverScope, { limit: 1_000 })
    const lines = await Promise.all(jobs.map(({ id }) => store.journal(id, { limit: 1_000 })))
    const files = await Promise.all((await readdir(dataDir)).map((file) => readFile(join(dataDir, file), 'latin1')))
    const told = `${JSON.stringify([logged, audit, jobs, lines])}${files.join('')}`.toLowerCase()
    expect(told).toContain(eui(1))
    expect(keys.length).toBeGreaterThan(5)
    expect(keys.filter((key) => told.includes(key))).toEqual([])
    const actions = new Set(audit.map(({ action }) => action))
    for (const action of [
      'device.keys',
      'device.swap',
      'device.swap-undo',
      'device.move',
      'device.disable',
      'device.restore',
      'device.retire',
    ]) {
      expect(actions).toContain(action)
    }
  })
})
