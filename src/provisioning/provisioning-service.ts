import { type Scope, seesTenant } from '../access/scope.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { AgeIdentity } from '../formats/age.ts'
import type { Page, PageQuery } from '../inventory/page.ts'
import type { InventoryTransaction } from '../inventory/ports.ts'
import type { JobRunner } from './apply/job-runner.ts'
import { jobLaneOf, openJobs, touchedOnSpot } from './apply/lanes.ts'
import type { Fingerprints } from './keys/fingerprint.ts'
import type { KeyVault } from './keys/vault.ts'
import type { NetworkProvisioning } from './network.ts'
import { inFull, observe, type Sources } from './observe.ts'
import type { OneAtATime } from './one-at-a-time.ts'
import { basisOf } from './plan/basis.ts'
import type { Plan, PlannedRow } from './plan/plan.ts'
import { planTerritory } from './plan/plan-territory.ts'
import { isUnread, type ModelFacts, memoryKey, needsDetail, type World } from './plan/world.ts'
import type { Job, PlanHead, ProvisioningStore, SavedPlan, StepState } from './ports.ts'
import { type KeyFile, type Received, receiveKeys } from './receive-keys.ts'
import { rememberRead } from './remember-read.ts'
import { checkRights, need } from './rights.ts'
import { SameTexts } from './same-texts.ts'
import { confirmationOf, countsOf, summaryOf, Telling, toldOutcomes, withTellingRows } from './summaries.ts'
import type { Territory } from './territory/territory.ts'
import { jobRowView, jobView, rowView } from './told.ts'
import type { JobRowView, JobView, Outcome, PlanSummary, RowView } from './views.ts'

/** Who carries jobs out. */
export type Runner = Pick<JobRunner, 'submit' | 'stopJob' | 'resumeJob' | 'progress'>

export interface PlanRequest {
  territory: Territory
  keys: readonly KeyFile[]
  prune: boolean
  /** rows that the reader of the folder refused */
  refused: readonly Omit<PlannedRow, 'outcome'>[]
}

export interface Dependencies {
  store: ProvisioningStore
  network: NetworkProvisioning
  holdings: Sources['holdings']
  /** which of these the inventory has, whatever their tenant */
  known: InventoryTransaction['existing']
  runner: Runner
  vault: KeyVault
  fingerprints: Fingerprints
  identity: AgeIdentity
  /** of all that looks at the whole world */
  observing: OneAtATime
  /** by `vendor/model` */
  models: (slug: string) => ModelFacts | undefined
  /** UUIDv7 */
  newId: () => string
  now: () => Date
}

const sealedAtOnce = 1_000

/** What a folder wants becomes a plan, a plan a job, and a job a report. */
export class ProvisioningService {
  readonly #given: Dependencies

  constructor(dependencies: Dependencies) {
    this.#given = dependencies
  }

  recipient(scope: Scope): string {
    need(scope)
    return this.#given.identity.recipient
  }

  /**
   * Compares a folder with the world and keeps the plan. Rejects with `access.…`, `provisioning.keys-…`, and `inventory.tenant-not-found`
   * for a tenant outside of the scope.
   */
  async plan(scope: Scope, request: PlanRequest): Promise<PlanSummary> {
    need(scope)
    for (const tenant of tenantsOf(request.territory)) {
      if (!seesTenant(scope, tenant)) throw new OndineError('inventory.tenant-not-found', { tenant })
    }
    return this.#given.observing.run(() => this.#makePlan(scope, request))
  }

  async #makePlan(scope: Scope, { territory, keys, prune, refused }: PlanRequest): Promise<PlanSummary> {
    const tenants = tenantsOf(territory)
    const texts = new SameTexts()
    texts.territory(territory)
    const lists = await observe(scope, this.#sources, namesOf(territory), texts)
    const received = await this.#receive(territory, keys, lists.memory)
    const world = await inFull(this.#given.network, lists, needsDetail({ territory, world: lists }))
    await rememberRead(world, this.#given)
    const { models, known, now } = this.#given
    const own = new Set(world.inventory.devices.map(({ devEui }) => devEui))
    const ownGateways = new Set(world.inventory.gateways.map(({ gatewayId }) => gatewayId))
    const ofOthers = await known({
      devices: territory.devices.flatMap(({ devEui }) => (own.has(devEui) ? [] : [devEui])),
      gateways: territory.gateways.flatMap(({ gatewayId }) => (ownGateways.has(gatewayId) ? [] : [gatewayId])),
    })
    const refusedRows = refused.map((row): PlannedRow => ({ ...row, outcome: 'refused' }))
    const plan = planTerritory({
      territory,
      world,
      models,
      keys: received.fingerprints,
      ofOthers,
      refusedRows,
      options: { prune },
      now: now(),
    })
    return this.#keep(scope, { plan: withTellingRows(plan), tenants, received })
  }

  /** Rejects with `provisioning.plan-unknown`. */
  async summary(scope: Scope, planId: string): Promise<PlanSummary> {
    need(scope)
    const head = await this.#plan(scope, planId)
    const telling = new Telling()
    for await (const page of this.#pages(planId, { outcomes: toldOutcomes })) for (const { row } of page) telling.add(row)
    return summaryOf(head, telling.told, await this.#usualRate(scope))
  }

  async planRows(scope: Scope, planId: string, query: PageQuery & { outcome?: Outcome | undefined }): Promise<Page<RowView>> {
    need(scope)
    await this.#plan(scope, planId)
    const { outcome, limit } = query
    const from = positionOf(query.cursor)
    const found = await this.#given.store.rows(planId, { from, limit, ...(outcome === undefined ? {} : { outcomes: [outcome] }) })
    const last = found.at(-1)
    return {
      items: found.map(({ row }) => rowView(row)),
      cursor: last === undefined || found.length < limit ? null : String(last.position + 1),
    }
  }

  /**
   * Begins to carry a plan out. Rejects with `provisioning.plan-stale` where the world is not the one it was made from, or will not be
   * (`provisioning.job-before`: something is being done on the spot to what it changes),
   * `provisioning.confirm-count` without the number that what it deletes or gives other keys asks for, `provisioning.rows-refused`
   * where it is to be all or nothing, and `access.forbidden`.
   */
  async apply(
    scope: Scope,
    planId: string,
    { confirm, allOrNothing }: { confirm?: number | undefined; allOrNothing: boolean },
  ): Promise<JobView> {
    need(scope)
    const head = await this.#plan(scope, planId)
    checkRights(scope, head)
    checkConfirmed(head, confirm)
    if (allOrNothing) checkWhole(head)
    // Of two people who apply it at once the second finds the job of the first.
    return this.#given.observing.run(() => this.#begin(scope, head, allOrNothing))
  }

  async #begin(scope: Scope, head: PlanHead, allOrNothing: boolean): Promise<JobView> {
    const { store, runner } = this.#given
    const under = (await store.jobs(scope, { limit: 100, states: ['waiting', 'running', 'stopping'] })).find(
      ({ subject }) => subject === head.id,
    )
    if (under !== undefined) throw new OndineError('provisioning.plan-applied', { number: under.number })
    await this.#checkNoneBefore(head)
    if ((await this.#basisNow(scope, head)) !== head.basis) throw new OndineError('provisioning.plan-stale', {})
    const [only] = head.tenants.length === 1 ? head.tenants : []
    const job = await runner.submit(
      { action: 'apply', tenant: only ?? null, subject: head.id, account: scope.account, scope, allOrNothing },
      { plan: head.id },
    )
    return jobView(job, runner.progress(job.id))
  }

  async jobs(scope: Scope, { limit, cursor }: PageQuery): Promise<Page<JobView>> {
    const { store, runner } = this.#given
    const before = cursor === undefined ? {} : { before: positionOf(cursor) }
    const jobs = await store.jobs(scope, { limit, ...before })
    const last = jobs.at(-1)
    return {
      items: jobs.map((job) => jobView(job, runner.progress(job.id))),
      cursor: last === undefined || jobs.length < limit ? null : String(last.number),
    }
  }

  /** By id or number. Rejects with `provisioning.job-unknown`. */
  async job(scope: Scope, id: string): Promise<JobView> {
    const job = await this.#job(scope, id)
    return jobView(job, this.#given.runner.progress(job.id))
  }

  /** What became of each row; of a job that is of no plan, of each of its steps. */
  async jobRows(scope: Scope, id: string, query: PageQuery & { state?: StepState | undefined }): Promise<Page<JobRowView>> {
    const job = await this.#job(scope, id)
    return job.action === 'apply' ? this.#rowsOfPlan(job, query) : this.#rowsOfSteps(job, query)
  }

  async stop(scope: Scope, id: string): Promise<JobView> {
    need(scope)
    const job = await this.#job(scope, id)
    await this.#given.runner.stopJob(job.id)
    return this.job(scope, job.id)
  }

  async resume(scope: Scope, id: string): Promise<JobView> {
    need(scope)
    const job = await this.#job(scope, id)
    if (job.action === 'apply') checkRights(scope, await this.#plan(scope, job.subject))
    await this.#given.runner.resumeJob(job.id)
    return this.job(scope, job.id)
  }

  /** A plan made before a swap, or in the middle of one, knows nothing of what it leaves behind. */
  async #checkNoneBefore({ id }: PlanHead): Promise<void> {
    const { store } = this.#given
    const touched = new Map<string, Job>()
    for (const job of await openJobs(store)) {
      if (jobLaneOf(job) === 'spot') for (const name of await touchedOnSpot(job, store)) touched.set(name, job)
    }
    if (touched.size === 0) return
    for await (const page of this.#pages(id, { outcomes: ['create', 'change', 'delete'] })) {
      for (const { row } of page) {
        const job = namesOfRow(row)
          .map((name) => touched.get(name))
          .find((one) => one !== undefined)
        if (job !== undefined) throw new OndineError('provisioning.job-before', { object: `${row.kind} ${row.key}`, number: job.number })
      }
    }
  }

  /** What the plan's basis would be, were it made now. */
  async #basisNow(scope: Scope, { id, tenants }: PlanHead): Promise<string> {
    const rows: PlannedRow[] = []
    for await (const page of this.#pages(id, {})) for (const { row } of page) rows.push(row)
    const names = new Map<string, string | null>(tenants.map((slug) => [slug, null]))
    for (const { kind, key, facts } of rows) if (kind === 'tenant') names.set(key, facts.name ?? null)
    const lists = await observe(scope, this.#sources, names, new SameTexts())
    const unread = rows.flatMap(({ kind, key }) => (kind === 'device' && isUnread(key, lists) ? [key] : []))
    return basisOf(rows, await inFull(this.#given.network, lists, unread))
  }

  get #sources(): Sources {
    const { network, store, holdings } = this.#given
    return { network, memory: store, holdings }
  }

  #receive(territory: Territory, keys: readonly KeyFile[], memory: World['memory']): Promise<Received> {
    const { identity, vault, fingerprints } = this.#given
    return receiveKeys(keys, {
      ...{ identity: identity.identity, vault, fingerprints },
      wanted: new Set(territory.devices.map(({ devEui }) => devEui)),
      written: (devEui) => memory.get(memoryKey('device', devEui))?.keys ?? null,
    })
  }

  async #keep(
    scope: Scope,
    { plan, tenants, received }: { plan: Plan; tenants: readonly string[]; received: Received },
  ): Promise<PlanSummary> {
    const { store, newId, now } = this.#given
    const createdAt = now().toISOString()
    await this.#putKeys(plan, received, createdAt)
    const saved: SavedPlan = { id: newId(), createdAt, account: scope.account, tenants, plan }
    await store.savePlan(saved)
    const telling = new Telling()
    for (const row of plan.rows) telling.add(row)
    const { owner, guards, others = [], steps } = plan
    const head = { ...saved, owner, guards, others, steps: steps.length, counts: countsOf(plan.rows) }
    return summaryOf(head, telling.told, await this.#usualRate(scope))
  }

  /** Of those devices only whose step asks for them: nobody's waiting keys are replaced by a row that is refused. */
  async #putKeys({ steps }: Plan, { sealed }: Received, time: string): Promise<void> {
    const needed = steps.flatMap((step) => {
      const key = 'keys' in step && step.keys !== null ? sealed.get(step.key) : undefined
      return key === undefined ? [] : [{ devEui: step.key, ...key }]
    })
    for (let at = 0; at < needed.length; at += sealedAtOnce) {
      await this.#given.store.putSealedKeys(needed.slice(at, at + sealedAtOnce), time)
    }
  }

  async #plan(scope: Scope, id: string): Promise<PlanHead> {
    const head = await this.#given.store.plan(scope, id)
    if (head === undefined) throw new OndineError('provisioning.plan-unknown', { plan: id })
    return head
  }

  async #job(scope: Scope, id: string): Promise<Job> {
    need(scope)
    const job = await this.#given.store.job(scope, id)
    if (job === undefined) throw new OndineError('provisioning.job-unknown', { job: id })
    return job
  }

  async *#pages(planId: string, query: { outcomes?: readonly Outcome[]; job?: string; from?: number }) {
    const limit = 5_000
    for (let from = query.from ?? 0; ; ) {
      const page = await this.#given.store.rows(planId, { ...query, from, limit })
      yield page
      const last = page.at(-1)
      if (last === undefined || page.length < limit) return
      from = last.position + 1
    }
  }

  async #rowsOfPlan(
    { id, subject }: Job,
    { limit, cursor, state }: PageQuery & { state?: StepState | undefined },
  ): Promise<Page<JobRowView>> {
    const items: JobRowView[] = []
    for await (const page of this.#pages(subject, { job: id, from: positionOf(cursor) })) {
      for (const found of page) {
        if (state !== undefined && found.step?.state !== state) continue
        if (items.length === limit) return { items, cursor: String(found.position) }
        items.push(jobRowView(found))
      }
    }
    return { items, cursor: null }
  }

  async #rowsOfSteps({ id }: Job, { limit, cursor, state }: PageQuery & { state?: StepState | undefined }): Promise<Page<JobRowView>> {
    const states = state === undefined ? {} : { states: [state] }
    const lines = await this.#given.store.journal(id, { from: positionOf(cursor), limit, ...states })
    const last = lines.at(-1)
    return {
      items: lines.map(({ step, state, problem }) => {
        const outcome = step.action.startsWith('delete-') ? 'delete' : step.action.startsWith('create-') ? 'create' : 'change'
        const row = { kind: step.kind, key: step.key, source: step.source, outcome, reason: null, facts: {} } as const
        return jobRowView({ row, step: { position: 0, state, problem } })
      }),
      cursor: last === undefined || lines.length < limit ? null : String(last.position + 1),
    }
  }

  /** Steps a second of the last job that was long enough to tell. */
  async #usualRate(scope: Scope): Promise<number | null> {
    const jobs = await this.#given.store.jobs(scope, { limit: 20, states: ['done', 'failed'] })
    for (const { action, startedAt, endedAt, done } of jobs) {
      const seconds = startedAt === null || endedAt === null ? 0 : (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000
      if (action === 'apply' && done >= 100 && seconds > 0) return done / seconds
    }
    return null
  }
}

/** A name that a row bears and no tenant of the folder is looked at as well: it must be seen too. */
function tenantsOf({ tenants, services, profiles, gateways, devices, installations }: Territory): string[] {
  const slugs = new Set(tenants.map(({ slug }) => slug))
  for (const rows of [services, profiles, gateways, devices, installations]) for (const { tenant } of rows) slugs.add(tenant)
  return [...slugs]
}

function namesOf(territory: Territory): Map<string, string | null> {
  const names = new Map<string, string | null>(tenantsOf(territory).map((slug) => [slug, null]))
  for (const { slug, name } of territory.tenants) names.set(slug, name)
  return names
}

/** By `memoryKey`; an installation is of its device. */
function namesOfRow({ kind, key }: PlannedRow): readonly string[] {
  const devEui = kind === 'installation' ? key.split('/')[1] : undefined
  return [memoryKey(kind, key), ...(devEui === undefined ? [] : [memoryKey('device', devEui)])]
}

function checkConfirmed(head: PlanHead, confirm: number | undefined): void {
  const number = confirmationOf(head)
  if (number !== null && confirm !== number) throw new OndineError('provisioning.confirm-count', { count: number })
}

function checkWhole({ counts, rows }: PlanHead): void {
  const refused = counts.reduce((sum, { outcome, count }) => (outcome === 'refused' ? sum + count : sum), 0)
  if (refused > 0) throw new OndineError('provisioning.rows-refused', { refused, rows })
}

/** A cursor is where the next page begins; what is none begins at the start. */
function positionOf(cursor: string | undefined): number {
  const position = Number(cursor ?? 0)
  return Number.isInteger(position) && position >= 0 ? position : 0
}
