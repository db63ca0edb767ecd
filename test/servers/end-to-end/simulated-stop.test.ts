import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { readingPageSchema } from '../../../src/api/contract/readings.ts'
import { deviceViewSchema } from '../../../src/inventory/views.ts'
import type { Reading } from '../../../src/readings/reading.ts'
import { eventually, type OndineProcess, startOndine } from '../../support/ondine-process.ts'

let ondine: OndineProcess

// Fast enough that frames are in the air at every moment.
beforeAll(async () => {
  ondine = await startOndine({ environment: { ONDINE_SIMULATOR_SPEED: '600', ONDINE_SIMULATOR_DEVICES: '120' } })
})
afterAll(async () => ondine?.clean())

/** Of models without a clock of their own: two frames of one second of the device's clock are one reading. */
const services = ['waste', 'irrigation']

async function allReadings(): Promise<Reading[]> {
  return (await Promise.all(services.map(readingsOf))).flat()
}

/** How many devices send them. */
async function senders(): Promise<number> {
  const { items } = z.object({ items: z.array(deviceViewSchema) }).parse(await ondine.get('/v1/devices?limit=1000'))
  return items.filter(({ service }) => services.includes(service ?? '')).length
}

async function readingsOf(service: string): Promise<Reading[]> {
  const all: Reading[] = []
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = readingPageSchema.parse(await ondine.get(`/v1/readings?limit=1000&service=${service}${from}`))
    all.push(...page.items)
    cursor = page.cursor
  }
  return all
}

/** Frame counters of each device that are in the store. */
function countersOf(readings: readonly Reading[]): Map<string, Set<number>> {
  const counters = new Map<string, Set<number>>()
  for (const { device, frame } of readings) counters.set(device, (counters.get(device) ?? new Set()).add(frame.fCnt))
  return counters
}

function missing(counters: ReadonlyMap<string, ReadonlySet<number>>): string[] {
  return [...counters].flatMap(([device, seen]) =>
    Array.from({ length: Math.max(...seen) + 1 }, (_, fCnt) => fCnt)
      .filter((fCnt) => !seen.has(fCnt))
      .map((fCnt) => `${device} ${fCnt}`),
  )
}

test('a stop loses nothing that the simulated devices sent: their counters have no hole around it', async () => {
  const devices = await senders()
  expect(devices).toBeGreaterThan(20)
  await eventually('several frames of every device', async () => {
    const counters = countersOf(await allReadings())
    return counters.size === devices && [...counters.values()].every((seen) => seen.size > 2) ? true : undefined
  })
  expect(await ondine.stop('SIGTERM')).toBe(0)
  expect(ondine.output()).not.toContain('was confirmed before its stop')
  const stopped = new Date().toISOString()
  await ondine.restart()
  const readings = await eventually('frames of every device after the stop', async () => {
    const all = await allReadings()
    return countersOf(all.filter(({ receivedAt }) => receivedAt > stopped)).size === devices ? all : undefined
  })
  expect(missing(countersOf(readings))).toEqual([])
})
