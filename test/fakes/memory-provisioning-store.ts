import type { AuditEntry } from '../../src/access/audit.ts'
import { type Scope, seesTenant } from '../../src/access/scope.ts'
import type { Assignment, Device, Gateway, Service, Tenant } from '../../src/inventory/entities.ts'
import type { InventoryChanges, InventoryStore, InventoryTransaction } from '../../src/inventory/ports.ts'
import { deviceOf } from '../../src/provisioning/plan/names.ts'
import type { ObjectKind, Remembered, Step } from '../../src/provisioning/plan/plan.ts'
import { memoryKey } from '../../src/provisioning/plan/world.ts'
import type {
  Amendment,
  Job,
  JobState,
  Jobs,
  JournalLine,
  KeyName,
  ObjectName,
  PlanHead,
  Plans,
  ProvisioningStore,
  ReportRow,
  SavedPlan,
  SealedKey,
  StepEnd,
  StepState,
} from '../../src/provisioning/ports.ts'
import { countsOf } from '../../src/provisioning/summaries.ts'

/** What provisioning keeps, in memory, and as much of the inventory as the ends of its steps write. */
export class MemoryProvisioningStore implements ProvisioningStore {
  readonly memory = new Map<string, Remembered>()
  /** by devEui and fingerprint */
  readonly sealed = new Map<string, SealedKey>()
  readonly plans = new Map<string, SavedPlan>()
  readonly lines = new Map<string, JournalLine[]>()
  readonly tenants = new Map<string, Tenant>()
  readonly services = new Map<string, Service>()
  readonly devices = new Map<string, Device>()
  readonly gateways = new Map<string, Gateway>()
  readonly assignments: Assignment[] = []
  readonly audit: AuditEntry[] = []
  /** set to make writes fail, as a database that is away or refuses */
  down: (ends: readonly StepEnd[]) => Error | null = () => null
  readonly #jobs = new Map<string, Omit<Job, 'total' | 'done' | 'failed'>>()

  async *remembered(tenants: readonly string[] | null): AsyncIterable<readonly Remembered[]> {
    yield [...this.memory.values()].filter(({ tenant }) => tenants === null || tenants.includes(tenant))
  }

  async recall(objects: readonly ObjectName[]): Promise<readonly Remembered[]> {
    return objects.flatMap(({ kind, key }) => this.memory.get(memoryKey(kind, key)) ?? [])
  }

  async remember(entries: readonly Remembered[], forget: readonly { kind: ObjectKind; key: string }[] = []): Promise<void> {
    for (const entry of entries) this.memory.set(memoryKey(entry.kind, entry.key), entry)
    for (const { kind, key } of forget) this.memory.delete(memoryKey(kind, key))
  }

  async settle(entries: readonly Remembered[]): Promise<void> {
    for (const { kind, key, fingerprint, updatedAt } of entries) {
      const entry = this.memory.get(memoryKey(kind, key))
      if (entry?.fingerprint === fingerprint) this.memory.set(memoryKey(kind, key), { ...entry, updatedAt })
    }
  }

  async amend(amendments: readonly Amendment[]): Promise<number> {
    const still = amendments.filter(({ before: { kind, key, fingerprint, keys } }) => {
      const now = this.memory.get(memoryKey(kind, key))
      return now?.fingerprint === fingerprint && now.keys === keys
    })
    for (const { before, after } of still) {
      if (after === null) this.memory.delete(memoryKey(before.kind, before.key))
      else this.memory.set(memoryKey(before.kind, before.key), after)
    }
    return still.length
  }

  async putSealedKeys(entries: readonly SealedKey[]): Promise<void> {
    for (const entry of entries) this.sealed.set(sealedName(entry), entry)
  }

  async sealedKeys(names: readonly KeyName[]): Promise<readonly SealedKey[]> {
    return names.flatMap((name) => this.sealed.get(sealedName(name)) ?? [])
  }

  async savePlan(plan: SavedPlan): Promise<void> {
    this.plans.set(plan.id, plan)
  }

  async plan(scope: Scope, id: string): Promise<PlanHead | undefined> {
    const saved = this.plans.get(id)
    if (saved === undefined || !saved.tenants.every((tenant) => seesTenant(scope, tenant))) return undefined
    const { plan, ...head } = saved
    const { owner, basis, guards, others = [], steps, rows } = plan
    return { ...head, owner, basis, guards, others, steps: steps.length, rows: rows.length, counts: countsOf(rows) }
  }

  async rows(planId: string, query: Parameters<Plans['rows']>[1]): Promise<readonly ReportRow[]> {
    const { job, outcomes, from = 0, limit } = query
    const lines = job === undefined ? [] : (this.lines.get(job) ?? [])
    return (this.plans.get(planId)?.plan.rows ?? [])
      .map((row, position) => ({ position, row, step: lines.find(({ step }) => step.kind === row.kind && step.key === row.key) ?? null }))
      .filter(({ position, row }) => position >= from && (outcomes?.includes(row.outcome) ?? true))
      .slice(0, limit)
  }

  async dropPlansBefore(time: string): Promise<void> {
    for (const [id, { createdAt }] of this.plans) if (createdAt < time) this.plans.delete(id)
  }

  async createJob(job: Parameters<Jobs['createJob']>[0], given: { plan: string } | readonly Step[]): Promise<Job> {
    const steps = 'plan' in given ? (this.plans.get(given.plan)?.plan.steps ?? []) : given
    const line = (step: Step, position: number): JournalLine => {
      return { jobId: job.id, position, step, state: 'waiting', attempts: 0, problem: null }
    }
    this.lines.set(job.id, steps.map(line))
    this.#jobs.set(job.id, { ...job, number: this.#jobs.size + 1, state: 'waiting', again: false, startedAt: null, endedAt: null })
    return this.#counted(job.id)
  }

  async jobs(
    scope: Scope,
    { limit, states, before }: { limit: number; states?: readonly JobState[] | undefined; before?: number | undefined },
  ): Promise<readonly Job[]> {
    return [...this.#jobs.values()]
      .filter(({ state, number }) => (states?.includes(state) ?? true) && number < (before ?? Number.POSITIVE_INFINITY))
      .filter(({ tenant }) => scope.tenant === null || (tenant !== null && seesTenant(scope, tenant)))
      .reverse()
      .slice(0, limit)
      .map(({ id }) => this.#counted(id))
  }

  async job(scope: Scope, id: string): Promise<Job | undefined> {
    const found = [...this.#jobs.values()]
      .filter(({ tenant }) => scope.tenant === null || (tenant !== null && seesTenant(scope, tenant)))
      .find((job) => job.id === id || `${job.number}` === id)
    return found && this.#counted(found.id)
  }

  async setJobState(id: string, state: JobState, time: string): Promise<void> {
    const job = this.#jobs.get(id)
    if (job === undefined) return
    const startedAt = state === 'running' ? (job.startedAt ?? time) : job.startedAt
    const isEnd = state === 'stopped' || state === 'done' || state === 'failed'
    this.#jobs.set(id, { ...job, state, startedAt, endedAt: isEnd ? time : null, again: state === 'waiting' || (job.again && !isEnd) })
  }

  async journal(
    jobId: string,
    { states, from = 0, limit }: { states?: readonly StepState[] | undefined; from?: number | undefined; limit: number },
  ): Promise<readonly JournalLine[]> {
    const lines = (this.lines.get(jobId) ?? []).filter(({ position, state }) => position >= from && (states?.includes(state) ?? true))
    return lines.slice(0, limit).map((line) => ({ ...line }))
  }

  async openSteps(jobId: string, devEuis: readonly string[]): Promise<readonly Step[]> {
    const isOpen = ({ state }: JournalLine) => state !== 'done' && (state !== 'failed' || this.#jobs.get(jobId)?.again === true)
    const steps = (this.lines.get(jobId) ?? []).filter(isOpen).map(({ step }) => step)
    return steps.filter((step) => {
      const devEui = deviceOf(step)
      return devEui === undefined || devEuis.includes(devEui)
    })
  }

  async begin(jobId: string, positions: readonly number[]): Promise<void> {
    for (const line of this.lines.get(jobId) ?? []) {
      if (!positions.includes(line.position)) continue
      line.state = 'started'
      line.attempts++
    }
  }

  async end(ends: readonly StepEnd[]): Promise<void> {
    const failure = this.down(ends)
    if (failure !== null) throw failure
    for (const { jobId, position, state, problem, remember, forget, inventory, dropKeys } of ends) {
      const line = this.lines.get(jobId)?.[position]
      if (line !== undefined) Object.assign(line, { state, problem })
      await this.remember(remember, forget)
      for (const name of dropKeys) this.sealed.delete(sealedName(name))
      if (inventory !== null) this.#apply(inventory)
    }
  }

  /** for who only asks for tenants and services */
  readonly inventory: Pick<InventoryStore, 'transaction'> = {
    transaction: (work) => work(this.#transaction),
  }

  readonly #transaction: InventoryTransaction = {
    holders: async (slugs) => {
      const tenants = [...this.tenants.values()].filter(({ slug }) => slugs.includes(slug))
      return { tenants, services: [...this.services.values()].filter(({ tenantId }) => tenants.some(({ id }) => id === tenantId)) }
    },
    apply: async (changes) => this.#apply(changes),
    installFacts: absent,
    lifeFacts: async ({ tenant: slug, devEuis }) => {
      const tenant = [...this.tenants.values()].find((one) => one.slug === slug)
      if (tenant === undefined) return undefined
      const services = [...this.services.values()].filter(({ tenantId }) => tenantId === tenant.id)
      const devices = devEuis.flatMap((devEui) => this.devices.get(devEui) ?? [])
      const assignments = this.assignments.filter(({ devEui }) => devEuis.includes(devEui))
      return { tenant, services, devices, assignments, asset: undefined, places: [], equipment: undefined, equipmentOpen: [] }
    },
    slugTaken: absent,
    holdings: absent,
    existing: async ({ devices, gateways }) => ({
      devices: new Set(devices.filter((devEui) => this.devices.has(devEui))),
      gateways: new Set(gateways.filter((gatewayId) => this.gateways.has(gatewayId))),
    }),
  }

  #apply(changes: InventoryChanges): void {
    for (const tenant of changes.tenants) this.tenants.set(tenant.id, tenant)
    for (const service of changes.services) this.services.set(service.id, service)
    for (const gatewayId of changes.removedGateways) this.gateways.delete(gatewayId)
    for (const gateway of changes.gateways) this.gateways.set(gateway.gatewayId, gateway)
    for (const device of changes.devices) this.devices.set(device.devEui, device)
    for (const device of changes.declared) {
      const { status, serviceId } = this.devices.get(device.devEui) ?? device
      this.devices.set(device.devEui, { ...device, status, serviceId: status === 'in stock' ? device.serviceId : serviceId })
    }
    for (const { devEui } of changes.retired) {
      const device = this.devices.get(devEui)
      if (device !== undefined) this.devices.set(devEui, { ...device, status: 'retired' })
    }
    this.audit.push(...changes.audit)
  }

  #counted(id: string): Job {
    const job = this.#jobs.get(id)
    if (job === undefined) throw new Error(`no job ${id}`)
    const lines = this.lines.get(id) ?? []
    const count = (state: StepState) => lines.filter((line) => line.state === state).length
    return { ...job, total: lines.length, done: count('done'), failed: count('failed') }
  }
}

const absent = (): Promise<never> => Promise.reject(new Error('not in this double'))

export function sealedName({ devEui, fingerprint }: KeyName): string {
  return `${devEui} ${fingerprint}`
}
