import { OndineError } from '../../src/errors/ondine-error.ts'
import type { ModelFacts, PlanInput, World } from '../../src/provisioning/plan/world.ts'
import type { Territory, WantedDevice, WantedGateway, WantedInstallation } from '../../src/provisioning/territory/territory.ts'

export const folder = '0192f000-0000-7000-8000-0000000000f1'
export const otherFolder = '0192f000-0000-7000-8000-0000000000f2'

const lorawan = { region: 'EU868', macVersion: '1.0.2', regionalParameters: 'B', class: 'A', expectedInterval: 3_600 } as const

function modelFacts(slug: string, supportsOtaa: boolean | null): ModelFacts {
  return {
    slug,
    profile: supportsOtaa === null ? undefined : { title: slug, ...lorawan, supportsOtaa },
    accept: (channel, parameters) => {
      if (channel !== 'main') throw new OndineError('install.channel-unknown', { model: slug, channel, channels: 'main' })
      if ('wrong' in parameters) throw new OndineError('install.no-parameters', { model: slug, refused: 'wrong' })
    },
  }
}

const known = new Map([
  ['acme/meter', modelFacts('acme/meter', true)],
  ['acme/bin', modelFacts('acme/bin', true)],
  ['acme/abp', modelFacts('acme/abp', false)],
  ['acme/bare', modelFacts('acme/bare', null)],
])

/** `acme/meter` and `acme/bin` join, `acme/abp` does not, `acme/bare` comes without a device profile. */
export const models: PlanInput['models'] = (slug) => known.get(slug)

export function euiOf(n: number): string {
  return (0x70b3d5e75e000000n + BigInt(n)).toString(16).padStart(16, '0')
}

export function aTerritory(given: Partial<Territory> = {}): Territory {
  return {
    id: folder,
    tenants: [{ slug: 'tours', name: 'Tours Métropole', timeZone: 'Europe/Paris' }],
    services: [{ tenant: 'tours', slug: 'water', name: 'water' }],
    ...{ profiles: [], gateways: [], devices: [], installations: [] },
    ...given,
  }
}

export function aDevice(n: number, given: Partial<WantedDevice> = {}): WantedDevice {
  return {
    source: { file: 'tours/water/devices.csv', line: n + 2 },
    ...{ tenant: 'tours', service: 'water', devEui: euiOf(n), joinEui: null },
    ...{ model: 'acme/meter', serial: `S${n}`, name: `meter ${n}`, tags: {} },
    ...given,
  }
}

export function aGateway(n: number, given: Partial<WantedGateway> = {}): WantedGateway {
  return {
    ...{ tenant: 'tours', gatewayId: euiOf(0x10000 + n), name: `gateway ${n}`, description: '' },
    ...{ location: null, antenna: null, statsInterval: 30, tags: {} },
    ...given,
  }
}

export function anInstallation(n: number, given: Partial<WantedInstallation> = {}): WantedInstallation {
  return {
    source: { file: 'tours/water/installations.csv', line: n + 2 },
    ...{ tenant: 'tours', service: 'water', devEui: euiOf(n), serial: null, asset: `A${n}`, assetName: null, channel: 'main' },
    ...{ from: '2026-03-01T00:00:00.000Z', startIndex: null, parameters: {}, equipment: null },
    ...{ site: null, commune: null, latitude: null, longitude: null },
    ...given,
  }
}

/** Keys of these devices, as if delivered. */
export function keysOf(territory: Territory, mark = 'k'): Map<string, string> {
  return new Map(territory.devices.map(({ devEui }) => [devEui, `${mark} ${devEui}`]))
}

/** After every installation of these tests. */
const now = new Date('2030-01-01T00:00:00.000Z')

export function aPlanInput(territory: Territory, world: World, given: Partial<PlanInput> = {}): PlanInput {
  return {
    territory,
    world,
    models,
    keys: keysOf(territory),
    ofOthers: { devices: new Set(), gateways: new Set() },
    refusedRows: [],
    options: { prune: false },
    now,
    ...given,
  }
}
