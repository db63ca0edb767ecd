import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { CodecEngine } from '../../src/codecs/engine/codec-engine.ts'
import { Registry } from '../../src/codecs/registry.ts'
import { uncommanded } from '../../src/simulator/commanded.ts'
import { defaultFleet } from '../../src/simulator/default-fleet.ts'
import { buildFleet, type SimulatedDevice } from '../../src/simulator/fleet.ts'
import { physicsOfFamily } from '../../src/simulator/fleet-declaration.ts'
import { type PayloadValues, valuesAt } from '../../src/simulator/payload-values.ts'
import { measurements } from '../../src/vocabulary/measurements.ts'
import { codecsFolder } from '../codecs/plain-codec.ts'
import { models, readingsOf } from './reported.ts'

const fleet = buildFleet(defaultFleet)
const hour = 3_600_000
const week = 7 * 24 * hour
const evening = Date.UTC(2026, 10, 22, 18, 12, 31)

/** Models that simulate, each with devices: those of the fleet, or one of its family that another model stands for. */
const simulating = [...models.values()].flatMap(({ model }): [string, readonly SimulatedDevice[]][] => {
  if (model.simulate === null) return []
  const own = fleet.devices.filter((device) => device.model === model.slug)
  const [relative] = fleet.devices.filter(({ physics }) => physics === physicsOfFamily.get(model.family))
  if (own.length === 0 && relative === undefined) throw new Error(`nothing simulates the family of ${model.slug}`)
  return [[model.slug, own.length > 0 || relative === undefined ? own : [{ ...relative, model: model.slug }]]]
})

/** Half of the last digit that a payload holds; of most models the same. */
const resolutions: Readonly<Record<string, number>> = {
  ...{ temperature: 0.05, humidity: 0.25, co2: 0.5, tvoc: 0.5, pm25: 0.5, pm10: 0.5, pressure: 0.05, windSpeed: 0.05, windDirection: 0.05 },
  ...{ distance: 0.0005, waterLevel: 0.0005, volume: 0.0005, pipePressure: 500, soilMoisture: 0.002, soilTemperature: 0.05 },
  ...{ soilConductivity: 5e-5, batteryVoltage: 0.0005, downlinkRssi: 0.5, downlinkSnr: 0.5, lampOnTime: 0.5, level: 0.5 },
  ...{
    energy: 0.0005,
    energyT1: 0.0005,
    energyT2: 0.0005,
    power: 0.5,
    powerFactor: 0.005,
    voltage: 0.05,
    current: 0.0005,
    frequency: 0.005,
  },
  ...{ latitude: 0.0005 / 60, longitude: 0.005 / 60 },
}
const ofModel: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'adeunis/field-test-device': { temperature: 0.5 },
  'dingtek/do200': { batteryVoltage: 0.005 },
  'nasys/ul20xx': { voltage: 0.5 },
}
const resolutionOf = (model: string, name: string) =>
  (ofModel[model]?.[name] ?? resolutions[name] ?? resolutions[name.replace(/L[123]$/, '')] ?? 0) + 1e-9

/** Values by channel, as they were given to simulate.js. */
function given(device: SimulatedDevice, values: PayloadValues, channel: string): Readonly<Record<string, unknown>> {
  return channel === 'main' || device.channels.length === 0 ? values : Object(values[channel] ?? {})
}

/** By channel; of a frame with history, the newest. */
function newestOf(device: SimulatedDevice, values: PayloadValues, time: number) {
  return new Map(readingsOf(device, values, time).map((reading) => [reading.channel, reading]))
}

function expectSame(device: SimulatedDevice, values: PayloadValues, time: number): Set<string> {
  const { measures } = models.get(device.model)!.model
  const told = new Set<string>()
  for (const [channel, reading] of newestOf(device, values, time)) {
    expect(reading.flags, `${device.asset.slug} ${channel}`).toEqual({})
    for (const [name, value] of Object.entries(reading.values)) {
      told.add(`${channel} ${name}`)
      const sent = given(device, values, channel)[name]
      const { modulus = Number.POSITIVE_INFINITY } = measures.find((measure) => measure.name === name) ?? {}
      if (typeof sent === 'number') {
        const wanted = modulus === Number.POSITIVE_INFINITY ? sent : sent % modulus
        expect(Math.abs(Number(value) - wanted), `${name}: ${value} of ${sent}`).toBeLessThanOrEqual(resolutionOf(device.model, name))
      } else if (sent !== undefined) expect(value, name).toBe(sent)
    }
  }
  return told
}

describe.for(simulating)('%s', ([, devices]) => {
  const inAWeek = fc.record({ device: fc.constantFrom(...devices), seed: fc.nat(2 ** 32 - 1), after: fc.integer({ min: 0, max: week }) })

  test('what a device measures in a week comes out of its payload again, nothing flagged', () => {
    fc.assert(
      fc.property(inAWeek, ({ device, seed, after }) => {
        const another = { ...device, seed }
        for (const values of valuesAt(another, evening + after, uncommanded)) expectSame(another, values, evening + after)
      }),
      { numRuns: 60 },
    )
  })

  test('its own devices, today and in half a year', () => {
    for (const device of devices) {
      for (const time of [evening, evening + 12.5 * hour, evening + 200 * 24 * hour]) {
        for (const values of valuesAt(device, time, uncommanded)) expectSame(device, values, time)
      }
    }
  })

  test('nothing that it measures and is simulated is left out', () => {
    const [device] = devices
    const { measures } = models.get(device!.model)!.model
    const frames = valuesAt(device!, evening, uncommanded)
    const told = new Set(frames.flatMap((values) => [...expectSame(device!, values, evening)]))
    const channels = ['main', ...device!.channels.map(({ channel }) => channel)]
    const wanted = channels.flatMap((channel) =>
      measures
        .filter(
          (measure) => measure.channel === channel && frames.some((values) => given(device!, values, channel)[measure.name] !== undefined),
        )
        .map(({ name }) => `${channel} ${name}`),
    )
    expect(wanted.length).toBeGreaterThan(0)
    expect([...told]).toEqual(expect.arrayContaining(wanted))
  })

  test('its counters never go back in a week, but where their model says they begin again', () => {
    const { measures } = models.get(devices[0]!.model)!.model
    for (const device of devices.slice(0, 2)) {
      const last = new Map<string, number>()
      for (let time = evening; time < evening + week; time += 1.5 * hour) {
        for (const [channel, reading] of valuesAt(device, time, uncommanded).flatMap((values) => [...newestOf(device, values, time)])) {
          for (const [name, value] of Object.entries(reading.values)) {
            if (measurements.get(name)?.kind !== 'counter') continue
            const { modulus } = measures.find((measure) => measure.name === name && measure.channel === channel) ?? {}
            const key = `${channel} ${name}`
            const before = last.get(key)
            last.set(key, Number(value))
            if (before === undefined) continue
            const grown = Number(value) - before
            const counted = modulus === undefined ? grown : (grown + modulus) % modulus
            expect(counted, `${device.asset.slug} ${key}`).toBeGreaterThanOrEqual(-1e-9)
            if (modulus !== undefined) expect(counted, `${device.asset.slug} ${key}`).toBeLessThan(modulus / 2)
          }
        }
      }
    }
  })
})

describe('the fleet', () => {
  test('a meter’s history repeats exactly what later frames say of the same hours', () => {
    const meter = fleet.devices[0]!
    const seen = new Map<string, unknown>()
    for (let frame = 0; frame < 48; frame++) {
      const time = evening + frame * 1_800_000
      for (const reading of readingsOf(meter, valuesAt(meter, time, uncommanded)[0]!, time)) {
        const key = String(reading.time)
        if (seen.has(key)) expect(reading.values.volume, key).toBe(seen.get(key))
        seen.set(key, reading.values.volume)
      }
    }
    expect(seen.size).toBeGreaterThan(60)
  })

  test('a bin’s fill is what its distance and its parameters say', () => {
    const bin = fleet.devices.find(({ asset }) => asset.slug === 'PAV-Gare-2')!
    const [reading] = readingsOf(bin, valuesAt(bin, evening, uncommanded)[0]!, evening)
    const { emptyDistance = 0, fullDistance = 0 } = bin.parameters
    expect(reading?.values.fill).toBeCloseTo((100 * (emptyDistance - Number(reading?.values.distance))) / (emptyDistance - fullDistance), 6)
  })

  test('values depend on device and time alone', () => {
    const before = fleet.devices.map((simulated) => valuesAt(simulated, evening, uncommanded))
    for (const simulated of fleet.devices) valuesAt(simulated, evening + 86_400_000, uncommanded)
    expect(buildFleet(defaultFleet).devices.map((simulated) => valuesAt(simulated, evening, uncommanded))).toEqual(before)
  })
})

test('the sandbox makes the same bytes', async () => {
  const logger = pino({ level: 'silent' })
  const registry = new Registry({ folders: [codecsFolder], logger })
  await registry.start()
  const engine = new CodecEngine({ logger, processes: 1 })
  await engine.start()
  try {
    for (const [slug, [simulated]] of simulating) {
      for (const values of valuesAt(simulated!, evening, uncommanded)) {
        const { model, simulate } = models.get(slug)!
        const { fPort, bytes } = simulate!('encodeUplink', values)
        expect(await engine.simulate(model.simulate!, values)).toMatchObject({ ok: true, fPort, bytes: Uint8Array.from(bytes!) })
      }
    }
  } finally {
    await engine.stop()
  }
})
