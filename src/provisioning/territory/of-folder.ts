import { type CurrentState, pullChanges } from './pull-changes.ts'
import type { ReadTerritory } from './read-territory.ts'
import type { TableChange } from './table-change.ts'

/** `made`: by this folder. */
export type Held = Omit<CurrentState, 'devices'> & { devices: readonly (CurrentState['devices'][number] & { made: boolean })[] }

/**
 * What `pull` writes: of the devices that the folder made or that stand in its rows, and of those that took their place. `others`: how
 * many there are beside them that nobody's folder made (adopted, added by hand), which are written where `all` is wanted. Pure.
 */
export function pulled(read: ReadTerritory, held: Held, { all }: { all: boolean }): { changes: TableChange[]; others: number } {
  const devices = held.devices.map(({ made: _made, ...device }) => device)
  const whole = pullChanges(read, { ...held, devices })
  const own = ofFolder(read, held)
  const changes = all
    ? whole
    : pullChanges(read, {
        devices: devices.filter(({ devEui }) => own.has(devEui)),
        installations: held.installations.filter(({ devEui }) => own.has(devEui)),
      })
  return { changes, others: new Set(whole.flatMap(({ devEui }) => (own.has(devEui) ? [] : [devEui]))).size }
}

function ofFolder({ territory, findings }: ReadTerritory, { devices, installations }: Held): ReadonlySet<string> {
  const serials = new Set(territory.installations.flatMap(({ tenant, serial }) => (serial === null ? [] : [`${tenant} ${serial}`])))
  const assets = new Set(territory.installations.map(({ tenant, asset }) => `${tenant} ${asset}`))
  return new Set([
    ...territory.devices.map(({ devEui }) => devEui),
    ...territory.installations.flatMap(({ devEui }) => (devEui === null ? [] : [devEui])),
    ...findings.flatMap(({ kind, key }) => (kind === 'device' ? [key] : [])),
    ...devices.flatMap(({ devEui, tenant, serial, made }) =>
      made || (serial !== '' && serials.has(`${tenant} ${serial}`)) ? [devEui] : [],
    ),
    ...installations.flatMap(({ devEui, tenant, asset }) => (assets.has(`${tenant} ${asset}`) ? [devEui] : [])),
  ])
}
