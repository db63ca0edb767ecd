import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SecretKey } from '../../../src/lorawan/keys.ts'
import { rememberDevice } from '../../../src/provisioning/apply/remember.ts'
import { noJoinEui } from '../../../src/provisioning/plan/content.ts'
import type { Step } from '../../../src/provisioning/plan/plan.ts'
import { ApplyFixture, devEuiOf, folder, model, wantedDevice } from '../../support/apply-fixture.ts'

const devEui = devEuiOf(0)
const otherFolder = '0191d8a0-0000-7000-8000-000000000002'

/** The last step of a job that first makes what the device needs. */
async function applied(fixture: ApplyFixture, ...steps: Step[]) {
  const job = await fixture.apply([...fixture.holders(), ...steps])
  return { job, line: fixture.store.lines.get(job.id)?.at(-1) }
}

/** A device that somebody made in ChirpStack, in the application of this name. */
function madeByHand({ network }: ApplyFixture, application: string) {
  const [tenant] = network.tenants.values()
  const applicationId = [...network.applications.values()].find(({ name }) => name === application)?.id ?? crypto.randomUUID()
  network.applications.set(applicationId, { id: applicationId, tenantId: tenant?.id ?? '', name: application })
  const [profile] = network.profiles.values()
  const flags = { disabled: false, skipFcntCheck: true, variables: { site: 'quay' } }
  const content = {
    devEui,
    applicationId,
    profileId: profile?.id ?? '',
    name: 'by hand',
    description: 'kept',
    tags: { note: 'x' },
    joinEui: noJoinEui,
  }
  network.devices.set(devEui, { ...content, ...flags, updatedAt: '2026-11-22T05:00:00.000Z' })
}

describe('a device that is there already', () => {
  test('of the same application: completed, nobody’s, and what its row does not speak of stays', async () => {
    const fixture = new ApplyFixture()
    await applied(fixture)
    madeByHand(fixture, 'water')
    const { line } = await applied(fixture, fixture.device(0))
    expect(line).toMatchObject({ state: 'done', problem: null })
    const there = fixture.network.devices.get(devEui)
    expect(there).toMatchObject({ name: 'meter 0', description: 'kept', skipFcntCheck: true, variables: { site: 'quay' } })
    expect(there?.tags).toEqual({ note: 'x', model })
    expect(fixture.network.keys.has(devEui)).toBe(true)
    expect(fixture.store.memory.get(`device ${devEui}`)?.owner).toBeNull()
  })

  test('of another application: left alone, and told', async () => {
    const fixture = new ApplyFixture()
    await applied(fixture)
    madeByHand(fixture, 'waste')
    const { job, line } = await applied(fixture, fixture.device(0))
    expect(job.state).toBe('failed')
    expect(line?.problem?.code).toBe('provisioning.taken')
    expect(fixture.network.devices.get(devEui)?.name).toBe('by hand')
    expect(fixture.network.keys.has(devEui)).toBe(false)
    // The keys still wait: the next plan needs them.
    expect(fixture.store.sealed.size).toBe(1)
  })

  test('of another folder: left alone without a call', async () => {
    const fixture = new ApplyFixture()
    const { applicationId, profileId } = { applicationId: 'a', profileId: 'p' }
    const content = {
      ...{ devEui, applicationId, profileId, name: '', description: '', tags: {}, joinEui: noJoinEui },
      disabled: false,
      skipFcntCheck: false,
      variables: {},
    }
    await fixture.store.remember([rememberDevice(content, { tenant: 'tours', owner: otherFolder, keys: null }, fixture.fingerprints)])
    const { line } = await applied(fixture, fixture.device(0))
    expect(line?.problem?.code).toBe('provisioning.taken')
    expect(fixture.network.calls.filter(({ subject }) => subject === devEui)).toEqual([])
  })

  test('in a tenant that the API key does not see', async () => {
    const fixture = new ApplyFixture()
    fixture.network.createDevice = async () => 'already'
    const { line } = await applied(fixture, fixture.device(0))
    expect(line?.problem).toMatchObject({ code: 'provisioning.taken', text: expect.stringContaining('API key') })
  })
})

describe('keys', () => {
  test('other keys that are there are replaced', async () => {
    const fixture = new ApplyFixture()
    await applied(fixture)
    madeByHand(fixture, 'water')
    fixture.network.keys.set(devEui, { appKey: new SecretKey(randomBytes(16)) })
    await applied(fixture, fixture.device(0))
    const [there, wanted] = [fixture.network.keys.get(devEui), fixture.keys.get(devEui)]
    expect(there?.appKey?.revealHex()).toBe(wanted?.appKey?.revealHex())
    expect(fixture.store.sealed.size).toBe(0)
  })

  test('a device whose keys are refused is a failed step that says so, and is remembered as one without', async () => {
    const fixture = new ApplyFixture()
    fixture.network.fault = (method) => (method === 'createKeys' ? 'refused' : undefined)
    const { line } = await applied(fixture, fixture.device(0))
    expect(line).toMatchObject({ state: 'failed', problem: { code: 'provisioning.without-keys' } })
    expect(fixture.store.memory.get(`device ${devEui}`)).toMatchObject({ owner: folder, keys: null })
    expect(fixture.store.sealed.size).toBe(1)
    expect(fixture.store.devices.get(devEui)?.status).toBe('in stock')
    expect(fixture.store.audit.some(({ action }) => action === 'device.keys')).toBe(false)

    fixture.network.fault = () => undefined
    const keys = [...fixture.store.sealed.values()][0]?.fingerprint ?? ''
    const changes = [{ field: 'keys', from: null, to: 'new' }]
    const update: Step = { kind: 'device', key: devEui, source: null, action: 'update-device', wanted: wantedDevice(0), changes, keys }
    const again = await applied(fixture, update)
    expect(again.line?.state).toBe('done')
    expect(fixture.store.memory.get(`device ${devEui}`)).toMatchObject({ owner: folder, keys })
    expect(fixture.network.keys.has(devEui)).toBe(true)
  })

  test('keys that were delivered after the plan wait beside its own, and are left for the next one', async () => {
    const fixture = new ApplyFixture()
    const step = fixture.device(0)
    const own = fixture.keys.get(devEui)
    const newer = fixture.seal(devEui)
    const { line } = await applied(fixture, step)
    expect(line?.state).toBe('done')
    expect(fixture.network.keys.get(devEui)?.appKey?.revealHex()).toBe(own?.appKey?.revealHex())
    expect([...fixture.store.sealed.values()].map(({ fingerprint }) => fingerprint)).toEqual([newer])
  })

  test('keys that wait no more are asked for', async () => {
    const fixture = new ApplyFixture()
    const step = fixture.device(0)
    fixture.store.sealed.clear()
    const { line } = await applied(fixture, step)
    expect(line?.problem).toMatchObject({ code: 'provisioning.without-keys', text: expect.stringContaining('.keys.age') })
    expect(fixture.network.keys.has(devEui)).toBe(false)
  })

  test('an update without new keys leaves those that are there, remembered too', async () => {
    const fixture = new ApplyFixture()
    const step = fixture.device(0)
    await applied(fixture, step)
    const wanted = wantedDevice(0, { name: 'renamed' })
    const changes = [{ field: 'name', from: 'meter 0', to: 'renamed' }]
    await applied(fixture, { kind: 'device', key: devEui, source: null, action: 'update-device', wanted, changes, keys: null })
    expect(fixture.network.devices.get(devEui)?.name).toBe('renamed')
    expect(fixture.store.memory.get(`device ${devEui}`)).toMatchObject({ keys: step.keys, owner: folder })
    expect(fixture.network.calls.filter(({ method }) => method.endsWith('Keys'))).toHaveLength(1)
  })
})

describe('tenants, applications, profiles, gateways', () => {
  test('one that the planner found is taken over, and nobody’s', async () => {
    const fixture = new ApplyFixture()
    const { id } = await fixture.network.createTenant('Ville de Tours')
    const wanted = { slug: 'tours', name: 'Ville de Tours', timeZone: 'Europe/Paris' }
    await fixture.apply([{ key: 'tours', source: null, kind: 'tenant', action: 'create-tenant', wanted, found: id }])
    expect(fixture.network.tenants.size).toBe(1)
    expect(fixture.store.memory.get('tenant tours')).toMatchObject({ networkId: id, owner: null })
    expect([...fixture.store.tenants.values()]).toMatchObject([{ slug: 'tours', chirpstackTenantId: id }])
  })

  test('one that is called otherwise on the network is remembered as it is there, and stays whose it was', async () => {
    const fixture = new ApplyFixture()
    await applied(fixture)
    const [tenant] = fixture.network.tenants.values()
    const [application] = fixture.network.applications.values()
    fixture.network.tenants.set(tenant!.id, { ...tenant!, name: 'Tours Métropole' })
    const wanted = { slug: 'tours', name: 'Tours', timeZone: 'Indian/Reunion' }
    const water = { tenant: 'tours', slug: 'water', name: 'Eau' }
    const of = { source: null, kind: 'application', action: 'create-application' } as const
    await fixture.apply([
      { key: 'tours', source: null, kind: 'tenant', action: 'create-tenant', wanted, found: tenant!.id },
      { ...of, key: 'tours/water', wanted: water, found: application!.id },
    ])
    expect(fixture.store.memory.get('tenant tours')).toMatchObject({ owner: folder, written: { name: 'Tours Métropole' } })
    expect(fixture.store.memory.get('application tours/water')).toMatchObject({ owner: folder, written: { name: 'water' } })
  })

  test('a profile that is to be made and is there already gets no twin', async () => {
    const fixture = new ApplyFixture()
    await applied(fixture)
    await applied(fixture)
    expect(fixture.network.profiles.size).toBe(1)
    expect(fixture.store.memory.get(`profile tours/${model}`)?.owner).toBe(folder)
  })

  test('a gateway: made, moved, deleted', async () => {
    const fixture = new ApplyFixture()
    const gatewayId = '7076ff0056081234'
    const place = { latitude: 47.39, longitude: 0.68, altitude: 60 }
    const antenna = { height: 20, azimuth: null, gain: 5, cableLoss: 1 }
    const wanted = { tenant: 'tours', gatewayId, name: 'Mairie', description: '', location: place, antenna, statsInterval: 30, tags: {} }
    const base = { kind: 'gateway', key: gatewayId, source: null } as const
    await applied(fixture, { ...base, action: 'create-gateway', wanted })
    expect(fixture.network.gateways.get(gatewayId)?.tags).toMatchObject({ 'antenna-height': '20' })
    expect(fixture.store.memory.get(`gateway ${gatewayId}`)).toMatchObject({ owner: folder, updatedAt: expect.any(String) })
    const changes = [{ field: 'name', from: 'Mairie', to: 'Gare' }]
    await applied(fixture, { ...base, action: 'update-gateway', wanted: { ...wanted, name: 'Gare' }, changes })
    expect(fixture.store.gateways.get(gatewayId)).toMatchObject({ name: 'Gare', latitude: 47.39 })
    await applied(fixture, { ...base, action: 'delete-gateway', gatewayId })
    expect(fixture.network.gateways.size).toBe(0)
    expect(fixture.store.memory.has(`gateway ${gatewayId}`)).toBe(false)
  })
})

test('a deleted device is forgotten and retired, its history stays', async () => {
  const fixture = new ApplyFixture()
  await applied(fixture, fixture.device(0))
  const { line } = await applied(fixture, { kind: 'device', key: devEui, source: null, action: 'delete-device', devEui })
  expect(line?.state).toBe('done')
  expect(fixture.network.devices.size).toBe(0)
  expect(fixture.store.memory.has(`device ${devEui}`)).toBe(false)
  expect(fixture.store.devices.get(devEui)?.status).toBe('retired')
})

describe('what happened between the plan and its step', () => {
  const deletion: Step = { kind: 'device', key: devEui, source: null, action: 'delete-device', devEui }
  const changes = [{ field: 'name', from: 'meter 0', to: 'renamed' }]
  const update: Step = {
    ...{ kind: 'device', key: devEui, source: null, action: 'update-device', changes, keys: null },
    wanted: wantedDevice(0, { name: 'renamed' }),
  }

  test('a device that was moved stays where it is', async () => {
    const fixture = new ApplyFixture()
    await applied(fixture, fixture.device(0))
    madeByHand(fixture, 'waste')
    const { line } = await applied(fixture, update)
    expect(line?.problem?.code).toBe('provisioning.taken')
    expect(fixture.network.devices.get(devEui)?.name).toBe('by hand')
  })

  test('a device that was installed, disabled or moved to another tenant is not deleted', async () => {
    const fixture = new ApplyFixture()
    await applied(fixture, fixture.device(0))
    const row = fixture.store.devices.get(devEui)!
    const remembered = fixture.store.memory.get(`device ${devEui}`)!
    const open = { id: 'a', devEui, channel: 'main', assetId: 'b', equipmentId: null, from: '2026-11-22T05:00:00.000Z', to: null }
    fixture.store.assignments.push({ ...open, parameters: {}, startIndex: null, endIndex: null })
    expect((await applied(fixture, deletion)).line?.problem?.code).toBe('life.changed-meanwhile')
    fixture.store.assignments.pop()
    fixture.store.devices.set(devEui, { ...row, status: 'disabled' })
    expect((await applied(fixture, deletion)).line?.problem?.code).toBe('life.changed-meanwhile')
    fixture.store.devices.set(devEui, row)
    fixture.store.memory.set(`device ${devEui}`, { ...remembered, owner: null })
    expect((await applied(fixture, deletion)).line?.problem?.code).toBe('provisioning.taken')
    expect(fixture.network.devices.has(devEui)).toBe(true)
    fixture.store.memory.set(`device ${devEui}`, remembered)
    expect((await applied(fixture, deletion)).line?.state).toBe('done')
  })
})

test('an installation is bound by the inventory, with the rights of who applied', async () => {
  const fixture = new ApplyFixture()
  const wanted = {
    ...{ source: { file: 'tours/water/places.csv', line: 2 }, tenant: 'tours', service: 'water', devEui, serial: null, asset: 'PDL-1' },
    ...{ assetName: null, channel: 'main', from: '2026-11-22T06:00:00.000Z', startIndex: 3, parameters: {}, equipment: null },
    ...{ site: 'Quay', commune: '37261', latitude: null, longitude: null },
  }
  const step: Step = { kind: 'installation', key: `tours/${devEui}/main`, source: null, action: 'install', wanted, changes: [] }
  fixture.network.fault = (method) => (method === 'createDevice' ? 'refused' : undefined)
  const { line } = await applied(fixture, fixture.device(0), step)
  // A device that could not be made is not installed either.
  expect(line?.problem?.code).toBe('provisioning.needs')
  expect(fixture.installed).toEqual([])
  fixture.network.fault = () => undefined
  await applied(fixture, fixture.device(0), step)
  expect(fixture.installed).toEqual([{ devEui, asset: 'PDL-1', account: 'anna' }])
})
