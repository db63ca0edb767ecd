import { OndineError } from '../../../errors/ondine-error.ts'
import type { InstallRequest } from '../../../inventory/install.ts'
import type { StepEffects, StepOf, StepTools } from '../step-tools.ts'

/** Binds by the inventory's own rules, with the rights of whoever applied; what it changes is audited there. */
export async function install({ wanted, changes }: StepOf<'install'>, tools: StepTools): Promise<StepEffects> {
  const { devEui, tenant, service, asset, assetName, channel, from, startIndex, parameters, equipment, site, commune } = wanted
  const { latitude, longitude } = wanted
  const known = tools.known('device', devEui)
  // The inventory makes a device that it does not know, for a phone; a row of a folder is not to install what could not be made.
  if (known === undefined && !(await isInInventory(devEui, tools))) {
    throw new OndineError('provisioning.needs', { object: `device ${devEui}`, reason: '' })
  }
  const placed = [site, commune, latitude, longitude].some((value) => value !== null)
  const request: InstallRequest = {
    tenant,
    service,
    asset,
    channel,
    from,
    parameters,
    ...(assetName === null ? {} : { assetName }),
    ...(startIndex === null ? {} : { startIndex }),
    ...(equipment === null ? {} : { equipment: { serial: equipment, kind: 'meter' } }),
    ...(placed ? { site: { ...(site === null ? {} : { name: site }), commune, latitude, longitude } } : {}),
    // A device that serves the asset until now makes room only where the plan said so.
    replace: changes.some(({ field }) => field === 'device'),
    newTenant: false,
    newService: false,
  }
  const model = known?.written.tags
  await tools.inventory.install(tools.job.scope, devEui, request, modelOf(model, channel, tools))
  return {}
}

async function isInInventory(devEui: string, { facts }: StepTools): Promise<boolean> {
  return (await facts.transaction((transaction) => transaction.existing({ devices: [devEui], gateways: [] }))).devices.has(devEui)
}

function modelOf(tags: unknown, channel: string, { models }: StepTools) {
  const slug = typeof tags === 'object' && tags !== null && 'model' in tags ? tags.model : undefined
  return typeof slug === 'string' ? models.installed(slug, channel) : undefined
}
