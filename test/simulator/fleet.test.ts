import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { mapCommand, proves } from '../../src/codecs/command-mapping.ts'
import { CodecEngine } from '../../src/codecs/engine/codec-engine.ts'
import { normalise } from '../../src/codecs/normalise.ts'
import { Registry } from '../../src/codecs/registry.ts'
import { slugSchema } from '../../src/inventory/slug.ts'
import { margin } from '../../src/lorawan/data-rate.ts'
import { euiSchema } from '../../src/lorawan/eui.ts'
import { type Commanded, commandedLevel, obey, uncommanded } from '../../src/simulator/commanded.ts'
import { buildFleet, type SimulatedDevice } from '../../src/simulator/fleet.ts'
import { defaultFleet } from '../../src/simulator/fleet-declaration.ts'
import { framesOf, type PayloadValues, replayedFrame, valuesAt } from '../../src/simulator/payload-values.ts'
import { heardAt } from '../../src/simulator/radio-path.ts'
import { codecsFolder, plainCodec, readExamples, readModel, slugs } from '../codecs/plain-codec.ts'

const fleet = buildFleet(defaultFleet)
const evening = Date.UTC(2026, 10, 22, 18, 12, 31)

const models = new Map(
  slugs.map((slug) => {
    const model = readModel(slug)
    return [slug, { model, codec: plainCodec(model.codec), simulate: model.simulate === null ? undefined : plainCodec(model.simulate) }]
  }),
)

function device(slug: string): SimulatedDevice {
  const found = fleet.devices.find(({ asset }) => asset.slug === slug)
  if (found === undefined) throw new Error(`no ${slug}`)
  return found
}

/** Through the model's own simulate.js, codec and mapping: what a reader of the fleet would see. */
function readingsOf(simulated: SimulatedDevice, values: PayloadValues, time: number) {
  const { model, codec, simulate } = models.get(simulated.model)!
  const { fPort, bytes } = simulate!('encodeUplink', values)
  const { data, errors } = codec('decodeUplink', { fPort, bytes, recvTime: new Date(time), variables: {} })
  expect(errors).toBeUndefined()
  return normalise(model, data, { receivedAt: new Date(time).toISOString(), parameters: () => simulated.parameters })
}

describe('the default fleet', () => {
  test('is 240 devices of 4 services, heard by 6 gateways', () => {
    expect(fleet.devices).toHaveLength(240)
    expect(fleet.gateways).toHaveLength(6)
    expect(new Set(fleet.devices.map(({ service }) => service))).toEqual(new Set(fleet.services.map(({ slug }) => slug)))
    expect(fleet.services).toHaveLength(4)
    expect(new Set(fleet.devices.flatMap(({ paths }) => paths.map(({ gatewayId }) => gatewayId))).size).toBe(6)
  })

  test('has the assets that the documentation names', () => {
    expect(device('L-Foch-014')).toMatchObject({ model: 'nasys/ul20xx', service: 'lighting', site: { commune: '37261' } })
    expect(device('PAV-Gare-2').parameters).toMatchObject({ fullDistance: 0.3 })
  })

  test('gives every device ids of its own and of the right shape', () => {
    for (const { devEui, joinEui, appKey, asset, site } of fleet.devices) {
      expect(euiSchema.parse(devEui)).toBe(devEui)
      expect(euiSchema.parse(joinEui)).toBe(joinEui)
      expect(appKey).toMatch(/^[0-9a-f]{32}$/)
      expect(slugSchema.safeParse(asset.slug).success).toBe(true)
      expect(site.commune).toMatch(/^37\d{3}$/)
    }
    for (const pick of [(d: SimulatedDevice) => d.devEui, (d: SimulatedDevice) => d.appKey, (d: SimulatedDevice) => d.asset.slug]) {
      expect(new Set(fleet.devices.map(pick)).size).toBe(240)
    }
  })

  test('keeps the delivery point out of a dwelling’s slug', () => {
    for (const { asset } of fleet.devices.filter(({ service }) => service === 'water')) {
      expect(asset.slug).toMatch(/^w-[2-9a-hjkmnp-z]{8}$/)
      expect(asset.name).toMatch(/^PDL \d{5} \d{5}$/)
    }
  })

  test('is the same each time, and another one for another seed', () => {
    expect(buildFleet(defaultFleet)).toEqual(fleet)
    const other = buildFleet({ ...defaultFleet, seed: 1 })
    expect(other.devices.some(({ devEui }) => fleet.devices.some((known) => known.devEui === devEui))).toBe(false)
  })

  test('is heard: the best gateway of every device demodulates it, and signals differ', () => {
    for (const simulated of fleet.devices) {
      const heard = heardAt(simulated, evening)
      expect(heard.length).toBeGreaterThan(0)
      for (const { snr } of heard) expect(margin(snr, simulated.spreadingFactor)).toBeGreaterThanOrEqual(0)
      expect(heard.map(({ snr }) => snr)).toEqual(heard.map(({ snr }) => snr).sort((a, b) => b - a))
    }
    expect(new Set(fleet.devices.map(({ spreadingFactor }) => spreadingFactor)).size).toBeGreaterThan(3)
    expect(fleet.devices.some((simulated) => heardAt(simulated, evening).length >= 3)).toBe(true)
  })
})

describe('what the fleet sends makes sense', () => {
  test.for(slugs)('%s: every device decodes to what was simulated, nothing flagged', (slug) => {
    for (const simulated of fleet.devices.filter(({ model }) => model === slug)) {
      for (const time of [evening, evening + 12.5 * 3_600_000, evening + 200 * 86_400_000]) {
        for (const values of valuesAt(simulated, time, uncommanded)) {
          const readings = readingsOf(simulated, values, time)
          const newest = readings.at(-1)!
          expect(newest.flags, simulated.asset.slug).toEqual({})
          for (const [name, value] of Object.entries(newest.values)) {
            const sent = values[name]
            if (typeof sent === 'number' && typeof value === 'number') expect(Math.abs(value - sent), name).toBeLessThanOrEqual(0.51)
            else if (typeof sent === 'boolean') expect(value, name).toBe(sent)
          }
        }
      }
    }
  })

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
    const bin = device('PAV-Gare-2')
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

describe('orders', () => {
  const light = device('L-Foch-014')
  const { model, codec } = models.get('nasys/ul20xx')!

  function ordered(input: unknown, before: Commanded = uncommanded) {
    const { fPort, bytes } = codec('encodeDownlink', { data: input })
    return obey(before, codec('decodeDownlink', { fPort, bytes }).data, evening)
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
      expect(obey(uncommanded, odd, evening)).toEqual({ commanded: uncommanded, answers: false })
    }
  })
})

test('a device without a simulation replays the good examples of its model, in turn', () => {
  const simulated = { ...fleet.devices[0]!, physics: 'examples' as const, interval: 60 }
  expect(valuesAt(simulated, evening, uncommanded)).toEqual([])
  const examples = readExamples('milesight/em400-mud')
  const good = examples.flatMap((example) => (example.type === 'uplink' && !example.errors ? [example.input.hex] : []))
  const replayed = good.map((_, i) =>
    Buffer.from(replayedFrame(simulated, framesOf(examples), evening + i * 60_000)!.bytes).toString('hex'),
  )
  expect(replayed.toSorted()).toEqual(good.toSorted())
  expect(replayedFrame(simulated, [], evening)).toBeNull()
})

test('the sandbox makes the same bytes', async () => {
  const logger = pino({ level: 'silent' })
  const registry = new Registry({ folders: [codecsFolder], logger })
  await registry.start()
  const engine = new CodecEngine({ logger, processes: 1 })
  await engine.start()
  try {
    for (const slug of slugs) {
      const simulated = fleet.devices.find(({ model }) => model === slug)!
      for (const values of valuesAt(simulated, evening, uncommanded)) {
        const { model, simulate } = models.get(slug)!
        const { fPort, bytes } = simulate!('encodeUplink', values)
        expect(await engine.simulate(model.simulate!, values)).toMatchObject({ ok: true, fPort, bytes: Uint8Array.from(bytes!) })
      }
    }
  } finally {
    await engine.stop()
  }
})
