import { setTimeout as sleep } from 'node:timers/promises'
import { type Scope, seesTenant } from '../access/scope.ts'
import { OndineError } from '../errors/ondine-error.ts'
import { type AdoptDependencies, type AdoptProgress, adoptNetwork } from './adopt-network.ts'
import type { JobRunner } from './apply/job-runner.ts'
import { changesOf } from './changes-of.ts'
import { type Drift, driftNeedsDetail, findDrift } from './drift/find-drift.ts'
import { adoptDrift, restoreDrift } from './drift/resolve-drift.ts'
import { inParallel } from './in-parallel.ts'
import { canonicalJson } from './keys/canonical-json.ts'
import { inFull, type Lists, observe } from './observe.ts'
import type { OneAtATime } from './one-at-a-time.ts'
import type { Remembered } from './plan/plan.ts'
import { rowAdvice } from './plan/row-advice.ts'
import { memoryKey, type World } from './plan/world.ts'
import type { ProvisioningStore } from './ports.ts'
import { rememberRead } from './remember-read.ts'
import { need, needServer } from './rights.ts'
import { jobView } from './told.ts'
import type { Adoption, Changes, DriftView, KeysTime, ObjectRef, Resolution } from './views.ts'

export interface UpkeepDependencies extends AdoptDependencies {
  store: ProvisioningStore
  /** slugs of all tenants that the scope sees */
  tenants: (scope: Scope) => Promise<readonly string[]>
  runner: Pick<JobRunner, 'submit' | 'progress'>
  /** of all that looks at the whole world */
  observing: OneAtATime
  /** how long an adoption is waited for before it is told that it goes on; left out: twenty seconds */
  longestAnswerMs?: number
}

/** Devices whose keys are read at the same time. */
const atOnce = 16
/** Devices by which the time of all is measured. */
const fewDevices = 100
const anyVersion = '1.0.3'

/** An answer takes no longer: proxies and clients give up on those that do. */
const longestAnswerMs = 20_000
/** How long it is told how an adoption ended. */
const toldForMs = 10 * 60_000

interface Adopting {
  readonly progress: AdoptProgress
  ended: Promise<Omit<Adoption, 'underWay'>>
}

/** The network as it is beside what was written of it: found, kept, put back, and written back into the folder. */
export class Upkeep {
  readonly #given: UpkeepDependencies
  /** by what was asked, and by whom */
  readonly #adopting = new Map<string, Adopting>()

  constructor(dependencies: UpkeepDependencies) {
    this.#given = dependencies
  }

  /** Takes the whole network server over. Rejects with `codec.unknown-model`, `access.forbidden` and `access.one-tenant-only`. */
  async adopt(scope: Scope, { mapping, dryRun }: { mapping: Readonly<Record<string, string>>; dryRun: boolean }): Promise<Adoption> {
    needServer(scope)
    const models = new Set(this.#given.knownModels().map(({ slug }) => slug))
    for (const model of Object.values(mapping)) if (!models.has(model)) throw new OndineError('codec.unknown-model', { model })
    const name = canonicalJson({ account: scope.account, mapping, dryRun })
    const adopting = this.#adopting.get(name) ?? this.#beginAdoption(name, scope, { mapping, dryRun })
    const ended = await Promise.race([adopting.ended, sleep(this.#given.longestAnswerMs ?? longestAnswerMs, null, { ref: false })])
    if (ended === null) return { dryRun, underWay: adopting.progress, counts: [], recognised: [], unrecognised: [] }
    if (this.#adopting.get(name) === adopting) this.#adopting.delete(name)
    return { ...ended, underWay: null }
  }

  /** Goes on whether its asker waits or not; how it ended is told to whoever asks again within some minutes. */
  #beginAdoption(
    name: string,
    scope: Scope,
    { mapping, dryRun }: { mapping: Readonly<Record<string, string>>; dryRun: boolean },
  ): Adopting {
    let progress: AdoptProgress = { read: 0, of: 0 }
    const tell = (now: AdoptProgress) => {
      progress = now
    }
    const ended = this.#given.observing.run(async () => {
      const tenants = await this.#given.tenants(scope)
      return adoptNetwork(scope, this.#given, { mapping: new Map(Object.entries(mapping)), dryRun, tenants, tell })
    })
    const adopting: Adopting = {
      ended,
      get progress() {
        return progress
      },
    }
    this.#adopting.set(name, adopting)
    const forget = () => this.#adopting.get(name) === adopting && this.#adopting.delete(name)
    ended.then(() => setTimeout(forget, toldForMs).unref(), forget)
    return adopting
  }

  /** What is not as it was written; `keys`: of the root keys too, which takes one call per device. Rejects with `inventory.tenant-not-found`. */
  async drift(
    scope: Scope,
    { tenant, keys = false }: { tenant?: string | undefined; keys?: boolean | undefined },
  ): Promise<{ items: DriftView[]; looked: number }> {
    need(scope)
    const { drifts, looked } = await this.#given.observing.run(() => this.#find(scope, { tenant, keys }))
    return { items: drifts.map(driftView), looked }
  }

  /** How long `drift` with keys takes, by what the first hundred devices take. Rejects with `inventory.tenant-not-found`. */
  async keysTime(scope: Scope, { tenant }: { tenant?: string | undefined }): Promise<KeysTime> {
    need(scope)
    const { network, store, now } = this.#given
    const few: string[] = []
    let devices = 0
    for await (const page of store.remembered(await this.#tenants(scope, tenant))) {
      for (const { kind, key, keys } of page) {
        if (kind !== 'device' || keys === null) continue
        devices += 1
        if (few.length < fewDevices) few.push(key)
      }
    }
    const begun = now().getTime()
    // Of which version they are says where they stand, not how long they take.
    await inParallel(few, atOnce, async (devEui) => void (await network.getKeys(devEui, anyVersion)))
    const took = (now().getTime() - begun) / 1_000
    return { devices, measured: few.length, seconds: few.length === 0 ? 0 : (took * devices) / few.length }
  }

  /** What did not drift, or cannot be brought back, is told. Rejects with `provisioning.no-drift` where none of them did. */
  async resolveDrift(
    scope: Scope,
    { objects, action }: { objects: readonly ObjectRef[]; action: 'adopt' | 'restore' },
  ): Promise<Resolution> {
    need(scope)
    const named = new Set(objects.map(({ kind, key }) => memoryKey(kind, key)))
    const keys = objects.flatMap(({ kind, key }) => (kind === 'device' ? [key] : []))
    const { drifts } = await this.#given.observing.run(() => this.#find(scope, { keys }))
    const meant = drifts.filter(({ remembered }) => named.has(memoryKey(remembered.kind, remembered.key)))
    if (meant.length === 0)
      throw new OndineError('provisioning.no-drift', {
        objects: objects
          .map(({ key }) => key)
          .slice(0, 5)
          .join(', '),
      })
    return action === 'adopt' ? this.#adopt(meant) : this.#restore(scope, meant)
  }

  /** The folder's things as they are now. */
  async changes(scope: Scope, { owner, tenant }: { owner: string; tenant?: string | undefined }): Promise<Changes> {
    need(scope)
    const { store, holdings, now } = this.#given
    const tenants = new Set<string>()
    const remembered: Remembered[] = []
    for await (const page of store.remembered(await this.#tenants(scope, tenant))) {
      for (const entry of page) {
        if (entry.owner === owner || tenant !== undefined) tenants.add(entry.tenant)
        if (entry.kind === 'device') remembered.push(entry)
      }
    }
    return { at: now().toISOString(), ...changesOf(await holdings([...tenants]), remembered, owner) }
  }

  async #find(
    scope: Scope,
    { tenant, keys }: { tenant?: string | undefined; keys: boolean | readonly string[] },
  ): Promise<{ drifts: readonly Drift[]; looked: number }> {
    const { network, store, holdings } = this.#given
    const names = new Map((await this.#tenants(scope, tenant)).map((slug) => [slug, null]))
    const lists = await observe(scope, { network, memory: store, holdings }, names)
    const world = seenBy(scope, await inFull(network, lists, driftNeedsDetail(lists)))
    await rememberRead(world, this.#given)
    const asked = keys === false ? [] : keys === true ? [...lists.devices.keys()] : keys
    return { drifts: findDrift(world, await this.#keysOf(lists, asked)), looked: lists.memory.size }
  }

  /** By devEui, fingerprints of the keys that are on the network now; null: none. */
  async #keysOf({ devices, profiles, memory }: Lists, devEuis: readonly string[]): Promise<Map<string, string | null>> {
    const { network, fingerprints } = this.#given
    const versions = new Map(profiles.map(({ id, lorawan }) => [id, lorawan.macVersion]))
    const found = new Map<string, string | null>()
    await inParallel(devEuis, atOnce, async (devEui) => {
      const version = versions.get(devices.get(devEui)?.profileId ?? '')
      if (version === undefined || (memory.get(memoryKey('device', devEui))?.keys ?? null) === null) return
      const keys = await network.getKeys(devEui, version)
      found.set(devEui, keys === undefined ? null : fingerprints.ofKeys(devEui, keys))
    })
    return found
  }

  async #adopt(drifts: readonly Drift[]): Promise<Resolution> {
    const { store, fingerprints } = this.#given
    const amendments = adoptDrift(drifts, (kind, written) => fingerprints.ofObject(kind, written))
    return { adopted: await store.amend(amendments), job: null, refused: [] }
  }

  async #restore(scope: Scope, drifts: readonly Drift[]): Promise<Resolution> {
    const { store, runner } = this.#given
    const { steps, amendments, refused } = restoreDrift(drifts)
    await store.amend(amendments)
    const told = refused.map((one) => ({ ...one, advice: rowAdvice({ reason: one.reason, facts: {} }, 'en') }))
    const [first] = steps
    if (first === undefined) return { adopted: 0, job: null, refused: told }
    const tenants = [...new Set(drifts.map(({ remembered }) => remembered.tenant))]
    const [tenant] = tenants.length === 1 ? tenants : []
    const subject = steps.length === 1 ? first.key : `${steps.length}`
    const job = await runner.submit(
      { action: 'restore', tenant: tenant ?? null, subject, account: scope.account, scope, allOrNothing: false },
      steps,
    )
    return { adopted: 0, job: jobView(job, runner.progress(job.id)), refused: told }
  }

  async #tenants(scope: Scope, tenant: string | undefined): Promise<readonly string[]> {
    if (tenant === undefined) return this.#given.tenants(scope)
    if (!seesTenant(scope, tenant)) throw new OndineError('inventory.tenant-not-found', { tenant })
    return [tenant]
  }
}

/** A device that went to a tenant outside of the scope is gone as far as the scope sees: what it is like there is not told. */
function seenBy(scope: Scope, world: World): World {
  if (scope.tenant === null) return world
  const own = new Set(world.applications.map(({ id }) => id))
  return { ...world, details: new Map([...world.details].filter(([, { applicationId }]) => own.has(applicationId))) }
}

function driftView({ remembered: { kind, key, tenant }, what, changes }: Drift): DriftView {
  return { kind, key, tenant, what, changes: [...changes] }
}
