import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Seed } from '../inventory/seed.ts'
import { defaultFleet } from '../simulator/default-fleet.ts'
import { buildFleet, type Fleet, type SimulatedDevice } from '../simulator/fleet.ts'
import { readFleet } from '../simulator/fleet-file.ts'
import { scaled } from '../simulator/scale-fleet.ts'
import { Simulation } from '../simulator/simulation.ts'
import { type Network, type NetworkParts, publisherOf } from './network.ts'

/** The emulated ChirpStack with its broker and fleet, and the territory its devices are installed in. */
export async function simulatedNetwork({ config, models, registry, codecs, logger }: NetworkParts): Promise<Network> {
  const { seed, devices, fleet: file, speed, brokerPort } = config.simulator
  const fleet = buildFleet(file === undefined ? scaled({ ...defaultFleet, seed }, devices) : await readFleet(file, models.list()))
  const modelOf = (slug: string) => {
    const model = models.get(slug)
    if (model === undefined) throw new OndineError('codec.unknown-model', { model: slug })
    return model
  }
  const simulation = new Simulation({
    fleet,
    codecs,
    model: modelOf,
    profile: (slug) => models.profile(slug),
    examples: (slug) => registry.examples(slug),
    speed,
    seed,
    folder: join(config.dataDir, 'simulator'),
    brokerPort,
    logger,
  })
  await simulation.start()
  const broker = { url: simulation.brokerUrl, clientId: 'ondine' }
  const used = Number(new URL(broker.url).port)
  return {
    chirpstack: { url: simulation.chirpstack.url, token: simulation.chirpstack.token },
    broker,
    protocol: 4,
    ...topicsBroker(config, broker),
    seed: territoryOf(fleet, simulation.created),
    fleet: { devices: fleet.devices.length, gateways: fleet.gateways.length, services: fleet.services.length },
    notes: brokerPort === 0 || used === brokerPort ? [] : [{ code: 'port-taken', wanted: brokerPort, used }],
    begin: () => simulation.run(),
    pause: () => simulation.pause(),
    stop: () => simulation.stop(),
  }
}

/** Decoded topics of the simulated network may go to a real broker, to try an upstream platform with. */
function topicsBroker({ topics }: Config, embedded: Network['broker']): Pick<Network, 'topicsBroker' | 'topicsProtocol'> {
  if (topics.broker !== undefined) return { topicsBroker: publisherOf(topics.broker), topicsProtocol: 5 }
  return { topicsBroker: publisherOf(embedded), topicsProtocol: 4 }
}

/** Simulated devices were always there: a second start, or a clock set back, finds them installed. */
const installedSince = '2020-01-01T00:00:00.000Z'

function territoryOf(fleet: Fleet, created: Simulation['created']): Seed {
  const tenant = fleet.tenant.slug
  return {
    tenants: [{ ...fleet.tenant, chirpstackTenantId: created.tenantId }],
    services: fleet.services.map(({ slug, name }) => ({ tenant, slug, name, chirpstackApplicationId: created.applications[slug] ?? null })),
    // A site is a place of its own: one for each asset.
    sites: fleet.devices.map(({ asset, site }) => ({ tenant, ...site, name: siteName(asset.slug, site.name) })),
    assets: fleet.devices.flatMap((device) =>
      installationsOf(device).map(({ asset }) => ({
        tenant,
        service: device.service,
        site: siteName(device.asset.slug, device.site.name),
        // Names count the devices of a place, and so change with the size of the fleet; slugs do not.
        code: asset.slug,
        slug: asset.slug,
        name: asset.name,
      })),
    ),
    equipment: [],
    devices: fleet.devices.map(({ devEui, name, model, service }) => ({
      devEui,
      name,
      model,
      firmware: null,
      serial: null,
      status: 'installed',
      tenant,
      service,
    })),
    gateways: fleet.gateways.map((gateway) => ({ tenant, ...gateway })),
    assignments: fleet.devices.flatMap((device) =>
      installationsOf(device).map(({ channel, asset, parameters }) => ({
        devEui: device.devEui,
        channel,
        asset: asset.slug,
        equipment: null,
        from: installedSince,
        parameters,
        startIndex: null,
      })),
    ),
  }
}

function installationsOf({ asset, parameters, channels }: SimulatedDevice): SimulatedDevice['channels'] {
  return [{ channel: 'main', asset, parameters }, ...channels]
}

function siteName(asset: string, place: string): string {
  return `${place}, ${asset}`
}
