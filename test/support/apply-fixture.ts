import { randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import pino, { type Logger } from 'pino'
import { serverScope } from '../../src/access/scope.ts'
import { readDeviceProfile } from '../../src/codecs/read-device-profile.ts'
import { shippedProfiles } from '../../src/codecs/shipped.ts'
import { SecretKey } from '../../src/lorawan/keys.ts'
import type { RootKeys } from '../../src/lorawan/root-keys.ts'
import { JobRunner, type NewJob } from '../../src/provisioning/apply/job-runner.ts'
import { Pace } from '../../src/provisioning/apply/pace.ts'
import type { JobTools } from '../../src/provisioning/apply/step-tools.ts'
import { Fingerprints } from '../../src/provisioning/keys/fingerprint.ts'
import { KeyVault } from '../../src/provisioning/keys/vault.ts'
import type { NetworkProvisioning } from '../../src/provisioning/network.ts'
import type { Step } from '../../src/provisioning/plan/plan.ts'
import type { Job, ProvisioningStore } from '../../src/provisioning/ports.ts'
import type { WantedDevice } from '../../src/provisioning/territory/territory.ts'
import { MemoryNetwork } from '../fakes/memory-network.ts'
import { MemoryProvisioningStore, sealedName } from '../fakes/memory-provisioning-store.ts'

export const model = 'axioma/qalcosonic-w1'
export const folder = '0191d8a0-0000-7000-8000-000000000001'
export const planId = '0191d8a0-0000-7000-8000-0000000000aa'

export const devEuiOf = (index: number) => (0x0018_b200_0000_0000n + BigInt(index)).toString(16).padStart(16, '0')

export function wantedDevice(index: number, change: Partial<WantedDevice> = {}): WantedDevice {
  return {
    source: { file: 'tours/water/meters.csv', line: index + 2 },
    tenant: 'tours',
    service: 'water',
    devEui: devEuiOf(index),
    joinEui: '70b3d57ed0000001',
    model,
    serial: `S${index}`,
    name: `meter ${index}`,
    tags: {},
    ...change,
  }
}

/** Store, network, keys and secrets of one server, and runners on them that can be dropped as a crash drops them. */
export class ApplyFixture {
  readonly network = new MemoryNetwork()
  readonly store = new MemoryProvisioningStore()
  readonly vault = new KeyVault(randomBytes(32))
  readonly fingerprints = new Fingerprints(randomBytes(32))
  readonly keys = new Map<string, RootKeys>()
  readonly installed: { devEui: string; asset: string; account: string }[] = []
  readonly logged: string[] = []
  readonly logger: Logger = pino({ level: 'trace' }, { write: (line: string) => this.logged.push(line) })
  install: JobTools['inventory']['install'] = async (scope, devEui, { asset }) => {
    this.installed.push({ devEui, asset, account: scope.account })
    return {
      devEui,
      name: '',
      model: null,
      serial: null,
      firmware: null,
      status: 'installed',
      tenant: 'tours',
      service: null,
      installations: [],
      lastSeen: null,
      joinedAt: null,
      lastLog: null,
    }
  }

  /** Keys that were delivered for a device, sealed; gives their fingerprint. */
  seal(devEui: string, keys: RootKeys = { appKey: new SecretKey(randomBytes(16)) }): string {
    const fingerprint = this.fingerprints.ofKeys(devEui, keys)
    this.keys.set(devEui, keys)
    const entry = { devEui, fingerprint, sealed: this.vault.seal(devEui, keys) }
    this.store.sealed.set(sealedName(entry), entry)
    return fingerprint
  }

  holders(): Step[] {
    return [
      {
        key: 'tours',
        source: null,
        kind: 'tenant',
        action: 'create-tenant',
        wanted: { slug: 'tours', name: 'Tours', timeZone: 'Europe/Paris' },
      },
      {
        key: 'tours/water',
        source: null,
        kind: 'application',
        action: 'create-application',
        wanted: { tenant: 'tours', slug: 'water', name: 'water' },
      },
      { key: `tours/${model}`, source: null, kind: 'profile', action: 'create-profile', tenant: 'tours', model, name: model },
    ]
  }

  device(index: number, change: Partial<WantedDevice> = {}): Extract<Step, { action: 'create-device' }> {
    const wanted = wantedDevice(index, change)
    return { key: wanted.devEui, source: wanted.source, kind: 'device', action: 'create-device', wanted, keys: this.seal(wanted.devEui) }
  }

  runner({ network = this.network, store = this.store }: { network?: NetworkProvisioning; store?: ProvisioningStore } = {}): JobRunner {
    let time = 0
    const clock = {
      now: () => time,
      sleep: async (milliseconds: number, signal: AbortSignal) => {
        await turn()
        signal.throwIfAborted()
        time += milliseconds
      },
    }
    return new JobRunner({
      network,
      store,
      inventoryStore: this.store.inventory,
      inventory: { install: (...of) => this.install(...of) },
      models: { profile: (name) => readDeviceProfile(shippedProfiles, name), installed: () => undefined },
      vault: this.vault,
      fingerprints: this.fingerprints,
      pace: new Pace({ clock }),
      logger: this.logger,
      newId: () => crypto.randomUUID(),
      now: () => new Date('2026-11-22T06:00:00Z'),
    })
  }

  /** As the service does it: the plan is saved, and its job is of it. */
  async plan(steps: readonly Step[]): Promise<{ job: NewJob; steps: { plan: string } }> {
    const plan = { owner: folder, basis: 'b', steps: [...steps], rows: [], guards: [] }
    await this.store.savePlan({ id: planId, createdAt: '2026-11-22T06:00:00.000Z', account: 'anna', tenants: ['tours'], plan })
    return { job: newJob(), steps: { plan: planId } }
  }

  /** Runs these steps to their end, and stops the runner. */
  async apply(steps: readonly Step[], change: Partial<NewJob> = {}): Promise<Job> {
    const runner = this.runner()
    await runner.start()
    const planned = await this.plan(steps)
    const { id } = await runner.submit({ ...planned.job, ...change }, planned.steps)
    const job = await this.ended(id)
    await runner.stop()
    return job
  }

  async ended(id: string, states: readonly Job['state'][] = ['done', 'failed', 'stopped']): Promise<Job> {
    for (;;) {
      const job = await this.store.job(serverScope, id)
      if (job !== undefined && states.includes(job.state)) return job
      await turn()
    }
  }
}

export function newJob(change: Partial<NewJob> = {}): NewJob {
  const scope = { ...serverScope, account: 'anna' }
  return { action: 'apply', tenant: 'tours', subject: planId, account: 'anna', scope, allOrNothing: false, ...change }
}
