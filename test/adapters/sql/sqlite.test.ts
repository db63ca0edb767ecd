import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery, type RootOperationNode, sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import { Database } from '../../../src/adapters/sql/database.ts'
import { SqlProvisioningStore } from '../../../src/adapters/sql/provisioning/sql-provisioning-store.ts'
import { SqlOrderLedger } from '../../../src/adapters/sql/sql-order-ledger.ts'
import type { Job } from '../../../src/provisioning/ports.ts'
import { inventorySuite } from './inventory-suite.ts'
import { isolationSuite } from './isolation-suite.ts'
import { journalKillSuite } from './journal-kill-suite.ts'
import { endOf, stepAt } from './journal-steps.ts'
import { migrationSuite } from './migration-suite.ts'
import { provisioningSuite } from './provisioning-suite.ts'
import { recordsSuite } from './records-suite.ts'

const logger = pino({ level: 'silent' })
let folder: string
let made = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-sqlite-'))
})
afterAll(() => rm(folder, { recursive: true }))

const make = async () => new Database({ kind: 'sqlite', file: join(folder, String(made++), 'ondine.sqlite') }, logger)
const open = async () => {
  const database = await make()
  await database.start()
  return database
}

describe('inventory on SQLite', () => inventorySuite(open))
const openInMemory = async () => {
  const database = new Database({ kind: 'sqlite', file: ':memory:' }, logger)
  await database.start()
  return database
}
describe('tenants on SQLite', () => isolationSuite(openInMemory, 100))
describe('records on SQLite', () => recordsSuite(open))
describe('provisioning on SQLite', () => provisioningSuite(open))
describe('the journal on SQLite', () => journalKillSuite(async () => ({ kind: 'sqlite', file: join(folder, 'journal', 'ondine.sqlite') })))
describe('migrations on SQLite', () => migrationSuite(make))

test('a file that is no database is one clear sentence', async () => {
  const database = new Database({ kind: 'sqlite', file: join(folder, '.') }, logger)
  await expect(database.start()).rejects.toMatchObject({ code: 'database.unusable' })
  await database.stop()
})

test('the files are for their owner only', async () => {
  const file = join(folder, 'rights', 'ondine.sqlite')
  const database = new Database({ kind: 'sqlite', file }, logger)
  await database.start()
  const rights = async (name: string) => ((await stat(name)).mode & 0o777).toString(8)
  expect(await Promise.all([file, `${file}-wal`, `${file}-shm`].map(rights))).toEqual(['600', '600', '600'])
  await database.stop()
})

test('what a transaction resolved is there after a crash: synchronous FULL in WAL mode, foreign keys on', async () => {
  const database = await open()
  const pragma = async (name: string) => Object.values((await sql`pragma ${sql.raw(name)}`.execute(database.db)).rows[0] ?? {})[0]
  expect([await pragma('journal_mode'), await pragma('synchronous'), await pragma('foreign_keys')]).toEqual(['wal', 2, 1])
  await database.stop()
})

test.for([
  ['of a device', { devEui: '70b3d5e75e000001' }, 'dev_eui=? AND state=?'],
  ['that are due', { dueBy: '2026-11-22T06:00:00.000Z' }, 'state=? AND not_before<?'],
  ['that are over', { expiredBy: '2026-11-22T06:00:00.000Z' }, 'state=? AND expires_at<?'],
] as const)('orders %s are found by an index, however long the ledger', async ([, filter, used]) => {
  const database = await open()
  const plans = await plansOf(database, (db) => new SqlOrderLedger({ db, logger }).inState(['queued'], { ...filter, most: 100 }))
  expect(plans[0]).toContain(used)
  await database.stop()
})

test.for([
  [
    'steps that failed',
    (store, { id }) => store.journal(id, { states: ['failed'], from: 5, limit: 9 }),
    'line USING PRIMARY KEY (job_id=? AND position>?)',
  ],
  ['a page of steps', (store, { id }) => store.journal(id, { from: 5, limit: 9 }), 'step_1 (list_id=? AND position>?)'],
  ['open steps of devices', (store, { id }) => store.openSteps(id, ['a', 'b']), 'step_of_device (list_id=? AND dev_eui=?)'],
  ['jobs that go on', (store) => store.jobs(serverScope, { states: ['waiting', 'running'], limit: 9 }), 'job_by_state (state=?)'],
  ['jobs of a tenant', (store, { scope }) => store.jobs(scope, { before: 9, limit: 9 }), 'job_by_tenant (tenant=? AND number<?)'],
  [
    'refused rows',
    (store) => store.rows('x', { outcomes: ['refused'], from: 5, limit: 9 }),
    'by_outcome (plan_id=? AND outcome=? AND position>?)',
  ],
  ['what is known of a tenant', (store) => pageOf(store.remembered(['tours'])), 'of_tenant (tenant=? AND (kind,key)>(?,?))'],
  ['what is known of names', (store) => store.recall([{ kind: 'device', key: 'a' }]), 'memory_1 (kind=? AND key=?)'],
] as [string, (store: SqlProvisioningStore, job: Job) => Promise<unknown>, string][])('%s are found by an index', async ([, ask, used]) => {
  const database = await open()
  const storeOf = (db: Database['db']) => new SqlProvisioningStore({ db, kind: 'sqlite', logger }, { changed: async () => {} })
  const store = storeOf(database.db)
  const of = { tenant: 'tours', subject: 'x', account: 'dsi', scope: { ...serverScope, tenant: 'tours' }, allOrNothing: false }
  const created = { id: '0195f3a0-0000-7000-8000-000000000001', action: 'apply', createdAt: '2026-11-22T06:00:00.000Z' }
  const job = await store.createJob({ ...of, ...created }, [stepAt(0), stepAt(1)])
  const ends = Array.from({ length: 1_500 }, (_, position) => endOf(job.id, position, ''))
  await store.remember(ends.flatMap(({ remember }) => remember))
  const plans = await plansOf(database, (db) => ask(storeOf(db), job))
  expect(plans.join('\n')).toContain(used)
  await database.stop()
})

async function pageOf(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pages);
}

/** How SQLite goes about what is asked. */
async function plansOf(database: Database, ask: (db: Database['db']) => Promise<unknown>): Promise<string[]> {
  const asked: RootOperationNode[] = []
  const spy = {
    transformQuery: ({ node }: { node: RootOperationNode }) => {
      asked.push(node)
      return node
    },
    transformResult: async <R>({ result }: { result: R }) => result,
  }
  await ask(database.db.withPlugin(spy))
  const plans: string[] = []
  for (const node of asked) {
    const { sql: text, parameters } = database.db.getExecutor().compileQuery(node, { queryId: 'asked' })
    const { rows } = await database.db.executeQuery<{ detail: string }>(CompiledQuery.raw(`explain query plan ${text}`, [...parameters]))
    plans.push(rows.map(({ detail }) => detail).join('\n'))
  }
  return plans
}
