import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe } from 'vitest'
import { SqliteReadingStore } from '../../../src/adapters/sql/readings/sqlite-reading-store.ts'
import { describeReplay } from './replay-suite.ts'

describe('over the embedded store', () => {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  describeReplay(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ondine-replay-readings-'))
    const store = new SqliteReadingStore({ file: join(folder, 'readings.sqlite') })
    await store.start()
    ends.push(async () => {
      await store.stop()
      await rm(folder, { recursive: true, force: true })
    })
    return store
  })
})
