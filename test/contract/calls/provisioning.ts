import { expect, test } from 'vitest'
import { Caller } from '../../../src/adapters/chirpstack/caller.ts'
import { ChirpstackProvisioning } from '../../../src/adapters/chirpstack/provisioning/chirpstack-provisioning.ts'
import { parseKey, type SecretKey } from '../../../src/lorawan/keys.ts'
import type { RootKeys } from '../../../src/lorawan/root-keys.ts'
import type { DeviceContent, GatewayContent, NetworkProvisioning, ProfileContent } from '../../../src/provisioning/network.ts'
import { until } from '../../support/radio/until.ts'
import type { Bench } from '../bench.ts'
import type { ContractNetwork } from '../network.ts'
import { missingEui, missingId } from '../refusal.ts'

const open = (bench: Bench): NetworkProvisioning => new ChirpstackProvisioning(new Caller(bench.api.connection, 10_000))

const key = (digit: string): SecretKey => parseKey(digit.repeat(32))
const hex = (keys: RootKeys | undefined) =>
  keys && Object.fromEntries(Object.entries(keys).map(([field, value]) => [field, value.revealHex()]))
const exact = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
const refused = (reason: string) => expect.objectContaining({ code: 'chirpstack.refused', context: expect.objectContaining({ reason }) })

function aDevice(bench: Bench, fields: Partial<DeviceContent> = {}): DeviceContent {
  return {
    devEui: bench.eui(),
    joinEui: '70b3d5e75e0000ff',
    applicationId: bench.applicationId,
    profileId: bench.profileId,
    name: 'meter 1',
    description: 'cellar',
    disabled: false,
    skipFcntCheck: true,
    variables: { pulse: '10' },
    tags: { model: 'axioma/qalcosonic-w1', commune: '37261' },
    ...fields,
  }
}

function aGateway(bench: Bench, fields: Partial<GatewayContent> = {}): GatewayContent {
  return {
    gatewayId: bench.eui(),
    tenantId: bench.tenantId,
    name: 'water tower',
    description: 'north',
    location: { latitude: 47.3912345678, longitude: 0.6812345678, altitude: 61.3 },
    statsInterval: 30,
    tags: { antenna: '6 dBi' },
    ...fields,
  }
}

function aProfile(bench: Bench, lorawan: Partial<ProfileContent['lorawan']> = {}): ProfileContent {
  return {
    tenantId: bench.tenantId,
    name: 'qalcosonic-w1',
    lorawan: {
      region: 'EU868',
      macVersion: '1.0.3',
      regionalParameters: 'A',
      class: 'A',
      supportsOtaa: true,
      expectedInterval: 86_400,
      ...lorawan,
    },
    tags: { model: 'axioma/qalcosonic-w1' },
  }
}

export function provisioningCalls(here: () => Bench, around: () => ContractNetwork): void {
  test('provisioning: a gateway that knows its place overwrites ours, and its time stays', async () => {
    const [bench, network] = [here(), open(here())]
    const gateway = aGateway(bench)
    await network.createGateway(gateway)
    const before = await network.getGateway(gateway.gatewayId)
    const radio = await around().gateway(gateway.gatewayId)
    const moved = { ...before, location: { latitude: 47.39, longitude: 0.68, altitude: 60 } }
    await untilAsync(async () => (await network.getGateway(gateway.gatewayId))?.location?.altitude === 60, 'the place from its statistics')
    expect(await network.getGateway(gateway.gatewayId)).toEqual(moved)
    await radio.goOffline()
  })

  test('provisioning: the time of a device is that of its last change: not of joins, uplinks, orders, keys', { retry: 2 }, async () => {
    const [bench, network] = [here(), open(here())]
    const gateway = aGateway(bench)
    await network.createGateway(gateway)
    const radio = await around().gateway(gateway.gatewayId)
    const written = aDevice(bench, { joinEui: '0000000000000000', skipFcntCheck: false })
    const { devEui } = written
    await network.createDevice(written)
    await network.createKeys(devEui, '1.0.3', { appKey: key('a') })
    const before = await network.getDevice(devEui)
    const device = around().device({ devEui, appKey: 'a'.repeat(32) }, [radio])
    await device.requestJoin()
    await until(() => device.joined(), 'the join')
    await device.uplink(10, '0001')
    await untilAsync(async () => (await bench.api.lastSeen(devEui)) !== undefined, 'the uplink')
    await network.updateKeys(devEui, '1.0.3', { appKey: key('b') })
    await network.flushDevNonces(devEui)
    expect(await network.getDevice(devEui)).toEqual(before)
    const listed = []
    for await (const page of network.listDevices(bench.applicationId)) listed.push(...page.map(({ updatedAt }) => updatedAt))
    expect(listed).toEqual([before?.updatedAt])
    await network.updateDevice(written)
    expect((await network.getDevice(devEui))?.updatedAt).not.toBe(before?.updatedAt)
    await radio.goOffline()
  })

  test('provisioning: a device is read as it was written, and listed with the same time', async () => {
    const [bench, network] = [here(), open(here())]
    const device = aDevice(bench)
    expect(await network.createDevice(device)).toBe('created')
    const read = await network.getDevice(device.devEui)
    expect(read).toEqual({ ...device, updatedAt: exact })
    const { joinEui: _joinEui, variables: _variables, disabled: _disabled, skipFcntCheck: _skip, ...listed } = read ?? device
    const list = async () => {
      const all = []
      for await (const page of network.listDevices(bench.applicationId)) all.push(...page)
      return all
    }
    expect(await list()).toEqual([{ ...listed, createdAt: read?.updatedAt }])
    await network.updateDevice(device)
    expect(await list()).toMatchObject([{ createdAt: read?.updatedAt, updatedAt: expect.not.stringMatching(`^${read?.updatedAt}$`) }])
  })

  test('provisioning: what is there already is told, whatever it is like', async () => {
    const [bench, network] = [here(), open(here())]
    const [device, gateway] = [aDevice(bench), aGateway(bench)]
    await network.createDevice(device)
    expect(await network.createDevice({ ...device, name: 'another' })).toBe('already')
    expect(await network.createGateway(gateway)).toBe('created')
    expect(await network.createGateway({ ...gateway, name: 'another' })).toBe('already')
    expect(await network.createKeys(device.devEui, '1.0.3', { appKey: key('1') })).toBe('created')
    expect(await network.createKeys(device.devEui, '1.0.3', { appKey: key('2') })).toBe('already')
    expect((await network.getDevice(device.devEui))?.name).toBe('meter 1')
    expect(hex(await network.getKeys(device.devEui, '1.0.3'))).toEqual({ appKey: '1'.repeat(32) })
  })

  test('provisioning: an update writes the whole device and its time; keys do not', async () => {
    const [bench, network] = [here(), open(here())]
    const device = aDevice(bench)
    await network.createDevice(device)
    const first = await network.getDevice(device.devEui)
    await network.createKeys(device.devEui, '1.0.3', { appKey: key('1') })
    await network.updateKeys(device.devEui, '1.0.3', { appKey: key('2'), genAppKey: key('3') })
    await network.flushDevNonces(device.devEui)
    expect(await network.getDevice(device.devEui)).toEqual(first)
    const changed = { ...device, name: 'meter 2', disabled: true, skipFcntCheck: false, variables: {}, tags: { a: 'b' } }
    await network.updateDevice(changed)
    const second = await network.getDevice(device.devEui)
    expect(second).toEqual({ ...changed, updatedAt: exact })
    expect(second?.updatedAt.localeCompare(first?.updatedAt ?? '')).toBe(1)
  })

  test('provisioning: keys are found again where a device of their version has them', async () => {
    const [bench, network] = [here(), open(here())]
    const cases: [string, RootKeys][] = [
      ['1.0.3', { appKey: key('a') }],
      ['1.0.4', { appKey: key('a'), genAppKey: key('b') }],
      ['1.1.0', { nwkKey: key('c'), appKey: key('d') }],
    ]
    for (const [version, keys] of cases) {
      const device = aDevice(bench)
      expect(await network.getKeys(device.devEui, version)).toBeUndefined()
      await network.createDevice(device)
      expect(await network.getKeys(device.devEui, version)).toBeUndefined()
      await network.createKeys(device.devEui, version, keys)
      expect(hex(await network.getKeys(device.devEui, version))).toEqual(hex(keys))
    }
    await expect(network.createKeys(bench.eui(), '1.0.3', { nwkKey: key('1') })).rejects.toMatchObject({ code: 'key.missing' })
    await expect(network.updateKeys(bench.eui(), '1.0.3', { appKey: key('1') })).rejects.toEqual(refused('missing'))
  })

  test('provisioning: what is gone is undefined, and deleted without a word', async () => {
    const [bench, network] = [here(), open(here())]
    const [device, gateway] = [aDevice(bench), aGateway(bench)]
    await network.createDevice(device)
    await network.createGateway(gateway)
    for (let twice = 0; twice < 2; twice++) {
      await network.deleteDevice(device.devEui)
      await network.deleteGateway(gateway.gatewayId)
    }
    expect(await network.getDevice(device.devEui)).toBeUndefined()
    expect(await network.getGateway(gateway.gatewayId)).toBeUndefined()
    expect(await network.getActivation(device.devEui)).toBeUndefined()
    await expect(network.updateDevice(device)).rejects.toEqual(refused('missing'))
    await expect(network.updateGateway(gateway)).rejects.toEqual(refused('missing'))
  })

  test('provisioning: what ChirpStack would take and mangle is not sent', async () => {
    const [bench, network] = [here(), open(here())]
    for (const devEui of ['', '1234', 'zzzzzzzzzzzzzzzz']) {
      await expect(network.createDevice(aDevice(bench, { devEui }))).rejects.toEqual(refused('invalid'))
      await expect(network.createDevice(aDevice(bench, { joinEui: devEui }))).rejects.toEqual(refused('invalid'))
      await expect(network.getDevice(devEui)).rejects.toEqual(refused('invalid'))
      await expect(network.deleteDevice(devEui)).rejects.toEqual(refused('invalid'))
      await expect(network.createKeys(devEui, '1.0.3', { appKey: key('1') })).rejects.toEqual(refused('invalid'))
      await expect(network.createGateway(aGateway(bench, { gatewayId: devEui }))).rejects.toEqual(refused('invalid'))
    }
    const name = 'é'.repeat(101)
    await expect(network.createDevice(aDevice(bench, { name }))).rejects.toEqual(refused('invalid'))
    await expect(network.createGateway(aGateway(bench, { name }))).rejects.toEqual(refused('invalid'))
    await expect(network.createProfile({ ...aProfile(bench), name })).rejects.toEqual(refused('invalid'))
    await expect(network.createTenant(name)).rejects.toEqual(refused('invalid'))
    await expect(network.createApplication(bench.tenantId, name)).rejects.toEqual(refused('invalid'))
    await expect(network.createProfile(aProfile(bench, { macVersion: '2.0.0' }))).rejects.toEqual(refused('invalid'))
    await expect(network.listProfiles('')).rejects.toEqual(refused('invalid'))
    await expect(network.listGateways('')).rejects.toEqual(refused('invalid'))
    // the longest that both databases take
    expect(await network.createDevice(aDevice(bench, { name: 'é'.repeat(100) }))).toBe('created')
  })

  test('provisioning: what refers to nothing is refused', async () => {
    const [bench, network] = [here(), open(here())]
    await expect(network.createDevice(aDevice(bench, { applicationId: missingId }))).rejects.toEqual(refused('missing'))
    await expect(network.createDevice(aDevice(bench, { profileId: missingId }))).rejects.toEqual(refused('missing'))
    await expect(network.createKeys(missingEui, '1.0.3', { appKey: key('1') })).rejects.toEqual(refused('missing'))
    await expect(network.createApplication(missingId, 'water')).rejects.toEqual(refused('missing'))
    await expect(network.createProfile({ ...aProfile(bench), tenantId: missingId })).rejects.toEqual(refused('missing'))
    await expect(network.createGateway(aGateway(bench, { tenantId: missingId }))).rejects.toEqual(refused('missing'))
    await expect(network.updateProfile(missingId, aProfile(bench))).rejects.toEqual(refused('missing'))
  })

  test('provisioning: a gateway is read as it was written, its altitude too, and listed in full', async () => {
    const [bench, network] = [here(), open(here())]
    const placed = aGateway(bench)
    const unplaced = aGateway(bench, { location: null, description: '', tags: {} })
    await network.createGateway(placed)
    await network.createGateway(unplaced)
    expect(await network.listGateways(bench.tenantId)).toEqual([
      { ...placed, updatedAt: exact },
      { ...unplaced, updatedAt: exact },
    ])
    const changed = { ...placed, name: 'other', location: { latitude: -1.5, longitude: 0, altitude: 4808.72 }, tags: {}, statsInterval: 60 }
    await network.updateGateway(changed)
    expect(await network.getGateway(placed.gatewayId)).toEqual({ ...changed, updatedAt: exact })
    await network.updateGateway({ ...changed, location: null })
    expect((await network.getGateway(placed.gatewayId))?.location).toBeNull()
  })

  test('provisioning: tenants, applications and profiles are made, and listed', async () => {
    const network = open(here())
    const tenant = await network.createTenant('Blois')
    const application = await network.createApplication(tenant.id, 'water')
    const content = { ...aProfile(here()), tenantId: tenant.id }
    const profile = await network.createProfile(content)
    expect(await network.listTenants()).toContainEqual({ id: tenant.id, name: 'Blois' })
    expect(await network.listApplications(tenant.id)).toEqual([{ id: application.id, tenantId: tenant.id, name: 'water' }])
    expect(await network.listProfiles(tenant.id)).toEqual([{ ...content, id: profile.id, updatedAt: exact }])
    const gateway = aGateway(here(), { tenantId: tenant.id })
    expect(await network.createGateway(gateway)).toBe('created')
  })

  for (const lorawan of [
    { class: 'C', regionalParameters: 'B', expectedInterval: 600 },
    { class: 'B', macVersion: '1.0.4', regionalParameters: 'RP002-1.0.3' },
    { macVersion: '1.1.0', regionalParameters: 'RP002-1.0.4' },
    { supportsOtaa: false, macVersion: '1.0.0' },
  ] as const) {
    test(`provisioning: a profile of ${JSON.stringify(lorawan)} is read as it was written`, async () => {
      const [bench, network] = [here(), open(here())]
      const content = aProfile(bench, lorawan)
      const { id } = await network.createProfile(content)
      const all = await network.listProfiles(bench.tenantId)
      expect(all.find((profile) => profile.id === id)).toEqual({ ...content, id, updatedAt: exact })
    })
  }

  test('provisioning: a new profile has the windows of its class, and of no other', async () => {
    const [bench, network] = [here(), open(here())]
    const made = async (lorawan: Partial<ProfileContent['lorawan']>) =>
      (await bench.api.getProfile((await network.createProfile(aProfile(bench, lorawan))).id)).toObject()
    const nothing = { classBTimeout: 0, classBPingSlotDr: 0, classBPingSlotFreq: 0, classCTimeout: 0, abpRx1Delay: 0, abpRx2Freq: 0 }
    const always = { adrAlgorithmId: 'default', payloadCodecRuntime: 0, flushQueueOnActivate: true, deviceStatusReqInterval: 0 }
    expect(await made({})).toMatchObject({ ...always, ...nothing })
    expect(await made({ class: 'C' })).toMatchObject({ ...always, ...nothing, classCTimeout: 5 })
    expect(await made({ class: 'B' })).toMatchObject({
      ...nothing,
      classBTimeout: 10,
      classBPingSlotDr: 3,
      classBPingSlotFreq: 869_525_000,
    })
    expect(await made({ supportsOtaa: false })).toMatchObject({ ...nothing, abpRx1Delay: 1, abpRx2Freq: 869_525_000 })
  })

  test('provisioning: an update of a profile leaves what is not ours', async () => {
    const [bench, network] = [here(), open(here())]
    const others = {
      payloadCodecRuntime: 2,
      payloadCodecScript: 'function decodeUplink() {}',
      adrAlgorithmId: 'lora_lr_fhss',
      classCTimeout: 60,
    } as const
    const id = await bench.api.createProfile({
      tenantId: bench.tenantId,
      name: 'by hand',
      supportsClassC: true,
      description: 'd',
      ...others,
    })
    const content = { ...aProfile(bench, { class: 'C', expectedInterval: 7200 }), name: 'lamp', tags: { model: 'x/lamp' } }
    await network.updateProfile(id, content)
    expect((await network.listProfiles(bench.tenantId)).find((profile) => profile.id === id)).toMatchObject(content)
    expect((await bench.api.getProfile(id)).toObject()).toMatchObject({ ...others, name: 'lamp', description: 'd', uplinkInterval: 7200 })
    await network.updateProfile(id, { ...content, lorawan: { ...content.lorawan, class: 'A', supportsOtaa: false } })
    expect((await bench.api.getProfile(id)).toObject()).toMatchObject({
      supportsClassC: false,
      supportsOtaa: false,
      abpRx2Freq: 869_525_000,
    })
  })

  test('provisioning: a device moves with its keys and its session, to another tenant too', async () => {
    const [bench, network] = [here(), open(here())]
    const device = aDevice(bench)
    await network.createDevice(device)
    await network.createKeys(device.devEui, '1.0.3', { appKey: key('a') })
    const session = { devEui: device.devEui, devAddr: '01020304', ...sessionKeys, fCntUp: 7, nFCntDown: 3 }
    await bench.api.activate(session)
    const there = await network.createTenant('Blois')
    const applicationId = (await network.createApplication(there.id, 'water')).id
    const profileId = (await network.createProfile({ ...aProfile(bench), tenantId: there.id })).id
    await network.updateDevice({ ...device, applicationId, profileId })
    expect(await network.getDevice(device.devEui)).toMatchObject({ ...device, applicationId, profileId })
    expect(hex(await network.getKeys(device.devEui, '1.0.3'))).toEqual({ appKey: 'a'.repeat(32) })
    expect(await bench.api.activation(device.devEui)).toMatchObject(session)
  })

  test('provisioning: a session is carried over unseen', async () => {
    const [bench, network] = [here(), open(here())]
    const device = aDevice(bench)
    await network.createDevice(device)
    expect(await network.getActivation(device.devEui)).toBeUndefined()
    await bench.api.activate({ devEui: device.devEui, devAddr: '01020304', ...sessionKeys, fCntUp: 7, nFCntDown: 3 })
    const activation = await network.getActivation(device.devEui)
    expect(activation?.devAddr).toBe('01020304')
    expect(`${JSON.stringify(activation)} ${String(activation?.secret)}`).not.toMatch(/1{8}|2{8}|3{8}|4{8}/)
    await network.deleteDevice(device.devEui)
    await network.createDevice(device)
    expect(await network.getActivation(device.devEui)).toBeUndefined()
    if (activation !== undefined) await network.activate(device.devEui, activation)
    expect(await bench.api.activation(device.devEui)).toMatchObject({ devAddr: '01020304', ...sessionKeys, fCntUp: 7, nFCntDown: 3 })
  })

  test('provisioning: without an authority of its own there is no certificate', async () => {
    const [bench, network] = [here(), open(here())]
    const gateway = aGateway(bench)
    await network.createGateway(gateway)
    await expect(network.gatewayCertificate(gateway.gatewayId)).rejects.toEqual(refused('no-authority'))
  })
}

const sessionKeys = { appSKey: '1'.repeat(32), nwkSEncKey: '2'.repeat(32), sNwkSIntKey: '3'.repeat(32), fNwkSIntKey: '4'.repeat(32) }

async function untilAsync(condition: () => Promise<boolean>, what: string): Promise<void> {
  let held = false
  const look = async () => {
    while (!held) held = await condition()
  }
  await Promise.race([look(), until(() => held, what)])
}
