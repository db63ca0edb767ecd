import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Database } from '../../../src/adapters/sql/database.ts'
import { inventorySuite } from './inventory-suite.ts'
import { isolationSuite } from './isolation-suite.ts'
import { migrationSuite } from './migration-suite.ts'
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
