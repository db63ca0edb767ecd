import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { SqliteReadingStore } from '../../../src/adapters/sql/readings/sqlite-reading-store.ts'
import { describeHistory } from '../../readings/history-suite.ts'
import { describeStore } from '../../readings/store-suite.ts'

let folder: string
let number = 0
const started: SqliteReadingStore[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-readings-'))
})
afterEach(async () => {
  for (const store of started.splice(0)) await store.stop()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function open(file: string): Promise<SqliteReadingStore> {
  const store = new SqliteReadingStore({ file })
  await store.start()
  started.push(store)
  return store
}

describe('SQLite', () => {
  describeStore({
    empty: () => open(join(folder, `${++number}.sqlite`)),
    async again(store) {
      await store.stop()
      return open(join(folder, `${number}.sqlite`))
    },
    runs: 60,
  })
  describeHistory({ empty: () => open(join(folder, `${++number}.sqlite`)), keepsDays: true, runs: 30 })
})
