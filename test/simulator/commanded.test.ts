import { describe, expect, test } from 'vitest'
import { mapCommand, proves } from '../../src/codecs/command-mapping.ts'
import { type Commanded, commandedLevel, nextEnd, obey, uncommanded } from '../../src/simulator/commanded.ts'
import { defaultFleet } from '../../src/simulator/default-fleet.ts'
import { buildFleet, type SimulatedDevice } from '../../src/simulator/fleet.ts'
import { valuesAt } from '../../src/simulator/payload-values.ts'
import type { Command } from '../../src/vocabulary/command.ts'
import { models, readingsOf } from './reported.ts'

const fleet = buildFleet(defaultFleet)
const minute = 60_000
const hour = 60 * minute
const evening = Date.UTC(2026, 10, 22, 18, 12, 31)

function device(slug: string): SimulatedDevice {
  const found = fleet.devices.find(({ asset }) => asset.slug === slug)
  if (found === undefined) throw new Error(`no ${slug}`)
  return found
}

describe('a street light', () => {
  const light = device('L-Foch-014')
  const { model, codec } = models.get('nasys/ul20xx')!

  function ordered(input: unknown, before: Commanded = uncommanded) {
    const { fPort, bytes } = codec('encodeDownlink', { data: input })
    return obey(light, before, codec('decodeDownlink', { fPort, bytes }).data, evening)
  }

  test('a dim changes the light, and its next status proves it', () => {
    const dim = { type: 'dim', level: 40 } as const
    const [status] = valuesAt(light, evening, uncommanded)
    expect(proves(model, dim, 'main', readingsOf(light, status!, evening)[0]!)).toBe(false)
    const { commanded, answers } = ordered(mapCommand(model, dim, { channel: 'main' }).input)
    expect(answers).toBe(true)
    const [after] = valuesAt(light, evening, commanded)
    const [reading] = readingsOf(light, after!, evening)
    expect(reading?.values).toMatchObject({ level: 40, levelSource: 'manual' })
    expect(proves(model, dim, 'main', reading!)).toBe(true)
  })

  test('a timed dim ends by itself, resume and reboot at once', () => {
    const { commanded } = ordered(mapCommand(model, { type: 'dim', level: 40 }, { channel: 'main', minutes: 60 }).input)
    expect(commandedLevel(commanded, evening + 59 * 60_000)).toBe(40)
    expect(commandedLevel(commanded, evening + 60 * 60_000)).toBeNull()
    expect(
      commandedLevel(ordered(mapCommand(model, { type: 'resume' }, { channel: 'main' }).input, commanded).commanded, evening),
    ).toBeNull()
    expect(
      commandedLevel(ordered(mapCommand(model, { type: 'reboot' }, { channel: 'main' }).input, commanded).commanded, evening),
    ).toBeNull()
  })

  test('an interval is taken over, and what is not understood changes nothing', () => {
    expect(ordered(mapCommand(model, { type: 'set-interval', seconds: 600 }, { channel: 'main' }).input).commanded.interval).toBe(600)
    for (const odd of [undefined, null, 'dim', { type: 'set-level', targets: [] }, { type: 'dance' }]) {
      expect(obey(light, uncommanded, odd, evening)).toEqual({ commanded: uncommanded, answers: false })
    }
  })
})

/** A standard command for a channel, through encoder and decodeDownlink, as the device hears it at a time. */
function order(simulated: SimulatedDevice, channel: string, command: Command, time: number, before: Commanded = uncommanded): Commanded {
  const { model, codec } = models.get(simulated.model)!
  const { fPort, bytes } = codec('encodeDownlink', { data: mapCommand(model, command, { channel }).input })
  const { commanded, answers } = obey(simulated, before, codec('decodeDownlink', { fPort, bytes }).data, time)
  expect(answers).toBe(true)
  return commanded
}

/** What the device then says of a channel. */
function reported(simulated: SimulatedDevice, channel: string, commanded: Commanded, time: number) {
  const readings = valuesAt(simulated, time, commanded).flatMap((values) => readingsOf(simulated, values, time))
  return readings.find((reading) => reading.channel === channel)!
}

describe('a valve', () => {
  const valves = device('V-Gloriette-1')
  const noon = Date.UTC(2026, 10, 22, 12)
  const { model } = models.get(valves.model)!

  test('opens for its minutes, lets water through meanwhile, and closes by itself; the other one stays as it is', () => {
    const open = { type: 'open', minutes: 10 } as const
    expect(reported(valves, 'valve1', uncommanded, noon).values.valveOpen).toBe(false)
    const commanded = order(valves, 'valve1', open, noon)
    expect(nextEnd(commanded, noon)).toBe(noon + 10 * minute)
    const during = reported(valves, 'valve1', commanded, noon + 9 * minute)
    expect(during.values.valveOpen).toBe(true)
    expect(proves(model, open, 'valve1', during)).toBe(true)
    const [before, half, after, later] = [0, 5, 10, 60].map((m) =>
      Number(reported(valves, 'valve1', commanded, noon + m * minute).values.pulses),
    )
    expect(half! - before!).toBeGreaterThan(100)
    expect(Math.abs(after! - half! - (half! - before!))).toBeLessThanOrEqual(1)
    expect(later).toBe(after)
    expect(reported(valves, 'valve1', commanded, noon + 10 * minute).values.valveOpen).toBe(false)
    for (const m of [0, 9, 60]) {
      expect(reported(valves, 'valve2', commanded, noon + m * minute)).toEqual(reported(valves, 'valve2', uncommanded, noon + m * minute))
    }
  })

  test('the same order again begins its minutes anew; a close ends them, and neither takes back what has flowed', () => {
    const once = order(valves, 'valve1', { type: 'open', minutes: 10 }, noon)
    const again = order(valves, 'valve1', { type: 'open', minutes: 10 }, noon + 6 * minute, once)
    expect(nextEnd(again, noon + 6 * minute)).toBe(noon + 16 * minute)
    const closed = order(valves, 'valve1', { type: 'close' }, noon + 12 * minute, again)
    expect(reported(valves, 'valve1', closed, noon + 12 * minute).values.valveOpen).toBe(false)
    const pulses = (commanded: Commanded, m: number) => Number(reported(valves, 'valve1', commanded, noon + m * minute).values.pulses)
    expect(pulses(again, 6)).toBe(pulses(once, 6))
    expect(pulses(closed, 12)).toBe(pulses(again, 12))
    expect(pulses(closed, 30)).toBe(pulses(closed, 12))
  })

  test('waters at night by itself, unless it was closed during it', () => {
    const nights = Array.from({ length: 6 }, (_, night) => Date.UTC(2026, 6, 13 + night))
    const minutes = nights.flatMap((night) => Array.from({ length: 24 * 12 }, (_, index) => night + index * 5 * minute))
    const open = minutes.filter((time) => reported(valves, 'valve1', uncommanded, time).values.valveOpen)
    expect(open.length).toBeGreaterThan(5)
    for (const time of open) expect(new Date(time).getUTCHours()).toBeLessThan(5)
    const [first = 0] = open
    const commanded = order(valves, 'valve1', { type: 'close' }, first)
    const of = (time: number) => reported(valves, 'valve1', commanded, time).values
    expect(of(first + 5 * minute)).toMatchObject({ valveOpen: false, pulses: of(first).pulses })
    const next = open.find((time) => time > first + 12 * hour)
    if (next === undefined) throw new Error('it waters once only')
    expect(of(next).valveOpen).toBe(true)
  })
})

describe('a lighting cabinet', () => {
  const lights = device('AR-Foch-1')
  const { model } = models.get(lights.model)!
  const closed = (commanded: Commanded, time: number) =>
    ['relay1', 'relay2', 'relay3'].map((relay) => reported(lights, relay, commanded, time).values.relayClosed)

  test('closes its relays at dusk; every other one pauses in the night', () => {
    expect([12, 18, 23].map((h) => closed(uncommanded, Date.UTC(2026, 10, 22, h)))).toEqual([
      [false, false, false],
      [true, true, true],
      [true, false, true],
    ])
  })

  test('an ordered relay is switched, proves it, and follows its program again from the next dusk or dawn on', () => {
    const off = { type: 'switch', on: false } as const
    const commanded = order(lights, 'relay2', off, evening)
    expect(closed(commanded, evening + minute)).toEqual([true, false, true])
    expect(proves(model, off, 'relay2', reported(lights, 'relay2', commanded, evening + minute))).toBe(true)
    expect(order(lights, 'relay2', off, evening, commanded)).toEqual(commanded)
    expect(closed(commanded, Date.UTC(2026, 10, 23, 18))).toEqual([true, true, true])
    const on = order(lights, 'relay1', { type: 'switch', on: true }, Date.UTC(2026, 10, 22, 12))
    expect(closed(on, Date.UTC(2026, 10, 22, 14))).toEqual([true, false, false])
    expect(Number(reported(lights, 'main', on, Date.UTC(2026, 10, 22, 14)).values.power)).toBeGreaterThan(300)
  })

  test('its meter counts what orders saved and added, and never goes back', () => {
    const dark = order(lights, 'relay1', { type: 'switch', on: false }, evening)
    const again = order(lights, 'relay1', { type: 'switch', on: true }, evening + 2 * hour, dark)
    const energy = (commanded: Commanded, time: number) => Number(reported(lights, 'main', commanded, time).values.energy)
    expect(energy(dark, evening)).toBe(energy(uncommanded, evening))
    expect(energy(again, evening + 2 * hour)).toBe(energy(dark, evening + 2 * hour))
    const saved = energy(uncommanded, evening + 2 * hour) - energy(dark, evening + 2 * hour)
    expect(saved).toBeGreaterThan(0.5)
    expect(energy(uncommanded, evening + 48 * hour) - energy(again, evening + 48 * hour)).toBeCloseTo(saved, 2)
  })
})
