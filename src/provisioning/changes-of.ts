import { z } from 'zod'
import type { Holdings } from '../inventory/ports.ts'
import type { Remembered } from './plan/plan.ts'
import type { Changes } from './views.ts'

/**
 * What the rows of a folder would say had they been written today: devices of some tenants, and where they are installed now.
 * Those that another folder made are its own to write back.
 */
export function changesOf(all: Holdings, remembered: readonly Remembered[], owner: string): Omit<Changes, 'at'> {
  const owners = new Map(remembered.flatMap(({ kind, key, owner }) => (kind === 'device' ? [[key, owner] as const] : [])))
  const isOthers = (devEui: string) => (owners.get(devEui) ?? owner) !== owner
  const holdings = {
    ...all,
    devices: all.devices.filter(({ devEui }) => !isOthers(devEui)),
    assignments: all.assignments.filter(({ devEui }) => !isOthers(devEui)),
  }
  const tenants = new Map(holdings.tenants.map(({ id, slug }) => [id, slug]))
  const services = new Map(holdings.services.map(({ id, slug }) => [id, slug]))
  const written = new Map(remembered.map((entry) => [entry.key, entry.written]))
  const devices = new Map(holdings.devices.map((device) => [device.devEui, device]))
  return {
    devices: holdings.devices.flatMap(({ devEui, tenantId, serviceId, model, name, serial, status }) => {
      const [tenant, service] = [tenants.get(tenantId), services.get(serviceId ?? '')]
      if (tenant === undefined || service === undefined) return []
      const { joinEui, tags } = written.get(devEui) ?? {}
      return [
        {
          ...{ tenant, service, devEui, model, name, status, serial: serial ?? '' },
          joinEui: typeof joinEui === 'string' && !/^0+$/.test(joinEui) ? joinEui : null,
          tags: ownTags(tags),
          made: owners.get(devEui) === owner,
        },
      ]
    }),
    installations: installationsOf(holdings, { tenants, services, devices }),
  }
}

interface Known {
  tenants: ReadonlyMap<string, string>
  services: ReadonlyMap<string, string>
  devices: ReadonlyMap<string, Holdings['devices'][number]>
}

function installationsOf(holdings: Holdings, { tenants, services, devices }: Known): Changes['installations'] {
  const assets = new Map(holdings.assets.map((asset) => [asset.id, asset]))
  const sites = new Map(holdings.sites.map((site) => [site.id, site]))
  const equipment = new Map(holdings.equipment.map(({ id, serial }) => [id, serial]))
  return holdings.assignments.flatMap(({ devEui, channel, assetId, equipmentId, from, to, parameters, startIndex }) => {
    const asset = assets.get(assetId)
    const [tenant, service] = [tenants.get(asset?.tenantId ?? ''), services.get(asset?.serviceId ?? '')]
    if (to !== null || asset === undefined || tenant === undefined || service === undefined) return []
    const site = sites.get(asset.siteId ?? '')
    return [
      {
        ...{ tenant, service, devEui, channel, from, parameters, startIndex },
        serial: devices.get(devEui)?.serial ?? null,
        asset: asset.code,
        assetName: asset.name === asset.code ? null : asset.name,
        equipment: equipment.get(equipmentId ?? '') ?? null,
        site: site?.name ?? null,
        commune: site?.commune ?? null,
        latitude: site?.latitude ?? null,
        longitude: site?.longitude ?? null,
      },
    ]
  })
}

const tagsSchema = z.record(z.string(), z.string())

/** Without what is set by itself. */
function ownTags(written: unknown): Record<string, string> {
  const { model: _model, ...tags } = tagsSchema.safeParse(written).data ?? {}
  return tags
}
