import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import { Database } from '../../../src/adapters/sql/database.ts'
import { inventorySuite } from '../../adapters/sql/inventory-suite.ts'
import { isolationSuite } from '../../adapters/sql/isolation-suite.ts'
import { journalKillSuite } from '../../adapters/sql/journal-kill-suite.ts'
import { migrationSuite } from '../../adapters/sql/migration-suite.ts'
import { provisioningSuite } from '../../adapters/sql/provisioning-suite.ts'
import { recordsSuite } from '../../adapters/sql/records-suite.ts'
import { inventoryOf, territory } from '../../adapters/sql/territory.ts'
import { startPostgres } from '../../support/servers/index.ts'

const logger = pino({ level: 'silent' })
let server: Awaited<ReturnType<typeof startPostgres>>
let root: Database
let made = 0
beforeAll(async () => {
  server = await startPostgres()
  root = new Database({ kind: 'postgresql', url: server.url }, logger)
})
afterAll(async () => {
  await root.stop()
  await server.stop()
})

const empty = async () => {
  const name = `test_${made++}`
  await sql`create database ${sql.ref(name)}`.execute(root.db)
  return { kind: 'postgresql' as const, url: server.url.replace(/\/[^/]*$/, `/${name}`) }
}
const make = async () => new Database(await empty(), logger)
const open = async () => {
  const database = await make()
  await database.start()
  return database
}

describe('inventory on PostgreSQL', () => inventorySuite(open))
describe('tenants on PostgreSQL', () => isolationSuite(open, 10))
describe('records on PostgreSQL', () => recordsSuite(open))
describe('provisioning on PostgreSQL', () => provisioningSuite(open))
describe('the journal on PostgreSQL', () => journalKillSuite(empty))
describe('migrations on PostgreSQL', () => migrationSuite(make))

test('two processes that start at once migrate once', async () => {
  const one = await make()
  const { url } = server
  const two = new Database({ kind: 'postgresql', url: url.replace(/\/[^/]*$/, `/test_${made - 1}`) }, logger)
  await Promise.all([one.start(), two.start()])
  await inventoryOf(one).seed(serverScope, territory)
  expect((await inventoryOf(two).devices(serverScope, { limit: 100 })).items).toHaveLength(4)
  await Promise.all([one.stop(), two.stop()])
})

test('a server that is away is one clear sentence, without the password, and is used again when it is back', async () => {
  const database = await open()
  await inventoryOf(database).seed(serverScope, territory)
  await server.kill()
  const failure = await inventoryOf(database)
    .devices(serverScope, { limit: 1 })
    .then(() => undefined)
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'database.unreachable', status: 503 })
  await server.restart()
  await expect
    .poll(() => inventoryOf(database).devices(serverScope, { limit: 100 }), { timeout: 60_000 })
    .toMatchObject({ items: { length: 4 } })
  await database.stop()
})

test('a wrong password is not in the sentence', async () => {
  const database = new Database({ kind: 'postgresql', url: 'postgres://ondine:geheim@127.0.0.1:1/ondine' }, logger)
  const failure = await database.start().catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'database.unreachable', context: { address: '127.0.0.1:1' } })
  expect(JSON.stringify(failure) + String(failure)).not.toContain('geheim')
  await database.stop()
})
