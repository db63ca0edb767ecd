import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Scope, serverScope } from '../../src/access/scope.ts'
import { Database } from '../../src/adapters/sql/database.ts'
import { newId } from '../../src/adapters/sql/new-id.ts'
import { SqlProvisioningStore } from '../../src/adapters/sql/provisioning/sql-provisioning-store.ts'
import { SqlInventory } from '../../src/adapters/sql/sql-inventory.ts'
import type { DeviceProfile } from '../../src/codecs/device-profile.ts'
import { encryptTo, newIdentity } from '../../src/formats/age.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { JobRunner } from '../../src/provisioning/apply/job-runner.ts'
import { Pace } from '../../src/provisioning/apply/pace.ts'
import { Fingerprints } from '../../src/provisioning/keys/fingerprint.ts'
import { KeyVault } from '../../src/provisioning/keys/vault.ts'
import { noRows } from '../../src/provisioning/life/steps.ts'
import { OneAtATime } from '../../src/provisioning/one-at-a-time.ts'
import { ProvisioningService } from '../../src/provisioning/provisioning-service.ts'
import type { Territory } from '../../src/provisioning/territory/territory.ts'
import { Upkeep } from '../../src/provisioning/upkeep.ts'
import { MemoryNetwork } from '../fakes/memory-network.ts'
import { eventually } from '../support/ondine-process.ts'

const model = 'axioma/qalcosonic-w1'
const profile: DeviceProfile = {
  ...{ title: 'W1', region: 'EU868', macVersion: '1.0.2', regionalParameters: 'B', class: 'A', supportsOtaa: true },
  expectedInterval: 43_200,
}
const owner = '0198c0de-0000-4000-8000-00000000000a'
const appKey = (index: number) => `8f3c61d20a97be4455e1c0d97a6b1f${index.toString(16).padStart(2, '0')}`
const devEui = (index: number) => `0018b2${index.toString(16).padStart(10, '0')}`
const tours: Scope = { ...serverScope, account: 'tours', tenant: 'tours' }

function territory(indexes: readonly number[]): Territory {
  const devices = indexes.map((index, at) => ({
    source: { file: 'tours/water/first.csv', line: at + 2 },
    ...{ tenant: 'tours', service: 'water', devEui: devEui(index), joinEui: null, model, serial: `SN${index}`, name: '', tags: {} },
  }))
  return {
    ...{ id: owner, profiles: [], gateways: [], installations: [], devices },
    tenants: [{ slug: 'tours', name: 'Tours', timeZone: 'Europe/Paris' }],
    services: [{ tenant: 'tours', slug: 'water', name: 'water' }],
  }
}

function gatewayOf(tenant: string): Territory['gateways'][number] {
  return {
    tenant,
    gatewayId: '7076ff0056080001',
    name: 'roof',
    description: '',
    location: null,
    antenna: null,
    statsInterval: 30,
    tags: {},
  }
}

let folder: string
let database: Database
let network: MemoryNetwork
let runner: JobRunner
let service: ProvisioningService
let upkeep: Upkeep
let recipient: string
let impatient = 20_000

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-provisioning-'))
  const logger = pino({ level: 'silent' })
  database = new Database({ kind: 'sqlite', file: join(folder, 'ondine.sqlite') }, logger)
  await database.start()
  network = new MemoryNetwork()
  const key = new Uint8Array(32).fill(5)
  const [vault, fingerprints, identity] = [new KeyVault(key), new Fingerprints(key), await newIdentity()]
  recipient = identity.recipient
  const inventoryStore = new SqlInventory(database)
  const inventory = new Inventory({ store: inventoryStore, newId })
  const store = new SqlProvisioningStore(database, { changed: async () => {} })
  const now = () => new Date()
  runner = new JobRunner({
    ...{ store, inventory, inventoryStore, network, vault, fingerprints, newId, now, logger, pace: new Pace() },
    models: { profile: async () => profile, installed: () => undefined },
  })
  await runner.start()
  const holdings = (tenants: readonly string[]) => inventoryStore.transaction((transaction) => transaction.holdings(tenants))
  const shared = { store, network, holdings, runner, fingerprints, newId, now, observing: new OneAtATime() }
  const accept = () => {}
  service = new ProvisioningService({
    ...{ ...shared, vault, identity },
    known: (of) => inventoryStore.transaction((transaction) => transaction.existing(of)),
    models: (slug) => (slug === model ? { slug, profile, accept } : undefined),
  })
  upkeep = new Upkeep({
    ...{ ...shared, inventoryStore },
    get longestAnswerMs() {
      return impatient
    },
    tenants: async (scope) => (await inventory.tenants(scope, { limit: 1_000 })).items.map(({ slug }) => slug),
    knownModels: () => [],
    changed: async () => {},
  })
})
afterEach(async () => {
  await runner.stop()
  await database.stop()
  await rm(folder, { recursive: true })
})

async function keysOf(indexes: readonly number[]) {
  const text = indexes.map((index) => `${JSON.stringify({ devEui: devEui(index), appKey: appKey(index) })}\n`).join('')
  const bytes = await encryptTo(recipient, new TextEncoder().encode(text))
  return [{ file: 'tours/water/first.keys.age', content: Buffer.from(bytes).toString('base64') }]
}

async function plan(indexes: readonly number[], { scope = serverScope, prune = false, refused = [] as never[] } = {}) {
  return service.plan(scope, { territory: territory(indexes), keys: await keysOf(indexes), prune, refused })
}

async function applied(planId: string, given: { confirm?: number } = {}, scope = serverScope) {
  const job = await service.apply(scope, planId, { allOrNothing: false, ...given })
  return eventually('the end of the job', async () => {
    const now = await service.job(scope, job.id)
    return now.endedAt === null ? undefined : now
  })
}

describe('a folder', () => {
  test('is planned, applied, and then as it is wanted', async () => {
    const first = await plan([1, 2, 3])
    expect(first).toMatchObject({ steps: 6, refused: 0, confirm: null, newDevices: [{ model, count: 3 }] })
    expect(await service.summary(serverScope, first.id)).toEqual(first)
    expect(await applied(first.id)).toMatchObject({ state: 'done', done: 6, failed: 0, tenant: 'tours' })
    expect([...network.keys.values()].map((keys) => keys.appKey?.revealHex())).toEqual([1, 2, 3].map(appKey))
    expect(await plan([1, 2, 3])).toMatchObject({ steps: 0 })
    expect(await plan([1, 2, 3], { scope: tours })).toMatchObject({ steps: 0 })
  })

  test('a row that its reader refused is in the report with its place and what to do', async () => {
    const row = {
      kind: 'device' as const,
      key: 'x',
      source: { file: 'f.csv', line: 9 },
      reason: 'eui-malformed',
      facts: { column: 'devEui', written: 'x', digits: '1' },
    }
    const made = await service.plan(serverScope, { territory: territory([1]), keys: await keysOf([1]), prune: false, refused: [row] })
    expect(made).toMatchObject({ refused: 1, refusals: [{ reason: 'eui-malformed', count: 1 }] })
    const { items } = await service.planRows(serverScope, made.id, { limit: 10, outcome: 'refused' })
    expect(items).toEqual([{ ...row, outcome: 'refused', advice: expect.stringContaining('16') }])
    await expect(service.apply(serverScope, made.id, { allOrNothing: true })).rejects.toMatchObject({ code: 'provisioning.rows-refused' })
    const job = await applied(made.id)
    const rows = await service.jobRows(serverScope, String(job.number), { limit: 10 })
    expect(rows.items.map(({ kind, outcome, state }) => [kind, outcome, state])).toContainEqual(['device', 'create', 'done'])
    expect(rows.items).toContainEqual(expect.objectContaining({ outcome: 'refused', state: null }))
    expect((await service.jobRows(serverScope, job.id, { limit: 2, state: 'done' })).cursor).not.toBeNull()
  })

  test('without its keys a device is refused, and no step is planned for it', async () => {
    const made = await service.plan(serverScope, { territory: territory([1]), keys: [], prune: false, refused: [] })
    expect(made.counts).toContainEqual({ kind: 'device', outcome: 'refused', count: 1 })
  })
})

describe('a plan', () => {
  test('of a world that has moved is refused', async () => {
    await applied((await plan([1, 2])).id)
    const made = await plan([1, 2, 3])
    const device = network.devices.get(devEui(3))
    expect(device).toBeUndefined()
    const [application] = network.applications.values()
    const [other] = network.devices.values()
    network.devices.set(devEui(3), { ...other!, devEui: devEui(3), applicationId: application!.id, updatedAt: 'later' })
    await expect(service.apply(serverScope, made.id, { allOrNothing: false })).rejects.toMatchObject({ code: 'provisioning.plan-stale' })
  })

  test('is not applied while something is done on the spot to what it changes: it was made before', async () => {
    await applied((await plan([1, 2])).id)
    const made = await plan([1], { prune: true })
    const other = await plan([1, 2, 3])
    network.fault = (method) => (method === 'updateDevice' ? 'unreachable' : undefined)
    const tenantId = (await database.db.selectFrom('tenant').select('id').executeTakeFirstOrThrow()).id
    const expected = { devices: [{ devEui: devEui(2), status: 'in stock' as const, tenantId }], open: [] }
    const of = { kind: 'device', action: 'set-disabled', key: devEui(2), devEui: devEui(2), source: null } as const
    const job = { action: 'disable', tenant: 'tours', subject: devEui(2), account: 'anna', scope: serverScope, allOrNothing: true }
    const { id, number } = await runner.submit(job, [{ ...of, disabled: true, expected, rows: noRows }])
    await expect(service.apply(serverScope, made.id, { allOrNothing: false, confirm: 1 })).rejects.toMatchObject({
      code: 'provisioning.job-before',
      context: { number },
    })
    // What it leaves alone may be applied beside it.
    await service.apply(serverScope, other.id, { allOrNothing: false })
    network.fault = () => undefined
    await eventually('the end of the job', async () => ((await service.job(serverScope, id)).endedAt === null ? undefined : true))
  })

  test('that two people apply at once becomes one job', async () => {
    const { id } = await plan([1, 2])
    const both = await Promise.allSettled([1, 2].map(() => service.apply(serverScope, id, { allOrNothing: false })))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await eventually('the end of the job', async () => ((await service.job(serverScope, '1')).endedAt === null ? undefined : true))
    expect((await service.jobs(serverScope, { limit: 10 })).items).toHaveLength(1)
    expect([network.profiles.size, network.devices.size]).toEqual([1, 2])
  })

  test('that deletes asks for the number, and for the right to prune', async () => {
    await applied((await plan([1, 2, 3])).id)
    expect(await plan([1])).toMatchObject({ steps: 0 })
    const pruning = await plan([1], { prune: true })
    expect(pruning).toMatchObject({ steps: 2, confirm: 2 })
    const refused = (scope: Scope, confirm?: number) =>
      service.apply(scope, pruning.id, { allOrNothing: false, ...(confirm === undefined ? {} : { confirm }) })
    await expect(refused(serverScope)).rejects.toMatchObject({ code: 'provisioning.confirm-count', context: { count: 2 } })
    await expect(refused(serverScope, 3)).rejects.toMatchObject({ code: 'provisioning.confirm-count' })
    await expect(refused({ ...serverScope, role: 'technician' }, 2)).rejects.toMatchObject({ code: 'access.forbidden' })
    expect(network.devices.size).toBe(3)
    await applied(pruning.id, { confirm: 2 }, { ...tours, role: 'operator' })
    expect([...network.devices.keys()]).toEqual([devEui(1)])
  })

  test('that makes a tenant is for who administrates them all', async () => {
    const { id } = await plan([1], { scope: tours })
    await expect(service.apply(tours, id, { allOrNothing: false })).rejects.toMatchObject({ code: 'access.one-tenant-only' })
    const technician = { ...serverScope, role: 'technician' as const }
    await expect(service.apply(technician, id, { allOrNothing: false })).rejects.toMatchObject({ code: 'access.forbidden' })
    expect(network.tenants.size).toBe(0)
  })

  test.for([
    ['a reader', { ...serverScope, role: 'reader' }, 'access.forbidden'],
    ['an agent', { ...serverScope, role: 'agent' }, 'access.forbidden'],
    ['a part of a tenant', { ...tours, services: ['water'] }, 'provisioning.limited-token'],
    ['some communes', { ...tours, communes: ['37261'] }, 'provisioning.limited-token'],
    ['another tenant', { ...tours, tenant: 'blois' }, 'inventory.tenant-not-found'],
  ] as const)('is not for %s', async ([, scope, code]) => {
    await expect(
      plan([1], { scope: { ...scope, services: scope.services && [...scope.services], communes: scope.communes && [...scope.communes] } }),
    ).rejects.toMatchObject({ code })
  })

  test('a name of another tenant’s in a file shows a tenant’s token nothing', async () => {
    const blois = await network.createTenant('Blois')
    await network.createApplication(blois.id, 'water')
    const stolen = { ...territory([1]), tenants: [{ slug: 'tours', name: 'Blois', timeZone: 'Europe/Paris' }] }
    const made = await service.plan(tours, { territory: stolen, keys: await keysOf([1]), prune: false, refused: [] })
    expect(made.counts).toContainEqual({ kind: 'tenant', outcome: 'create', count: 1 })
    expect(made.counts).toContainEqual({ kind: 'application', outcome: 'create', count: 1 })
  })

  test('takes no device from the inventory of another tenant, though it is gone from the network', async () => {
    await applied((await plan([1])).id)
    network.devices.clear()
    const of = territory([1])
    const blois: Territory = {
      ...{ ...of, id: '0198c0de-0000-4000-8000-00000000000b', tenants: [{ slug: 'blois', name: 'Blois', timeZone: 'Europe/Paris' }] },
      services: [{ tenant: 'blois', slug: 'water', name: 'water' }],
      devices: of.devices.map((device) => ({ ...device, tenant: 'blois' })),
    }
    const scope = { ...tours, tenant: 'blois' }
    const made = await service.plan(scope, { territory: blois, keys: await keysOf([1]), prune: false, refused: [] })
    expect(made.refusals).toEqual([{ reason: 'device-of-other-tenant', count: 1 }])
  })

  test('takes no gateway from the inventory of another tenant, though it is gone from the network, until that has pruned it', async () => {
    const gateways = [gatewayOf('tours')]
    const ofTours = { ...territory([]), gateways }
    const asked = { keys: [], refused: [], prune: false }
    await applied((await service.plan(serverScope, { ...asked, territory: ofTours })).id)
    network.gateways.clear()
    const ofBlois: Territory = {
      ...{
        ...territory([]),
        id: '0198c0de-0000-4000-8000-00000000000b',
        tenants: [{ slug: 'blois', name: 'Blois', timeZone: 'Europe/Paris' }],
      },
      ...{ services: [], gateways: [gatewayOf('blois')] },
    }
    const refusals = async () => (await service.plan(serverScope, { ...asked, territory: ofBlois })).refusals
    expect(await refusals()).toEqual([{ reason: 'gateway-of-other-tenant', count: 1 }])
    const pruning = await service.plan(serverScope, { ...asked, territory: territory([]), prune: true })
    await applied(pruning.id, { confirm: 1 })
    expect(await database.db.selectFrom('gateway').selectAll().execute()).toEqual([])
    expect(await refusals()).toEqual([])
  })

  test('is unknown to who does not see its tenants', async () => {
    const { id } = await plan([1])
    await expect(service.summary({ ...tours, tenant: 'blois' }, id)).rejects.toMatchObject({ code: 'provisioning.plan-unknown' })
  })
})

describe('drift', () => {
  beforeEach(async () => {
    await applied((await plan([1, 2])).id)
    const device = network.devices.get(devEui(1))!
    network.devices.set(devEui(1), { ...device, name: 'renamed by hand', updatedAt: 'by hand' })
  })
  const object = { kind: 'device' as const, key: devEui(1) }

  test('is found field by field, and put back', async () => {
    const { items } = await upkeep.drift(serverScope, {})
    expect(items).toEqual([
      { ...object, tenant: 'tours', what: 'changed', changes: [{ field: 'name', from: devEui(1), to: 'renamed by hand' }] },
    ])
    const { job } = await upkeep.resolveDrift(serverScope, { objects: [object], action: 'restore' })
    await eventually('the end of the job', async () => ((await service.job(serverScope, job!.id)).endedAt === null ? undefined : true))
    expect(network.devices.get(devEui(1))?.name).toBe(devEui(1))
    expect((await upkeep.drift(serverScope, {})).items).toEqual([])
  })

  test('is kept, and then remembered so', async () => {
    expect(await upkeep.resolveDrift(tours, { objects: [object], action: 'adopt' })).toMatchObject({ adopted: 1, job: null })
    expect((await upkeep.drift(tours, {})).items).toEqual([])
    await expect(upkeep.resolveDrift(tours, { objects: [object], action: 'adopt' })).rejects.toMatchObject({
      code: 'provisioning.no-drift',
    })
  })

  test('of keys is found where they are asked for', async () => {
    network.keys.set(devEui(2), network.keys.get(devEui(1))!)
    expect((await upkeep.drift(serverScope, {})).items.map(({ key }) => key)).toEqual([devEui(1)])
    expect((await upkeep.drift(serverScope, { keys: true })).items).toContainEqual({
      kind: 'device',
      key: devEui(2),
      tenant: 'tours',
      what: 'keys',
      changes: [],
    })
  })

  test('of a device that is in another tenant by now tells a tenant’s token nothing of it, and takes it from nobody', async () => {
    const blois = await network.createTenant('Blois')
    const { id: applicationId } = await network.createApplication(blois.id, 'secret')
    const device = network.devices.get(devEui(1))!
    network.devices.set(devEui(1), { ...device, applicationId, name: 'of Blois', variables: { note: 'secret' }, updatedAt: 'moved' })
    const { items } = await upkeep.drift(tours, {})
    expect(items).toEqual([{ ...object, tenant: 'tours', what: 'missing', changes: [] }])
    const { job, refused } = await upkeep.resolveDrift(tours, { objects: [object], action: 'restore' })
    expect(job).toBeNull()
    expect(refused).toMatchObject([{ key: devEui(1), reason: 'missing-by-plan' }])
    expect(network.devices.get(devEui(1))?.applicationId).toBe(applicationId)
  })

  test('of one tenant is not another’s', async () => {
    expect(await upkeep.drift({ ...tours, tenant: 'blois' }, {})).toEqual({ items: [], looked: 0 })
    await expect(upkeep.drift({ ...tours, tenant: 'blois' }, { tenant: 'tours' })).rejects.toMatchObject({
      code: 'inventory.tenant-not-found',
    })
  })
})

describe('what is there', () => {
  test('is written back for its folder, and for no other', async () => {
    await applied((await plan([1])).id)
    const changes = await upkeep.changes(serverScope, { owner })
    expect(changes.devices).toMatchObject([
      { tenant: 'tours', service: 'water', devEui: devEui(1), model, serial: 'SN1', status: 'in stock', tags: {}, made: true },
    ])
    const other = '0198c0de-0000-4000-8000-00000000000b'
    expect(await upkeep.changes(serverScope, { owner: other })).toMatchObject({ devices: [], installations: [] })
    expect(await upkeep.changes(serverScope, { owner: other, tenant: 'tours' })).toMatchObject({ devices: [] })
  })

  test('on a network that exists is adopted without writing to it, by who administrates all', async () => {
    const tenant = await network.createTenant('Métropole')
    const application = await network.createApplication(tenant.id, 'Eau')
    const [lorawan, tags] = [{ ...profile }, { model }]
    const { id: profileId } = await network.createProfile({ tenantId: tenant.id, name: 'W1', lorawan, tags })
    await network.createDevice({
      ...{ devEui: devEui(7), applicationId: application.id, profileId, name: 'seven', description: '', tags: {}, joinEui: devEui(0) },
      ...{ disabled: false, skipFcntCheck: false, variables: {} },
    })
    const writes = () => network.calls.filter(({ method }) => /^(create|update|delete)/.test(method)).length
    const before = writes()
    await expect(upkeep.adopt(tours, { mapping: {}, dryRun: true })).rejects.toMatchObject({ code: 'access.one-tenant-only' })
    await expect(upkeep.adopt(serverScope, { mapping: { W1: 'no/model' }, dryRun: true })).rejects.toMatchObject({
      code: 'codec.unknown-model',
    })
    expect((await upkeep.adopt(serverScope, { mapping: {}, dryRun: true })).counts).toContainEqual({ kind: 'device', found: 1, adopted: 1 })
    expect((await upkeep.adopt(serverScope, { mapping: {}, dryRun: false })).counts).toContainEqual({
      kind: 'device',
      found: 1,
      adopted: 1,
    })
    expect((await upkeep.adopt(serverScope, { mapping: {}, dryRun: false })).counts).toContainEqual({
      kind: 'device',
      found: 1,
      adopted: 0,
    })
    expect(writes()).toBe(before)
    expect(await upkeep.drift(serverScope, {})).toMatchObject({ items: [] })
  })

  test('is adopted in a time that no request lasts: who asks again is told how far it is, and what follows, once', async () => {
    const tenant = await network.createTenant('Métropole')
    const application = await network.createApplication(tenant.id, 'Eau')
    const { id: profileId } = await network.createProfile({ tenantId: tenant.id, name: 'W1', lorawan: { ...profile }, tags: { model } })
    const content = { applicationId: application.id, profileId, name: '', description: '', tags: {}, joinEui: devEui(0) }
    for (const index of [7, 8, 9]) {
      await network.createDevice({ ...content, devEui: devEui(index), disabled: false, skipFcntCheck: false, variables: {} })
    }
    const gate = Promise.withResolvers<void>()
    network.fault = async (method) => {
      if (method === 'getDevice') await gate.promise
      return undefined
    }
    impatient = 10
    const ask = () => upkeep.adopt(serverScope, { mapping: {}, dryRun: false })
    await eventually('the devices to be read', async () => ((await ask()).underWay?.of === 3 ? true : undefined))
    expect(await ask()).toMatchObject({ underWay: { read: 0, of: 3 }, counts: [] })
    // All is here already, before a device is read in full.
    expect(await database.db.selectFrom('device').selectAll().execute()).toHaveLength(3)
    gate.resolve()
    const adopted = await eventually('its end', async () => {
      const answer = await ask()
      return answer.underWay === null ? answer : undefined
    })
    expect(adopted.counts).toContainEqual({ kind: 'device', found: 3, adopted: 3 })
    const reads = () => network.calls.filter(({ method }) => method === 'getDevice').length
    expect(reads()).toBe(3)
    impatient = 20_000
    expect((await ask()).counts).toContainEqual({ kind: 'device', found: 3, adopted: 0 })
    expect(reads()).toBe(3)
    network.fault = () => 'refused'
    await expect(ask()).rejects.toMatchObject({ code: 'chirpstack.refused' })
    network.fault = () => undefined
    expect((await ask()).underWay).toBeNull()
  })
})
