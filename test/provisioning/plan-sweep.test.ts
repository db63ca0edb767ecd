import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PlanSweep } from '../../src/provisioning/plan-sweep.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-22T06:00:00.000Z') }))
afterEach(() => void vi.useRealTimers())

test('old plans are dropped at the start and each day, also after a database was away, and no more after a stop', async () => {
  const asked: string[] = []
  const store = {
    dropPlansBefore: async (time: string) => {
      asked.push(time)
      if (asked.length === 2) throw new Error('away')
    },
  }
  const sweep = new PlanSweep({ store, logger: pino({ level: 'silent' }), now: () => new Date() })
  await sweep.start()
  await vi.advanceTimersByTimeAsync(2 * 24 * 60 * 60 * 1000)
  await sweep.stop()
  await vi.advanceTimersByTimeAsync(2 * 24 * 60 * 60 * 1000)
  expect(asked).toEqual(['2026-10-23T06:00:00.000Z', '2026-10-24T06:00:00.000Z', '2026-10-25T06:00:00.000Z'])
})
