import { describe, expect, test } from 'vitest'
import { slugSchema } from '../../src/inventory/slug.ts'
import { margin } from '../../src/lorawan/data-rate.ts'
import { euiSchema } from '../../src/lorawan/eui.ts'
import { defaultFleet } from '../../src/simulator/default-fleet.ts'
import { buildFleet, type SimulatedDevice } from '../../src/simulator/fleet.ts'
import { physicsOfFamily } from '../../src/simulator/fleet-declaration.ts'
import { heardAt } from '../../src/simulator/radio-path.ts'
import { scaled } from '../../src/simulator/scale-fleet.ts'
import { families } from '../../src/vocabulary/families.ts'
import { models } from './reported.ts'

const fleet = buildFleet(defaultFleet)
const evening = Date.UTC(2026, 10, 22, 18, 12, 31)

function device(slug: string): SimulatedDevice {
  const found = fleet.devices.find(({ asset }) => asset.slug === slug)
  if (found === undefined) throw new Error(`no ${slug}`)
  return found
}

describe('the default fleet', () => {
  test('is 240 devices of 11 services, heard by 6 gateways', () => {
    expect(fleet.devices).toHaveLength(240)
    expect(fleet.gateways).toHaveLength(6)
    expect(new Set(fleet.devices.map(({ service }) => service))).toEqual(new Set(fleet.services.map(({ slug }) => slug)))
    expect(fleet.services).toHaveLength(11)
    expect(new Set(fleet.devices.flatMap(({ paths }) => paths.map(({ gatewayId }) => gatewayId))).size).toBe(6)
  })

  test('shows a few of every family, each by a model that makes its own values', () => {
    const shown = new Map<string, number>()
    for (const { model, physics } of fleet.devices) {
      const { family } = models.get(model)!.model
      shown.set(family, (shown.get(family) ?? 0) + 1)
      expect(physics).toBe(physicsOfFamily.get(family))
    }
    expect([...shown.keys()].toSorted()).toEqual([...families.keys()].filter((family) => family !== 'other').toSorted())
    for (const [family, count] of shown) expect(count, family).toBeGreaterThan(1)
  })

  test('channels that something is connected to are assets of their own, of channels that the model has', () => {
    const valve = device('V-Gloriette-1')
    expect(valve.channels.map(({ channel, asset }) => [channel, asset.slug])).toEqual([
      ['valve1', 'V-Gloriette-1-valve1'],
      ['valve2', 'V-Gloriette-1-valve2'],
    ])
    for (const { model, channels, parameters } of fleet.devices) {
      const declared = models.get(model)!.model
      for (const { channel } of channels) expect(Object.keys(declared.channels)).toContain(channel)
      const given = [parameters, ...channels.map((channel) => channel.parameters)].flatMap((one) => Object.entries(one))
      for (const [name, value] of given) {
        const [low, high] = declared.parameters[name]?.range ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
        expect(value >= low && value <= high, `${model} ${name}`).toBe(true)
      }
      for (const [name, { required }] of Object.entries(declared.parameters))
        if (required) expect(given.map(([key]) => key)).toContain(name)
    }
  })

  test('has the assets that the documentation names', () => {
    expect(device('L-Foch-014')).toMatchObject({ model: 'nasys/ul20xx', service: 'lighting', site: { commune: '37261' } })
    expect(device('PAV-Gare-2').parameters).toMatchObject({ fullDistance: 0.3 })
  })

  test('gives every device ids of its own and of the right shape', () => {
    for (const { devEui, joinEui, appKey, site } of fleet.devices) {
      expect(euiSchema.parse(devEui)).toBe(devEui)
      expect(euiSchema.parse(joinEui)).toBe(joinEui)
      expect(appKey).toMatch(/^[0-9a-f]{32}$/)
      expect(site.commune).toMatch(/^37\d{3}$/)
    }
    for (const pick of [(d: SimulatedDevice) => d.devEui, (d: SimulatedDevice) => d.appKey]) {
      expect(new Set(fleet.devices.map(pick)).size).toBe(240)
    }
    const assets = fleet.devices.flatMap(({ asset, channels }) => [asset, ...channels.map((channel) => channel.asset)])
    for (const { slug } of assets) expect(slugSchema.safeParse(slug).success, slug).toBe(true)
    for (const pick of ['slug', 'name'] as const) expect(new Set(assets.map((asset) => asset[pick])).size).toBe(assets.length)
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

describe('a fleet of another size', () => {
  const counts = (devices: number) => buildFleet(scaled(defaultFleet, devices)).devices.length

  test('has exactly as many devices as were asked for', () => {
    for (const devices of [1, 3, 8, 15, 16, 17, 100, 240, 1000]) expect(counts(devices)).toBe(devices)
    expect(buildFleet(scaled(defaultFleet, 240))).toEqual(fleet)
  })

  test('has one of each where there are enough, and only services that have devices', () => {
    expect(scaled(defaultFleet, defaultFleet.groups.length).groups.map(({ count }) => count)).toEqual(defaultFleet.groups.map(() => 1))
    const small = buildFleet(scaled(defaultFleet, 8))
    expect(new Set(small.devices.map(({ service }) => service))).toEqual(new Set(small.services.map(({ slug }) => slug)))
    expect(small.services).toHaveLength(4)
  })

  test('keeps the ids of those that are in both', () => {
    const ids = new Set(fleet.devices.map(({ devEui }) => devEui))
    for (const { devEui } of buildFleet(scaled(defaultFleet, 8)).devices) expect(ids).toContain(devEui)
  })
})
