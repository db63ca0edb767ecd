import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import { OndineError } from '../../../src/errors/ondine-error.ts'
import { RetentionSweep, type SweepOptions } from '../../../src/uplinks/frames/retention-sweep.ts'

const rules = [{ tenant: null, service: null, frames: 10, readings: 30, daily: null }]
const poll = { timeout: 10_000, interval: 5 }
let sweep: RetentionSweep
afterEach(() => sweep.stop())

function sweeping(parts: Partial<SweepOptions>): RetentionSweep {
  sweep = new RetentionSweep({
    archive: { expire: async () => 0, extent: async () => ({ frames: 0, bytes: 0, firstDay: null }) },
    history: { expire: async () => {} },
    rules,
    logger: pino({ level: 'silent' }),
    now: () => new Date('2026-11-22T12:00:00.000Z'),
    dropped: () => {},
    ...parts,
  })
  return sweep
}

test('frames and readings go by the same rules, now and again; what went is told', async () => {
  const [asked, dropped]: [unknown[], number[]] = [[], []]
  const archive = {
    expire: async (...given: unknown[]) => asked.push(given),
    extent: async () => ({ frames: 0, bytes: 0, firstDay: null }),
  }
  await sweeping({
    archive,
    history: { expire: async (...given) => void asked.push(given) },
    dropped: (frames) => dropped.push(frames),
    everyMs: 5,
  }).start()
  await expect.poll(() => asked.length, poll).toBeGreaterThan(3)
  expect(asked.every((given) => JSON.stringify(given) === JSON.stringify([rules, new Date('2026-11-22T12:00:00.000Z')]))).toBe(true)
  expect(sweep.last).toMatchObject({ failed: null, frames: expect.any(Number) })
  expect(dropped.length).toBeGreaterThan(0)
})

test('a database that is away keeps no frame from going, is told, and is tried again', async () => {
  let [tries, frames] = [0, 0]
  const archive = { expire: async () => ++frames, extent: async () => ({ frames: 0, bytes: 0, firstDay: null }) }
  const expire = async () => {
    if (++tries < 3) throw new OndineError('store.unreachable', { store: 'test', reason: 'away' })
  }
  await sweeping({ archive, history: { expire }, againMs: 5 }).start()
  await expect.poll(() => sweep.last?.failed, poll).toContain('away')
  await expect.poll(() => sweep.last?.failed, poll).toBeNull()
  expect(tries).toBe(3)
  expect(frames).toBe(3)
})
