import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Reading } from '../../../src/readings/reading.ts'
import { MemoryReadingStore } from '../../fakes/memory-reading-store.ts'
import { hour, installed, meter, operator, otherMeter, ReplayFixture, uplink } from './replay-fixture.ts'
import { describeReplay } from './replay-suite.ts'

describe('over the store in memory', () => describeReplay(async () => new MemoryReadingStore()))

let fixture: ReplayFixture
beforeEach(async () => {
  fixture = await new ReplayFixture(new MemoryReadingStore()).start()
})
afterEach(() => fixture.stop())

const hours = (devEui: string, count: number, from = 0) => Array.from({ length: count }, (_, n) => uplink(devEui, from + n))
const withoutTemperature = () => {
  fixture.decode = (n) => ({ ok: true, data: { volume: n }, warnings: [] })
}

test('a reading that the store refuses for ever: the one that was there is put back', async () => {
  await fixture.receive(hours(meter, 2))
  withoutTemperature()
  const { store } = fixture
  const write = store.write.bind(store)
  store.write = async (readings) => {
    const isRefused = ({ values }: Reading) => values.volume === 0 && !('temperature' in values)
    await write(readings.filter((reading) => !isRefused(reading)))
    return { rejected: readings.filter(isRefused).map((reading) => ({ reading, reason: 'no' })) }
  }
  const { counts } = await fixture.replay()
  expect(counts).toMatchObject({ rejected: 1, changed: 1 })
  expect(await fixture.stored()).toEqual([{ volume: 0, temperature: 8 }, { volume: 1 }])
})

test('who may, and on what', async () => {
  await fixture.receive([...hours(meter, 1)])
  fixture.devices.set(otherMeter, installed(otherMeter, { tenant: 'blois' }))
  await fixture.receive([...hours(otherMeter, 1)])
  withoutTemperature()
  await expect(fixture.replay({}, { ...operator, role: 'technician' })).rejects.toMatchObject({ code: 'access.forbidden' })
  await fixture.replay()
  expect(await fixture.stored(meter)).toEqual([{ volume: 0 }])
  expect(await fixture.stored(otherMeter)).toEqual([{ volume: 0, temperature: 8 }])
  const blois = { ...operator, tenant: 'blois' }
  await expect(fixture.service.get(blois, 1)).rejects.toMatchObject({ code: 'replay.unknown' })
  await expect(fixture.service.end(blois, 1)).rejects.toMatchObject({ code: 'replay.unknown' })
  expect(await fixture.service.list(blois, { limit: 10 })).toEqual([])
  expect(await fixture.service.list({ ...operator, account: 'x', services: ['water'] }, { limit: 10 })).toEqual([])
  expect(await fixture.service.list(operator, { limit: 10 })).toHaveLength(1)
})

test.for([
  ['an unknown model', { model: 'acme/none' }, 'codec.unknown-model'],
  ['an empty span', { from: hour(5), to: hour(5) }, 'replay.empty-span'],
  ['a span of the future', { from: hour(31 * 24) }, 'replay.empty-span'],
  ['a span before the archive', { from: hour(-2400), to: hour(-2300) }, 'replay.no-frames'],
  ['a device of another model', { devices: [otherMeter] }, 'replay.other-model'],
] as const)('%s is refused', async ([, parts, code]) => {
  fixture.devices.set(otherMeter, installed(otherMeter, { model: 'acme/other' }))
  await fixture.receive(hours(meter, 3))
  await expect(fixture.replay({ ...parts, ...('devices' in parts ? { devices: [...parts.devices] } : {}) } as never)).rejects.toMatchObject(
    { code },
  )
})

test('one at a time; the one under way can be ended, and what it did is told', async () => {
  await fixture.receive(hours(meter, 3))
  withoutTemperature()
  const first = fixture.replay()
  await expect(fixture.replay()).rejects.toMatchObject({ code: 'replay.busy' })
  await first
  expect(fixture.audit.map(({ action, account, tenant, object }) => [action, account, tenant, object])).toEqual([
    ['replay.begin', 'anne', 'tours', 'acme/meter'],
    ['replay.end', 'anne', 'tours', 'acme/meter'],
  ])
  expect(await fixture.service.end(operator, 1)).toMatchObject({ state: 'done' })
})

test('what was replaced is told; messages and alarms only when asked for', async () => {
  await fixture.receive(hours(meter, 3))
  withoutTemperature()
  await fixture.replay()
  expect(fixture.replaced).toHaveLength(3)
  expect(fixture.again).toEqual([])
  fixture.decode = (n) => ({ ok: true, data: { volume: n + 1 }, warnings: [] })
  await fixture.replay({ alarms: true })
  expect(fixture.again).toMatchObject([{ how: { readings: false, alarms: true } }])
  expect(fixture.again[0]?.readings.map(({ values }) => values)).toEqual([{ volume: 1 }, { volume: 2 }, { volume: 3 }])
})

test('readings that are past keeping are neither made again nor taken out', async () => {
  await fixture.receive(hours(meter, 24 * 3))
  fixture.keeping = [{ tenant: 'tours', service: null, readings: 28, daily: null }]
  await fixture.crash()
  await fixture.open()
  withoutTemperature()
  // It is 1 December: the first of November is 30 days ago, the third 28.
  await fixture.replay()
  expect((await fixture.stored()).map((values) => 'temperature' in values)).toEqual(Array.from({ length: 72 }, (_, n) => n < 48))
})

test('a model that is told by the frame’s profile only', async () => {
  fixture.devices.set(meter, installed(meter, { model: null }))
  await fixture.receive(hours(meter, 2))
  expect(await fixture.stored()).toEqual([0, 1].map((volume) => ({ volume, temperature: 8 })))
  withoutTemperature()
  await fixture.replay()
  expect(await fixture.stored()).toEqual([{ volume: 0 }, { volume: 1 }])
})

test('a frame that came twice is one reading still', async () => {
  const [one] = hours(meter, 1)
  await fixture.receive([one!])
  await fixture.archive.keep([
    { uplink: { ...one!, time: hour(0).replace('.000Z', '.700Z') }, tenant: 'tours', service: 'water', modelKnown: true },
  ])
  await fixture.replay()
  expect(await fixture.stored()).toEqual([{ volume: 0, temperature: 8 }])
})

test('months of many devices go by in steps', async () => {
  const devices = Array.from({ length: 40 }, (_, n) => `0018b2000000${String(n).padStart(4, '0')}`)
  for (const devEui of devices) fixture.devices.set(devEui, installed(devEui))
  await fixture.receive(devices.flatMap((devEui) => Array.from({ length: 28 }, (_, day) => uplink(devEui, day * 24))))
  withoutTemperature()
  const view = await fixture.replay()
  expect(view).toMatchObject({ state: 'done', counts: { changed: 40 * 28 }, deviceCount: 42 })
  expect(view.total).toBeGreaterThan(4 * 5)
  expect(view.done).toBe(view.total)
})
