import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import { Caller } from '../../../src/adapters/chirpstack/caller.ts'
import { ChirpstackProvisioning } from '../../../src/adapters/chirpstack/provisioning/chirpstack-provisioning.ts'
import { type Connection, connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import { Database } from '../../../src/adapters/sql/database.ts'
import { newId } from '../../../src/adapters/sql/new-id.ts'
import { SqlProvisioningStore } from '../../../src/adapters/sql/provisioning/sql-provisioning-store.ts'
import { SqlAuditTrail } from '../../../src/adapters/sql/sql-audit.ts'
import { SqlInventory } from '../../../src/adapters/sql/sql-inventory.ts'
import { readDeviceProfile } from '../../../src/codecs/read-device-profile.ts'
import { shippedProfiles } from '../../../src/codecs/shipped.ts'
import { Inventory } from '../../../src/inventory/inventory.ts'
import { JobRunner } from '../../../src/provisioning/apply/job-runner.ts'
import { Pace } from '../../../src/provisioning/apply/pace.ts'
import type { Step } from '../../../src/provisioning/plan/plan.ts'
import type { Job } from '../../../src/provisioning/ports.ts'
import { ApplyFixture, devEuiOf, folder, newJob, planId } from '../../support/apply-fixture.ts'
import { networkKinds, type RestlessNetwork, startRestlessNetwork } from '../../support/restless-network.ts'
import { appKeysOf, devicesOf } from '../../support/written-devices.ts'

const devices = 300

describe.each(networkKinds)('an apply on the %s ChirpStack', (kind) => {
  let network: RestlessNetwork
  let dataDir: string
  let database: Database
  let connection: Connection

  beforeAll(async () => {
    network = await startRestlessNetwork(kind)
    dataDir = await mkdtemp(join(tmpdir(), 'ondine-apply-'))
    database = new Database({ kind: 'sqlite', file: join(dataDir, 'ondine.sqlite') }, pino({ level: 'silent' }))
    await database.start()
    connection = connect({ url: network.url, token: network.token })
  }, 120_000)

  afterAll(async () => {
    connection?.close()
    await database?.stop()
    await network?.stop()
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true })
  }, 60_000)

  test('is carried out through an absence of ChirpStack and a restart of ours, and is done once', async () => {
    const made = new ApplyFixture()
    const steps: Step[] = [...made.holders(), ...Array.from({ length: devices }, (_, index) => made.device(index)), install(7)]
    const store = new SqlProvisioningStore(database, { changed: async () => {} })
    const inventoryStore = new SqlInventory(database)
    await store.putSealedKeys([...made.store.sealed.values()], '2026-11-22T06:00:00.000Z')
    const runner = () =>
      new JobRunner({
        ...{ store, inventoryStore, newId, vault: made.vault, fingerprints: made.fingerprints, logger: made.logger },
        network: new ChirpstackProvisioning(new Caller(connection, 10_000)),
        inventory: new Inventory({ store: inventoryStore, newId }),
        models: { profile: (name) => readDeviceProfile(shippedProfiles, name), installed: () => undefined },
        pace: new Pace(),
        now: () => new Date(),
      })
    const plan = { owner: folder, basis: 'b', steps, rows: [], guards: [] }
    await store.savePlan({ id: planId, createdAt: '2026-11-22T06:00:00.000Z', account: 'anna', tenants: ['tours'], plan })

    const first = runner()
    await first.start()
    const { id } = await first.submit(newJob(), { plan: planId })
    await until(store, id, ({ done }) => done >= 60)
    await network.goAway()
    while (first.progress(id)?.waitsFor == null) await sleep(20)
    await network.comeBack()
    await until(store, id, ({ done }) => done >= 120)
    await first.stop()
    const between = await store.job(serverScope, id)
    expect(between?.state).toBe('running')

    const second = runner()
    await second.start()
    const ended = await until(store, id, ({ state }) => state === 'done' || state === 'failed')
    await second.stop()

    const problems = (await store.journal(id, { states: ['failed'], limit: 10 })).map(({ problem }) => problem)
    expect(problems).toEqual([])
    expect(ended).toMatchObject({ state: 'done', done: steps.length, failed: 0 })
    const there = await devicesOf(network.api)
    expect(there.map(({ devEui }) => devEui).sort()).toEqual([...made.keys.keys()].sort())
    expect(new Set(there.map(({ tenant, application }) => `${tenant}/${application}`))).toEqual(new Set(['Tours/water']))
    const keys = await appKeysOf(network.api, there)
    for (const [devEui, { appKey }] of made.keys) expect(keys.get(devEui)).toBe(appKey?.revealHex())

    const remembered = await store.recall(there.map(({ devEui }) => ({ kind: 'device', key: devEui })))
    expect(remembered).toHaveLength(devices)
    // By these the next plan needs no detail.
    expect(remembered.every(({ updatedAt, keys: fingerprint }) => updatedAt !== null && fingerprint !== null)).toBe(true)
    expect(await store.sealedKeys([...made.store.sealed.values()])).toEqual([])
    const stock = await inventoryStore.devices(serverScope, { status: 'in stock' }, { limit: 1_000 })
    expect(stock.items).toHaveLength(devices - 1)
    const audit = await new SqlAuditTrail(database).list(serverScope, { object: devEuiOf(7), limit: 10 })
    expect(audit.map(({ action }) => action).sort()).toEqual(['device.create', 'device.install', 'device.keys'])
    expect(new Set(audit.map(({ account }) => account))).toEqual(new Set(['anna']))

    const hex = [...made.keys.values()].map(({ appKey }) => appKey?.revealHex() ?? '')
    const told = JSON.stringify([made.logged, audit, await store.journal(id, { limit: 1_000 })])
    expect(hex.filter((key) => told.includes(key))).toEqual([])
  }, 240_000)
})

function install(index: number): Step {
  const devEui = devEuiOf(index)
  const wanted = {
    ...{ source: { file: 'tours/water/places.csv', line: 2 }, tenant: 'tours', service: 'water', devEui, serial: null, asset: 'PDL-1' },
    ...{ assetName: null, channel: 'main', from: '2026-11-22T06:00:00.000Z', startIndex: 3, parameters: {}, equipment: null },
    ...{ site: 'Quay', commune: '37261', latitude: null, longitude: null },
  }
  return { kind: 'installation', key: `tours/${devEui}/main`, source: null, action: 'install', wanted, changes: [] }
}

async function until(store: SqlProvisioningStore, id: string, reached: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await store.job(serverScope, id)
    if (job !== undefined && reached(job)) return job
    await sleep(10)
  }
}
