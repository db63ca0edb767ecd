import { type Action, may } from '../../access/permissions.ts'
import { type Scope, seesTenant, serverScope } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Asset, Device } from '../../inventory/entities.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { InventoryStore, LifeFacts, LifeKeys } from '../../inventory/ports.ts'
import { isPassing } from '../apply/is-passing.ts'
import { Places } from '../apply/places.ts'
import type { Fingerprints } from '../keys/fingerprint.ts'
import type { KeyVault } from '../keys/vault.ts'
import type { NetworkProvisioning } from '../network.ts'
import type { Step } from '../plan/plan.ts'
import type { ProvisioningStore } from '../ports.ts'
import { type CarriedOut, carryOut, type LifeRunner } from './carried-out.ts'
import { type CheckedLabel, checkLabel } from './check-label.ts'
import { checkWithin, needDevice } from './checks.ts'
import type { LifeInput, LifePlan } from './facts.ts'
import { isThere, type LifeModels, type Named, NewDevices, type Prepared, profileSteps } from './new-devices.ts'
import { planAdd } from './plan-add.ts'
import { planMove } from './plan-move.ts'
import { planDisable, planFlush, planRestore, planRetire } from './plan-status.ts'
import { planSwap } from './plan-swap.ts'
import { planUndo, undoUntil } from './plan-undo.ts'
import type { AddRequest, LifeView, MoveRequest, MoveView, RetireRequest, SwapRequest, SwapView } from './requests.ts'

export interface LifeDependencies {
  inventory: Pick<Inventory, 'asset' | 'device' | 'devices' | 'tenants'>
  facts: Pick<InventoryStore, 'transaction'>
  store: Pick<ProvisioningStore, 'job' | 'journal' | 'recall' | 'putSealedKeys'>
  runner: LifeRunner
  network: NetworkProvisioning
  models: LifeModels
  vault: KeyVault
  fingerprints: Fingerprints
  /** readings of an asset since a time; null: not to be told soon */
  readings: (of: { tenant: string; asset: string; from: string }) => Promise<number | null>
  /** UUIDv7 */
  newId: () => string
  now: () => Date
}

/** What happens to a device between its delivery and its end, each time one job of the journal. */
export class LifeService {
  readonly #given: LifeDependencies
  readonly #newDevices: NewDevices

  constructor(dependencies: LifeDependencies) {
    const { inventory, network, models, vault, fingerprints } = dependencies
    this.#given = dependencies
    this.#newDevices = new NewDevices({ inventory, network, models, vault, fingerprints })
  }

  /** One device to stock, or installed at once. Rejects with `life.*`, `label.*`, `key.*`, `install.*`, `access.*`. */
  async add(scope: Scope, request: AddRequest): Promise<LifeView> {
    need(scope, 'manage')
    const tenant = await this.#tenantOf(scope, request.tenant)
    const named = await this.#newDevices.named(scope, request, { tenant, keys: request.keys })
    if (named === undefined) throw new OndineError('life.two-devices', {})
    const { devEui } = named
    const facts = await this.#facts({ tenant, asset: null, devEuis: [devEui], serial: null })
    const [known] = facts.devices
    if (known !== undefined) {
      checkWithin(scope, facts, needDevice(facts, devEui))
      throw new OndineError('life.known-already', { devEui, status: known.status })
    }
    const prepared = await this.#newDevices.prepare(scope, named, { ...request, tenant }, this.#places())
    const steps = planAdd(prepared, request.install, this.#now)
    await this.#keep(prepared)
    return { ...(await this.#carryOut(scope, { action: 'add', tenant, subject: devEui }, steps)), tenant, devEui }
  }

  /** A label beside what is known of its device. Rejects with `label.*` and `access.forbidden`. */
  async label(scope: Scope, { label }: { label: string }): Promise<CheckedLabel> {
    need(scope, 'install')
    const { inventory, store, fingerprints } = this.#given
    return checkLabel({ inventory, store, fingerprints, newDevices: this.#newDevices }, scope, label)
  }

  /** Rejects with `life.*`, `install.*`, `inventory.*`, `label.*`, `key.*`, `access.*`. */
  async swap(scope: Scope, reference: string, request: SwapRequest): Promise<SwapView> {
    need(scope, 'install')
    const { inventory, models } = this.#given
    const { tenant, slug } = await inventory.asset(scope, {
      slug: reference,
      ...(request.tenant === undefined ? {} : { tenant: request.tenant }),
    })
    const named = await this.#newDevices.named(scope, request, { tenant, keys: request.keys })
    const devEuis = named === undefined ? [] : [named.devEui]
    const facts = await this.#facts({ tenant, asset: slug, devEuis, serial: request.body?.serial ?? null })
    if (facts.asset === undefined) throw new OndineError('inventory.asset-not-found', { asset: reference })
    const coming = named === undefined ? { device: null, prepared: null } : await this.#coming(scope, named, facts, facts.asset, request)
    const { from, startIndex, endIndex, parameters, force, channel } = request
    const plan = planSwap(this.#input(scope, facts), {
      ...{ asset: facts.asset, channel, device: coming.device, body: request.body ?? null },
      ...{ from, startIndex, endIndex, parameters, force, called: reference },
    })
    const [seen, readings] = await Promise.all([
      inventory.device(serverScope, plan.old.devEui),
      this.#given.readings({ tenant, asset: slug, from: sinceOf(plan.ended, facts.asset) }),
    ])
    if (coming.prepared !== null) await this.#keep(coming.prepared)
    const steps = [...(coming.prepared?.before ?? []), ...plan.steps]
    const carried = await this.#carryOut(scope, { action: 'swap', tenant, subject: slug }, steps)
    const half = ({ devEui, model }: Device) => ({ devEui, model, title: models.get(model ?? '')?.title ?? null })
    return {
      ...carried,
      ...{ tenant, asset: slug, from: plan.from, body: request.body?.serial ?? null },
      old: { ...half(plan.old), since: sinceOf(plan.ended, facts.asset), lastSeen: seen.lastSeen, readings },
      new: { ...half(plan.new), origin: plan.new === plan.old ? 'stays' : coming.device?.create === undefined ? 'stock' : 'provisioned' },
      alsoAssets: facts.places
        .filter(({ assetId }) => assetId !== facts.asset?.id && plan.ended.some((one) => one.assetId === assetId))
        .map((one) => one.asset),
      undoUntil: undoUntil(carried.job.createdAt),
    }
  }

  /** By the number of the swap's job. Rejects with `life.swap-unknown`, `life.undo-…`, `inventory.*`, `access.*`. */
  async undoSwap(scope: Scope, number: string): Promise<SwapView> {
    need(scope, 'install')
    const { store, inventory, models } = this.#given
    const job = await store.job(scope, number)
    if (job === undefined || job.action !== 'swap' || job.tenant === null) throw new OndineError('life.swap-unknown', { number })
    const { tenant, subject: asset } = job
    const lines = await store.journal(job.id, { limit: 100 })
    const bind = lines.find(({ step }) => step.action === 'bind')
    if (bind?.state !== 'done') throw new OndineError('life.undo-unfinished', { number: `${job.number}` })
    const devEuis = bind.step.action === 'bind' ? [...new Set(bind.step.rows.assignments.map(({ devEui }) => devEui))] : []
    const facts = await this.#facts({ tenant, asset, devEuis, serial: null })
    const input = this.#input(scope, facts)
    for (const device of facts.devices) checkWithin(scope, facts, device)
    const plan = planUndo(input, { number: job.number, createdAt: job.createdAt, steps: lines.map(({ step }) => step) })
    const [off, readings] = await Promise.all([
      inventory.device(serverScope, plan.off.devEui),
      this.#given.readings({ tenant, asset, from: job.createdAt }),
    ])
    const carried = await this.#carryOut(scope, { action: 'swap-undo', tenant, subject: asset }, plan.steps)
    const half = ({ devEui, model }: Device) => ({ devEui, model, title: models.get(model ?? '')?.title ?? null })
    return {
      ...carried,
      ...{ tenant, asset, from: plan.from, body: null, alsoAssets: [], undoUntil: null },
      old: { ...half(plan.off), since: job.createdAt, lastSeen: off.lastSeen, readings },
      new: { ...half(plan.on), origin: 'back' },
    }
  }

  /** Rejects with `life.*`, `inventory.*`, `access.*`. */
  async move(scope: Scope, devEui: string, request: MoveRequest): Promise<MoveView> {
    need(scope, 'manage')
    const { network } = this.#given
    const { tenant } = await this.#given.inventory.device(scope, devEui)
    const goal = request.tenant ?? tenant
    if (!seesTenant(scope, goal)) throw new OndineError('inventory.tenant-not-found', { tenant: goal })
    const facts = await this.#facts({ tenant, asset: null, devEuis: [devEui], serial: null })
    const there = await this.#facts({ tenant: goal, asset: null, devEuis: [], serial: null })
    const plan = planMove(this.#input(scope, facts), {
      devEui,
      to: { tenant: there.tenant, services: there.services, service: request.service },
    })
    if ((await network.getDevice(devEui)) === undefined) throw new OndineError('life.not-on-network', { devEui })
    const { service } = plan.to
    const before = goal === tenant ? [] : await profileSteps(this.#places(), { tenant: goal, service }, plan.device.model ?? '')
    const carried = await this.#carryOut(scope, { action: 'move', tenant, subject: devEui }, [...before, ...plan.steps])
    return { ...carried, tenant: goal, devEui, service, session: await this.#sessionOf(carried, devEui) }
  }

  /** A network server that went away meanwhile takes nothing from the answer: its job waits, and goes on. */
  async #sessionOf({ job }: CarriedOut, devEui: string): Promise<MoveView['session']> {
    if (job.state !== 'done') return 'unknown'
    try {
      return (await this.#given.network.getActivation(devEui)) === undefined ? 'none' : 'kept'
    } catch (thrown) {
      if (isPassing(thrown)) return 'unknown'
      throw thrown
    }
  }

  disable(scope: Scope, devEui: string): Promise<LifeView> {
    return this.#change(scope, devEui, 'disable', (input) => planDisable(input, devEui))
  }

  restore(scope: Scope, devEui: string): Promise<LifeView> {
    return this.#change(scope, devEui, 'restore', (input) => planRestore(input, devEui))
  }

  retire(scope: Scope, devEui: string, request: RetireRequest): Promise<LifeView> {
    return this.#change(scope, devEui, 'retire', (input) => planRetire(input, devEui, request))
  }

  /** Only where the network server's last word about it is a DevNonce used twice, or by force. */
  async flushNonces(scope: Scope, devEui: string, { force }: { force: boolean }): Promise<LifeView> {
    need(scope, 'manage')
    const { lastLog } = await this.#given.inventory.device(scope, devEui)
    const reused = lastLog?.code === 'OTAA'
    return this.#change(scope, devEui, 'flush-nonces', (input) => planFlush(input, devEui, { reused, force }))
  }

  async #change(scope: Scope, devEui: string, action: string, plan: (input: LifeInput) => LifePlan): Promise<LifeView> {
    need(scope, 'manage')
    const { tenant } = await this.#given.inventory.device(scope, devEui)
    const facts = await this.#facts({ tenant, asset: null, devEuis: [devEui], serial: null })
    const { steps } = plan(this.#input(scope, facts))
    return { ...(await this.#carryOut(scope, { action, tenant, subject: devEui }, steps)), tenant, devEui }
  }

  /** What comes into the place of another: from stock, or put on the network first. */
  async #coming(scope: Scope, named: Named, facts: LifeFacts, asset: Asset, request: SwapRequest) {
    const { devEui } = named
    const { model } = request
    if (facts.devices.some((one) => one.devEui === devEui)) {
      const stock = needDevice(facts, devEui)
      const enable = stock.status === 'in stock' && (await this.#isOff(devEui))
      return { device: { devEui, model, enable, move: await this.#hasApplication(facts, asset) }, prepared: null }
    }
    const serving = facts.assignments.find((one) => one.assetId === asset.id && one.to === null)
    const likely = facts.devices.find((one) => one.devEui === serving?.devEui)?.model ?? null
    const service = facts.services.find(({ id }) => id === asset.serviceId)?.slug ?? ''
    const wish = { tenant: facts.tenant.slug, service, name: '', model, likely, joinEui: undefined, acceptWeakKeys: request.acceptWeakKeys }
    const prepared = await this.#newDevices.prepare(scope, named, wish, this.#places())
    return { device: { devEui, enable: false, create: prepared }, prepared }
  }

  #hasApplication({ tenant, services }: LifeFacts, asset: Asset): Promise<boolean> {
    const service = services.find(({ id }) => id === asset.serviceId)?.slug ?? ''
    return isThere(() => this.#places().application(tenant.slug, service))
  }

  /** Where the network server is away, its step looks again: what was done on the spot need not wait for it. */
  async #isOff(devEui: string): Promise<boolean> {
    try {
      const current = await this.#given.network.getDevice(devEui)
      if (current === undefined) throw new OndineError('life.not-on-network', { devEui })
      return current.disabled
    } catch (thrown) {
      if (isPassing(thrown)) return true
      throw thrown
    }
  }

  /** Its keys wait for its step. */
  async #keep({ wanted: { devEui }, fingerprint, sealed }: Prepared): Promise<void> {
    await this.#given.store.putSealedKeys([{ devEui, fingerprint, sealed }], this.#now)
  }

  async #facts(keys: LifeKeys): Promise<LifeFacts> {
    const facts = await this.#given.facts.transaction((transaction) => transaction.lifeFacts(keys))
    if (facts === undefined) throw new OndineError('inventory.tenant-not-found', { tenant: keys.tenant })
    return facts
  }

  async #carryOut(scope: Scope, job: { action: string; tenant: string; subject: string }, steps: readonly Step[]): Promise<CarriedOut> {
    return carryOut(this.#given, scope, job, steps)
  }

  #input(scope: Scope, facts: LifeFacts): LifeInput {
    const { models, newId } = this.#given
    return { scope, facts, model: (slug) => models.get(slug), now: this.#now, newId }
  }

  get #now(): string {
    return this.#given.now().toISOString()
  }

  /** Each time anew: what a plan has made since must be found. */
  #places(): Places {
    const { network, store, facts } = this.#given
    return new Places({ network, memory: store, inventory: facts })
  }

  /** The one asked for, else that of the token, else the only one there is. */
  async #tenantOf(scope: Scope, asked: string | undefined): Promise<string> {
    const given = asked ?? scope.tenant
    if (given !== null && given !== undefined) {
      if (!seesTenant(scope, given)) throw new OndineError('inventory.tenant-not-found', { tenant: given })
      return given
    }
    const [only, second] = (await this.#given.inventory.tenants(scope, { limit: 2 })).items
    if (only === undefined || second !== undefined) throw new OndineError('inventory.tenant-needed', {})
    return only.slug
  }
}

function need(scope: Scope, action: Action): void {
  if (!may(scope, action)) throw new OndineError('access.forbidden', { role: scope.role, action })
}

function sinceOf(ended: readonly { assetId: string; from: string }[], asset: Asset): string {
  return ended.find(({ assetId }) => assetId === asset.id)?.from ?? ''
}
