import { describe } from 'vitest'
import { MemoryReadingStore } from '../fakes/memory-reading-store.ts'
import { describeStore } from './store-suite.ts'

describe('in memory', () => {
  describeStore({ empty: async () => new MemoryReadingStore(), runs: 100 })
})
