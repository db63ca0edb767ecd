import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChirpstackClient, createChirpstackClient } from '../../../src/adapters/chirpstack/client.ts'
import { connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import { ChirpstackApi } from '../../support/chirpstack-api.ts'
import { type Chirpstack, chirpstackBinary, sayWhenAbsent, startChirpstack } from '../../support/chirpstack-server.ts'
import { until } from '../../support/radio/index.ts'
import { startMosquitto, startPostgres, startRedis } from '../../support/servers/index.ts'

sayWhenAbsent()

const databases = (['sqlite', 'postgresql'] as const).map((database) => ({ database, binary: chirpstackBinary(database) }))
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

describe.for(databases)('the client of the real ChirpStack on $database', ({ database, binary }) => {
  const skip = binary === undefined
  const devEui = '70b3d5e75e000001'
  const foreignDevEui = '70b3d5e75e000002'
  const stops: (() => Promise<void>)[] = []
  const clients: ChirpstackClient[] = []
  let chirpstack: Chirpstack
  let api: ChirpstackApi
  let client: ChirpstackClient
  let ids: { tenantId: string; applicationId: string; deviceProfileId: string }
  let tokens: Record<'global' | 'readOnlyGlobal' | 'tenant' | 'readOnlyTenant' | 'none', string>

  const open = (token: string | undefined, url = chirpstack.grpcUrl) => {
    const opened = createChirpstackClient({ url, token, deadlineMs: 5_000 })
    clients.push(opened)
    return opened
  }

  const item = { devEui, fPort: 10, bytes: Uint8Array.of(1, 2), confirmed: true, expiresAt: inAnHour() }

  beforeAll(async () => {
    if (skip) return
    const mosquitto = await startMosquitto()
    const redis = await startRedis()
    stops.push(mosquitto.stop, redis.stop)
    const postgres = database === 'postgresql' ? await startPostgres() : undefined
    if (postgres !== undefined) stops.push(postgres.stop)
    const servers = { mosquittoUrl: mosquitto.url, redisUrl: redis.url, ...(postgres === undefined ? {} : { postgresUrl: postgres.url }) }
    chirpstack = await startChirpstack({ database, ...servers })
    stops.push(chirpstack.stop)
    api = new ChirpstackApi(connect({ url: chirpstack.grpcUrl, token: chirpstack.token }))
    client = open(chirpstack.token)

    const tenantId = await api.createTenant({ name: 'Tours' })
    const applicationId = await api.createApplication({ tenantId, name: 'water', tags: { service: 'water' } })
    const deviceProfileId = await api.createProfile({ tenantId, name: 'class A' })
    ids = { tenantId, applicationId, deviceProfileId }
    await api.createDevice({
      devEui,
      name: 'meter 1',
      applicationId,
      deviceProfileId,
      tags: { commune: '37261' },
      variables: { pulse: '10' },
    })
    await api.createGateway({
      gatewayId: '7076ff0056080001',
      name: 'site 1',
      tenantId,
    })
    const other = await api.createTenant({ name: 'Blois' })
    const otherApplication = await api.createApplication({ tenantId: other, name: 'water' })
    const otherProfile = await api.createProfile({ tenantId: other, name: 'class A' })
    await api.createDevice({ devEui: foreignDevEui, name: 'meter 2', applicationId: otherApplication, deviceProfileId: otherProfile })
    await api.createGateway({ gatewayId: '7076ff0056080002', name: 'site 2', tenantId: other })
    tokens = {
      global: chirpstack.token,
      none: 'not-a-key',
      tenant: await api.createTenantKey(tenantId),
      readOnlyTenant: await api.createTenantKey(tenantId, { isReadOnly: true }),
      readOnlyGlobal: await api.createTenantKey('', { isAdmin: true, isReadOnly: true }),
    }
  })

  afterAll(async () => {
    for (const opened of clients) opened.stop()
    api?.connection.close()
    for (const stop of stops.reverse()) await stop()
  })

  test.skipIf(skip)('reads a device with the names of what it belongs to', async () => {
    expect(await client.directory.getDevice(devEui)).toEqual({
      devEui,
      name: 'meter 1',
      description: '',
      joinEui: '0000000000000000',
      disabled: false,
      applicationId: ids.applicationId,
      applicationName: 'water',
      tenantId: ids.tenantId,
      tenantName: 'Tours',
      deviceProfileId: ids.deviceProfileId,
      deviceProfileName: 'class A',
      class: 'A',
      tags: { commune: '37261' },
      lastSeenAt: null,
    })
  })

  test.skipIf(skip)('reads the variables that a device’s codec is given', async () => {
    expect(await client.directory.getVariables(devEui)).toEqual({ pulse: '10' })
    expect(await client.directory.getVariables('70b3d5e75e00ffff')).toEqual({})
  })

  test.skipIf(skip)('what does not exist, or is foreign to a tenant key, is undefined', async () => {
    expect(await client.directory.getDevice('70b3d5e75e00ffff')).toBeUndefined()
    expect(await client.directory.getTenant('00000000-0000-4000-8000-000000000000')).toBeUndefined()
    const { directory } = open(tokens.tenant)
    expect(await directory.getDevice('70b3d5e75e00ffff')).toBeUndefined()
    expect(await directory.getDevice(foreignDevEui)).toBeUndefined()
    expect(await directory.getDevice(devEui)).toMatchObject({ name: 'meter 1', tenantName: 'Tours', applicationName: 'water' })
  })

  test.skipIf(skip)('lists tenants, applications, devices and gateways', async () => {
    const { directory } = client
    expect((await directory.listTenants()).map((tenant) => tenant.name).sort()).toEqual(expect.arrayContaining(['Blois', 'Tours']))
    expect(await directory.listApplications(ids.tenantId)).toEqual([{ id: ids.applicationId, name: 'water' }])
    expect(await directory.getApplication(ids.applicationId)).toEqual({
      id: ids.applicationId,
      name: 'water',
      tenantId: ids.tenantId,
      tags: { service: 'water' },
    })
    expect(await collect(directory.listDevices(ids.applicationId))).toEqual([
      [
        {
          devEui,
          name: 'meter 1',
          description: '',
          deviceProfileId: ids.deviceProfileId,
          deviceProfileName: 'class A',
          tags: { commune: '37261' },
          lastSeenAt: null,
        },
      ],
    ])
    expect((await directory.listGateways()).map((gateway) => gateway.gatewayId)).toEqual(['7076ff0056080001', '7076ff0056080002'])
    expect(await directory.listGateways(ids.tenantId)).toEqual([
      {
        gatewayId: '7076ff0056080001',
        name: 'site 1',
        tenantId: ids.tenantId,
        latitude: null,
        longitude: null,
        state: 'never seen',
        lastSeenAt: null,
      },
    ])
  })

  test.skipIf(skip)('a tenant key sees every tenant’s gateways unless the tenant is named', async () => {
    const { directory } = open(tokens.tenant)
    expect((await directory.listGateways()).map((gateway) => gateway.name)).toEqual(['site 1', 'site 2'])
    expect((await directory.listGateways(ids.tenantId)).map((gateway) => gateway.name)).toEqual(['site 1'])
  })

  test.skipIf(skip)('a list longer than a page is complete', async () => {
    const applicationId = await api.createApplication({ tenantId: ids.tenantId, name: 'many' })
    const euis = Array.from({ length: 1003 }, (_, index) => `70b3d5e75f${index.toString(16).padStart(6, '0')}`)
    for (const eui of euis) {
      await api.createDevice({ devEui: eui, name: eui, applicationId, deviceProfileId: ids.deviceProfileId })
    }
    const pages = await collect(client.directory.listDevices(applicationId))
    expect(pages.map((page) => page.length)).toEqual([1000, 3])
    expect(pages.flat().map((device) => device.devEui)).toEqual(euis)
  })

  test.skipIf(skip)('enqueues with an expiry, and shows what waits', async () => {
    const id = await client.downlinks.enqueue(item)
    expect(await client.downlinks.pending(devEui)).toEqual([{ id, fPort: 10, bytes: Uint8Array.of(1, 2), expiresAt: item.expiresAt }])
  })

  test.skipIf(skip).for([
    ['an unknown device', { devEui: '70b3d5e75e00ffff' }, 'missing'],
    ['an EUI that is none', { devEui: 'zz' }, 'invalid'],
    ['an empty EUI, which ChirpStack would take for zeros', { devEui: '' }, 'invalid'],
    ['port 0', { fPort: 0 }, 'invalid'],
    ['port 257, which ChirpStack would take for 1', { fPort: 257 }, 'invalid'],
    ['no expiry', { expiresAt: 'never' }, 'invalid'],
  ] as const)('refuses %s', async ([, change, reason]) => {
    const error = await errorOf(client.downlinks.enqueue({ ...item, ...change }))
    expect(error).toMatchObject({ code: 'chirpstack.refused', context: { method: 'DeviceService.Enqueue', reason } })
  })

  test.skipIf(skip)('a duplicate is told from other failures on either database', async () => {
    const { toOndineError } = await import('../../../src/adapters/chirpstack/refusal.ts')
    const { applicationId, deviceProfileId } = ids
    const thrown = await errorOf(api.createDevice({ devEui, name: 'x', applicationId, deviceProfileId }))
    const call = { path: '/api.DeviceService/Create', subject: `device ${devEui}`, url: chirpstack.grpcUrl }
    expect(toOndineError(thrown, call)).toMatchObject({ code: 'chirpstack.refused', context: { reason: 'duplicate' } })
  })

  test.skipIf(skip)('says so when the key is not valid, without showing it', async () => {
    const error = await errorOf(open('not-a-key').directory.listTenants())
    expect(error).toMatchObject({ code: 'chirpstack.refused', context: { reason: 'token', answer: 'InvalidToken' } })
    expect(JSON.stringify([error, error.message, error.cause])).not.toContain('not-a-key')
    expect(await errorOf(open(undefined).directory.listTenants())).toMatchObject({ context: { reason: 'token' } })
  })

  test.skipIf(skip)('a key without the right is refused', async () => {
    expect(await errorOf(open(tokens.readOnlyTenant).downlinks.enqueue(item))).toMatchObject({ context: { reason: 'right-or-missing' } })
    expect(await errorOf(open(tokens.tenant).directory.listTenants())).toMatchObject({ context: { reason: 'right-or-missing' } })
  })

  const both = (get: boolean | null, enqueue: boolean | null) => [
    { action: 'device.get', allowed: get },
    { action: 'device.enqueue', allowed: enqueue },
  ]

  test.skipIf(skip).for([
    ['a global key', 'global', undefined, 'all tenants', both(true, true)],
    ['a global key, read only', 'readOnlyGlobal', undefined, 'all tenants', both(true, false)],
    ['a tenant key, no device known', 'tenant', undefined, 'one tenant', both(null, null)],
    ['a tenant key', 'tenant', devEui, 'one tenant', both(true, true)],
    ['a tenant key, read only', 'readOnlyTenant', devEui, 'one tenant', both(true, false)],
    ['no valid key', 'none', undefined, null, both(false, false)],
  ] as const)('the probe tells what may be done with %s', async ([, key, knownDevice, sees, rights]) => {
    const before = await client.downlinks.pending(devEui)
    const answer = await open(tokens[key]).probe(knownDevice)
    expect(answer).toMatchObject({ reached: true, url: chirpstack.grpcUrl, sees, rights })
    expect(answer.reached && answer.services).toContain('api.DeviceService')
    expect(await client.downlinks.pending(devEui)).toEqual(before)
  })

  test.skipIf(skip)('an address where no ChirpStack listens is unreachable', async () => {
    const away = open(chirpstack.token, 'http://127.0.0.1:9')
    expect(await errorOf(away.directory.getDevice(devEui))).toMatchObject({
      code: 'chirpstack.unreachable',
      context: { url: 'http://127.0.0.1:9' },
    })
    expect(await away.probe()).toMatchObject({ reached: false, reason: expect.stringContaining('ECONNREFUSED') })
  })

  test.skipIf(skip)('comes back by itself after ChirpStack was killed', async () => {
    await chirpstack.kill()
    expect(await errorOf(client.directory.getTenant(ids.tenantId))).toMatchObject({ code: 'chirpstack.unreachable' })
    await chirpstack.restart()
    await until(
      async () => (await client.directory.getTenant(ids.tenantId).catch(() => undefined)) !== undefined,
      'ChirpStack to answer again',
    )
  })
})

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof Error) return thrown
  throw new Error('it did not fail')
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(page)
  return all
}
