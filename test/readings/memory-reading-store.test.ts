import { describe } from 'vitest'
import { MemoryReadingStore } from '../fakes/memory-reading-store.ts'
import { describeHistory } from './history-suite.ts'
import { describeStore } from './store-suite.ts'

describe('in memory', () => {
  describeStore({ empty: async () => new MemoryReadingStore(), runs: 100 })
  describeHistory({ empty: async () => new MemoryReadingStore(), keepsDays: true, runs: 100 })
})
