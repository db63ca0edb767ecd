import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { expect, test } from 'vitest'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { ConsumerLoop, type ConsumerLoopOptions } from '../../src/uplinks/consumer-loop.ts'
import { FakeUplinkMetrics } from '../fakes/fake-uplink-metrics.ts'
import { eventually } from '../support/ondine-process.ts'
import { event, SpoolFixture, texts } from './spool/spool-fixture.ts'

const logger = pino({ level: 'silent' })
const far = 600_000
const numbered = (from: number, count: number) => Array.from({ length: count }, (_, index) => event(String(from + index)))

async function loopOver(options: Partial<ConsumerLoopOptions> = {}) {
  const fixture = await SpoolFixture.make()
  const spool = await fixture.start()
  const batches: string[][] = []
  const handle: ConsumerLoopOptions['handle'] = async (events) => {
    batches.push(texts(events))
    return null
  }
  const metrics = new FakeUplinkMetrics()
  const open = () => spool.consumer('store')
  const loop = new ConsumerLoop({ name: 'store', open, batch: 10, handle, logger, metrics, backoff: { first: 1, most: 1 }, ...options })
  return { spool, batches, loop }
}

test('few events wait for more until they are a batch, and none is taken twice or out of order', async () => {
  const { spool, batches, loop } = await loopOver({ collectMs: far })
  loop.start()
  await spool.append(numbered(0, 3))
  await sleep(150)
  expect(batches).toEqual([])
  await spool.append(numbered(3, 9))
  await eventually('a batch', async () => batches[0])
  expect(batches).toEqual([numbered(0, 10).map(({ payload }) => payload.toString())])
  await loop.stop()
  expect(batches.flat()).toEqual(numbered(0, 12).map(({ payload }) => payload.toString()))
})

test('a stop deals with what was collected and waits for no more', async () => {
  const { spool, batches, loop } = await loopOver({ collectMs: far })
  loop.start()
  await spool.append(numbered(0, 3))
  await sleep(150)
  await loop.stop()
  expect(batches).toEqual([['0', '1', '2']])
  expect(spool.position('store')).toBe(3)
})

test('without it each event is dealt with at once', async () => {
  const { spool, batches, loop } = await loopOver()
  loop.start()
  await spool.append(numbered(0, 1))
  await eventually('a batch', async () => batches[0])
  await loop.stop()
  expect(batches).toEqual([['0']])
})

test('one that has to try again is waited for by nobody, and says so', async () => {
  let moved = 0
  let fails = true
  const { spool, loop } = await loopOver({
    convoy: { moved: () => moved++, wait: async () => {} },
    handle: async () => {
      if (fails) throw new OndineError('store.unreachable', { store: 'InfluxDB', reason: 'away' })
      return null
    },
  })
  loop.start()
  expect(loop.stuck).toBe(false)
  await spool.append(numbered(0, 1))
  await eventually('a failure', async () => loop.stuck || undefined)
  expect(moved).toBeGreaterThan(0)
  fails = false
  await eventually('the batch', async () => spool.position('store') === 1 || undefined)
  expect(loop.stuck).toBe(false)
  await loop.stop()
})

test('who is urgent waits for nobody', async () => {
  for (const urgent of [true, false]) {
    let waits = 0
    const convoy = { moved: () => {}, wait: async () => void waits++ }
    const { spool, batches, loop } = await loopOver({ urgent, convoy })
    loop.start()
    await spool.append(numbered(0, 1))
    await eventually('a batch', async () => batches[0])
    await loop.stop()
    expect(waits).toBe(urgent ? 0 : 1)
  }
})
