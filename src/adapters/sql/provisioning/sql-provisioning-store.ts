import { type Kysely, sql } from 'kysely'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { Remembered } from '../../../provisioning/plan/plan.ts'
import { memoryKey } from '../../../provisioning/plan/world.ts'
import type { ProvisioningStore, StepEnd } from '../../../provisioning/ports.ts'
import type { Database } from '../database.ts'
import type { Schema } from '../schema.ts'
import { GroupCommit } from './group-commit.ts'
import { createJob, findJob, journalPage, listJobs, openSteps, setState } from './jobs.ts'
import { dropKeysBefore, keysOf, putKeys } from './keys.ts'
import { amend, forget, pages, recall, remember, settle } from './memory.ts'
import { dropPlans, planHead, planRows, savePlan } from './plans.ts'
import { unhurried } from './provisioning-rows.ts'
import { type JournalEntries, writeJournal } from './write-journal.ts'

/** Calls of one transaction: as many as a job has under way at once, several times over. */
const mostTogether = 200
/** rows of which a table's size changes how it is best read */
const many = 1_000

interface Options {
  /** told after the commit: the directory */
  changed: (devEuis: readonly string[]) => Promise<void>
}

/** What provisioning knows, plans and does, in tables. */
export class SqlProvisioningStore implements ProvisioningStore {
  readonly #db: Kysely<Schema>
  readonly #kind: Database['kind']
  readonly #logger: Database['logger']
  readonly #changed: Options['changed']
  readonly #entries: GroupCommit<JournalEntries>

  constructor({ db, kind, logger }: Pick<Database, 'db' | 'kind' | 'logger'>, { changed }: Options) {
    this.#db = db
    this.#kind = kind
    this.#logger = logger
    this.#changed = changed
    this.#entries = new GroupCommit({
      write: (entries) => this.#write(entries),
      most: mostTogether,
      isOfOne: (error) => !(error instanceof OndineError),
    })
  }

  async *remembered(tenants: readonly string[] | null): AsyncGenerator<readonly Remembered[]> {
    if (tenants === null) yield* pages(this.#db, null)
    else for (const tenant of new Set(tenants)) yield* pages(this.#db, tenant)
  }

  recall: ProvisioningStore['recall'] = (objects) => recall(this.#db, objects)

  remember: ProvisioningStore['remember'] = async (entries, gone = []) => {
    await this.#db.transaction().execute((trx) => forget(trx, gone))
    const newest = [...new Map(entries.map((entry) => [memoryKey(entry.kind, entry.key), entry])).values()]
    for await (const part of unhurried(newest)) await remember(this.#db, part)
    if (newest.length > many) await this.#count('provisioning_memory')
  }

  settle: ProvisioningStore['settle'] = async (entries) => {
    for await (const part of unhurried(entries)) await settle(this.#db, part)
  }

  amend: ProvisioningStore['amend'] = async (amendments) => {
    let amended = 0
    for await (const part of unhurried(amendments)) amended += await this.#db.transaction().execute((trx) => amend(trx, part))
    return amended
  }

  putSealedKeys: ProvisioningStore['putSealedKeys'] = (entries, time) => putKeys(this.#db, entries, time)

  sealedKeys: ProvisioningStore['sealedKeys'] = (names) => keysOf(this.#db, names)

  savePlan: ProvisioningStore['savePlan'] = async (saved) => {
    await savePlan(this.#db, saved)
    if (saved.plan.rows.length > many) await this.#count('provisioning_step', 'provisioning_plan_row')
  }

  plan: ProvisioningStore['plan'] = (scope, id) => planHead(this.#db, scope, id)

  rows: ProvisioningStore['rows'] = (planId, query) => planRows(this.#db, planId, query)

  dropPlansBefore: ProvisioningStore['dropPlansBefore'] = async (time) => {
    await dropPlans(this.#db, time)
    await dropKeysBefore(this.#db, time)
  }

  createJob: ProvisioningStore['createJob'] = (job, steps) => createJob(this.#db, job, steps)

  jobs: ProvisioningStore['jobs'] = (scope, query) => listJobs(this.#db, scope, query)

  job: ProvisioningStore['job'] = (scope, id) => findJob(this.#db, scope, id)

  setJobState: ProvisioningStore['setJobState'] = (id, state, time) => setState(this.#db, id, state, time)

  journal: ProvisioningStore['journal'] = (jobId, query) => journalPage(this.#db, jobId, query)

  openSteps: ProvisioningStore['openSteps'] = (jobId, devEuis) => openSteps(this.#db, jobId, devEuis)

  async begin(jobId: string, positions: readonly number[]): Promise<void> {
    if (positions.length > 0) await this.#entries.add({ begins: positions.map((position) => ({ jobId, position })), ends: [] })
  }

  async end(ends: readonly StepEnd[]): Promise<void> {
    if (ends.length > 0) await this.#entries.add({ begins: [], ends })
  }

  /** PostgreSQL plans for a nearly empty table until its autovacuum comes by, and sorts all of it for each page. */
  async #count(...tables: readonly (keyof Schema)[]): Promise<void> {
    if (this.#kind === 'postgresql') for (const table of tables) await sql`analyze ${sql.table(table)}`.execute(this.#db)
  }

  async #write(entries: readonly JournalEntries[]): Promise<void> {
    const together = { begins: entries.flatMap(({ begins }) => begins), ends: entries.flatMap(({ ends }) => ends) }
    const devEuis = await this.#db.transaction().execute((trx) => writeJournal(trx, together))
    if (devEuis.length === 0) return
    // It is written, whatever the directory says: that reads again with the next change what it could not read now.
    await this.#changed(devEuis).catch((error: unknown) => this.#logger.error({ err: error }, 'provisioning: directory not up to date'))
  }
}
