import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { slugSchema } from '../../src/inventory/slug.ts'
import { defaultFleet } from '../../src/simulator/default-fleet.ts'
import { buildFleet } from '../../src/simulator/fleet.ts'
import { fleetDeclarationSchema, physicsOfFamily } from '../../src/simulator/fleet-declaration.ts'
import { readFleet } from '../../src/simulator/fleet-file.ts'
import { families } from '../../src/vocabulary/families.ts'
import { readModel, slugs } from '../codecs/plain-codec.ts'

const models = [...slugs.map(readModel), { ...readModel('nasys/ul20xx'), slug: 'acme/mute', simulate: null }]
const example = fileURLToPath(new URL('../../docs/fleet.example.yaml', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ondine-fleet-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The example with one piece of text changed. */
function changed(from: string, to: string): string {
  const text = readFileSync(example, 'utf8')
  if (!text.includes(from)) throw new Error(`the example has no ${from}`)
  const file = join(folder, 'fleet.yaml')
  writeFileSync(file, text.replace(from, to))
  return file
}

async function refusal(file: string): Promise<OndineError> {
  const thrown = await readFleet(file, models).then(
    () => null,
    (error: unknown) => error,
  )
  if (thrown instanceof OndineError) return thrown
  throw new Error('it was taken')
}

describe('a declared fleet', () => {
  test('the example is as many devices as it says, where it says, with slugs that the inventory takes', async () => {
    const fleet = buildFleet(await readFleet(example, models))
    expect(fleet.tenant).toEqual({ slug: 'amboise', name: 'Amboise (simulated)', timeZone: 'Europe/Paris' })
    expect(fleet.gateways).toHaveLength(2)
    const of = (model: string) => fleet.devices.filter((device) => device.model === model)
    const counts = ['axioma/qalcosonic-w1', 'nasys/ul20xx', 'milesight/uc511'].map((model) => of(model).length)
    expect([...counts, fleet.devices.length]).toEqual([12, 5, 2, 19])
    expect(of('axioma/qalcosonic-w1').filter(({ site }) => site.name === 'Centre')).toHaveLength(8)
    expect(of('nasys/ul20xx').map(({ asset }) => asset.slug)).toContain('L-Quai-005')
    expect(new Set(fleet.devices.map(({ asset }) => asset.name)).size).toBe(19)
    for (const { asset, paths, site } of fleet.devices) {
      expect(slugSchema.safeParse(asset.slug).success).toBe(true)
      expect(paths.length).toBeGreaterThan(0)
      expect(Math.hypot(site.latitude - 47.413, site.longitude - 0.984)).toBeLessThan(0.03)
    }
  })

  test('devices measure what their family does unless told otherwise, or replay where nothing makes their values', async () => {
    const physicsIn = async (file: string) => (await readFleet(file, models)).groups.map(({ physics }) => physics)
    expect(await physicsIn(example)).toEqual(['household', 'street-light', 'watering'])
    expect(await physicsIn(changed('    physics: household', '    physics: examples'))).toEqual(['examples', 'street-light', 'watering'])
    expect(await physicsIn(changed('model: nasys/ul20xx', 'model: acme/mute'))).toEqual(['household', 'examples', 'watering'])
  })

  test('every family but `other` has its physics', () => {
    expect([...physicsOfFamily.keys()].toSorted()).toEqual([...families.keys()].filter((family) => family !== 'other').toSorted())
  })

  test('channels that something is connected to are assets of their own', async () => {
    const fleet = buildFleet(await readFleet(example, models))
    const valves = fleet.devices.filter(({ model }) => model === 'milesight/uc511')
    expect(valves.map(({ asset, channels }) => [asset.slug, ...channels.map((one) => one.asset.slug)])).toEqual([
      ['V-Ile-d-Or-1', 'V-Ile-d-Or-1-valve1', 'V-Ile-d-Or-1-valve2'],
      ['V-Ile-d-Or-2', 'V-Ile-d-Or-2-valve1', 'V-Ile-d-Or-2-valve2'],
    ])
  })

  test('the built-in fleet keeps to the same schema', () => {
    expect(fleetDeclarationSchema.parse(defaultFleet)).toEqual(defaultFleet)
  })

  test.for([
    ['a wrong type', 'count: 12', 'count: many', 'groups.0.count', 'expected number'],
    ['an unknown key', 'obstacle: 14', 'obstacel: 14', 'groups.0.obstacel', 'no such key'],
    [
      'a service that is not declared',
      'service: lighting',
      'service: light',
      'groups.1.service',
      'must be one of water, lighting, irrigation',
    ],
    [
      'a commune that YAML took for a number',
      '"37003", latitude: 47.4139',
      '37003, latitude: 47.4139',
      'groups.1.places.0.commune',
      'expected string',
    ],
    ['a time zone that is none', 'Europe/Paris', 'Europe/Amboise', 'tenant.timeZone', 'must be a time zone such as Europe/Paris'],
    ['a gateway twice', 'name: Mairie', "name: Chateau d'eau", 'gateways.1.name', 'is there twice'],
    [
      'physics without simulate.js',
      'model: nasys/ul20xx',
      'model: acme/mute\n    physics: street-light',
      'groups.1.physics',
      'must be examples: the model has no simulate.js',
    ],
    [
      'a channel that the model does not have',
      '[valve1, valve2]',
      '[valve1, valve3]',
      'groups.2.channels.1',
      'must be one of valve1, valve2',
    ],
    [
      'a channel of a model that has one only',
      'model: milesight/uc511',
      'model: milesight/em300-th',
      'groups.2.channels.0',
      'the model has no other channel than main',
    ],
  ] as const)('%s is one sentence with the path of its key', async ([, from, to, path, reason]) => {
    const file = changed(from, to)
    const error = await refusal(file)
    expect(error).toMatchObject({ code: 'simulator.fleet', context: { file, path, reason } })
    expect(error.message).toBe(`The fleet in ${file}: ${path}: ${reason}.`)
  })

  test('an unknown model is told beside those there are', async () => {
    const error = await refusal(changed('nasys/ul20xx', 'nasys/ul2000'))
    expect(error).toMatchObject({ code: 'simulator.fleet-model', context: { path: 'groups.1.model', model: 'nasys/ul2000' } })
    expect(error.message).toMatch(/There are .*axioma\/qalcosonic-w1, .*nasys\/ul20xx/)
  })

  test('a file that is no YAML names its line, one that is not there the key of the configuration', async () => {
    expect(await refusal(changed('seed: 7', 'seed: ]'))).toMatchObject({ code: 'file.malformed' })
    expect(await refusal(join(folder, 'none.yaml'))).toMatchObject({ code: 'config.file-unusable', context: { path: 'simulator.fleet' } })
  })
})
