import { checkComplete, checkInstallation } from '../../codecs/check-installation.ts'
import type { Step } from '../plan/plan.ts'
import { since } from './checks.ts'
import type { Prepared } from './new-devices.ts'
import type { AddRequest } from './requests.ts'

/** Made, and bound at once where that was asked for. What the model refuses is told before anything is made. Throws `install.*`, `life.in-future`. */
export function planAdd(
  { wanted, fingerprint, before, model }: Omit<Prepared, 'sealed'>,
  install: AddRequest['install'],
  now: string,
): readonly Step[] {
  const { devEui, tenant, service, source } = wanted
  const create = { kind: 'device', action: 'create-device', key: devEui, source: null, wanted, keys: fingerprint } as const
  if (install === undefined) return [...before, create]
  const channel = install.channel ?? onlyChannel(model.channels)
  const { asset, parameters, body, site, commune } = install
  checkInstallation(model, { channel, parameters })
  checkComplete(model, parameters)
  const bind = {
    ...{ source, tenant, service, devEui, serial: null, asset, assetName: null, channel, parameters },
    ...{ from: since({ now }, install.from), startIndex: install.startIndex ?? null, equipment: body?.serial ?? null },
    ...{ site: site ?? null, commune: commune ?? null, latitude: null, longitude: null },
  }
  const key = `${tenant}/${devEui}/${channel}`
  return [...before, create, { kind: 'installation', action: 'install', key, source: null, wanted: bind, changes: [] }]
}

function onlyChannel(channels: Readonly<Record<string, unknown>>): string {
  const [only, second] = Object.keys(channels)
  return only !== undefined && second === undefined ? only : 'main'
}
