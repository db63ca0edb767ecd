import { type Scope, seesCommune, seesService, seesTenant } from '../../src/access/scope.ts'
import type { Desks } from '../../src/api/ports.ts'
import { OndineError } from '../../src/errors/ondine-error.ts'
import type { AssetView, DeviceView, GatewayView } from '../../src/inventory/views.ts'

const from = '2026-11-01T00:00:00.000Z'

/** Two devices on two assets of `tours`, one of `blois`; a gateway each, and one of the network. */
export class FakeInventory {
  readonly deviceViews: DeviceView[] = [
    aDevice('0018b20000001a2b', 'tours', 'water', 'w-7f3k2m9q', 'axioma/qalcosonic-w1'),
    aDevice('70b3d54b10000001', 'tours', 'lighting', 'L-Foch-014', 'nasys/ul20xx'),
    aDevice('0018b20000009999', 'blois', 'water', 'w-blois001', 'axioma/qalcosonic-w1'),
  ]
  /** what people call an asset, by slug; the others go by their slug */
  readonly codes = new Map<string, string>()
  readonly gatewayViews: GatewayView[] = [
    { gatewayId: '7076ff0056081234', tenant: 'tours', name: 'Mairie', latitude: 47.39, longitude: 0.68 },
    { gatewayId: '7076ff0056089999', tenant: 'blois', name: 'Château', latitude: null, longitude: null },
  ]

  devices: Desks['inventory']['devices'] = async (scope, query) => ({
    items: this.#seen(scope)
      .filter((device) => query.tenant === undefined || device.tenant === query.tenant)
      .filter((device) => query.neverJoined === undefined || (device.lastSeen === null) === query.neverJoined)
      .slice(0, query.limit),
    cursor: null,
  })

  device: Desks['inventory']['device'] = async (scope, devEui) => {
    const found = this.#seen(scope).find((device) => device.devEui === devEui)
    if (found === undefined) throw new OndineError('inventory.device-not-found', { devEui })
    return found
  }

  install: Desks['inventory']['install'] = async (scope, devEui, request, model) => {
    const device = await this.device(scope, devEui)
    model?.accept(request.parameters)
    device.installations = [
      { channel: request.channel, asset: request.asset, service: 'water', commune: null, from, parameters: request.parameters },
    ]
    return device
  }

  gateways: Desks['inventory']['gateways'] = async (scope, query) => ({
    items: this.gatewayViews.filter(({ tenant }) => tenant !== null && seesTenant(scope, tenant)).slice(0, query.limit),
    cursor: null,
  })

  assets: Desks['inventory']['assets'] = async (scope, query) => ({
    items: this.#seen(scope).map(assetOf).slice(0, query.limit),
    cursor: null,
  })

  asset: Desks['inventory']['asset'] = async (scope, { slug }) => {
    const found = this.#seen(scope)
      .map(assetOf)
      .find((asset) => asset.slug === slug)
    if (found === undefined) throw new OndineError('inventory.asset-not-found', { asset: slug })
    return { ...found, code: this.codes.get(slug) ?? found.code }
  }

  named: Desks['inventory']['named'] = async (_scope, { asset, tenant }) => ({ asset, tenant })

  tenants: Desks['inventory']['tenants'] = async (scope, { tenant, limit }) => ({
    items: ['tours', 'blois']
      .filter((slug) => seesTenant(scope, slug) && (tenant === undefined || tenant === slug))
      .slice(0, limit)
      .map((slug) => ({ slug, name: slug, timeZone: 'Europe/Paris', chirpstackTenantId: null })),
    cursor: null,
  })

  readingScope: Desks['inventory']['readingScope'] = async ({ tenant, services }) => ({ tenant, services, assets: null })

  #seen(scope: Scope): DeviceView[] {
    return this.deviceViews.filter(
      (device) =>
        seesTenant(scope, device.tenant) &&
        seesService(scope, device.service ?? '') &&
        seesCommune(scope, device.installations[0]?.commune ?? null),
    )
  }
}

function aDevice(devEui: string, tenant: string, service: string, asset: string, model: string): DeviceView {
  return {
    ...{
      devEui,
      tenant,
      service,
      model,
      name: devEui,
      firmware: null,
      serial: null,
      status: 'installed',
      lastSeen: null,
      joinedAt: null,
      lastLog: null,
    },
    installations: [{ channel: 'main', asset, service, commune: '37261', from, parameters: {} }],
  }
}

function assetOf(device: DeviceView): AssetView {
  const asset = device.installations[0]?.asset ?? device.devEui
  return {
    ...{ slug: asset, code: asset, name: asset, tenant: device.tenant, service: device.service ?? '', site: null },
    devices: [{ devEui: device.devEui, channel: 'main', model: device.model, firmware: device.firmware, from, parameters: {} }],
  }
}
