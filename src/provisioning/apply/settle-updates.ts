import { isDeepStrictEqual } from 'node:util'
import type { ListedDevice, NetworkProvisioning } from '../network.ts'
import { writtenOf } from '../plan/content.ts'
import type { Remembered } from '../plan/plan.ts'
import type { Memory } from '../ports.ts'
import type { Places } from './places.ts'

interface Parts {
  network: Pick<NetworkProvisioning, 'listDevices' | 'listGateways' | 'listProfiles'>
  memory: Pick<Memory, 'recall' | 'remember'>
  places: Pick<Places, 'tenant' | 'application'>
}

/** Where a job wrote something. */
export class Touched {
  /** `tenant/service` */
  readonly applications = new Map<string, { tenant: string; service: string }>()
  readonly gateways = new Set<string>()
  readonly profiles = new Set<string>()
}

/** Asked of the store at once. */
const part = 500

/**
 * Takes down the network server's `updatedAt` of what was written, by one list for each application instead of a call for each device:
 * from then on an unchanged object is known by a list alone. What was changed meanwhile is left for the next plan to read in full.
 */
export async function settleUpdates(touched: Touched, { network, memory, places }: Parts, signal: AbortSignal): Promise<void> {
  for (const tenant of touched.profiles) {
    const profiles = await network.listProfiles((await places.tenant(tenant)).id)
    const byId = new Map(profiles.map((profile) => [profile.id, profile]))
    const names = profiles.flatMap(({ tags }) =>
      tags.model === undefined ? [] : [{ kind: 'profile' as const, key: `${tenant}/${tags.model}` }],
    )
    await settle(names, memory, (entry) => {
      const profile = byId.get(entry.networkId)
      return profile !== undefined && isDeepStrictEqual(entry.written, writtenOf.profile(profile)) ? profile.updatedAt : null
    })
  }
  for (const tenant of touched.gateways) {
    const gateways = await network.listGateways((await places.tenant(tenant)).id)
    const byId = new Map(gateways.map((gateway) => [gateway.gatewayId, gateway]))
    await settle(
      gateways.map(({ gatewayId }) => ({ kind: 'gateway', key: gatewayId })),
      memory,
      (entry) => {
        const gateway = byId.get(entry.key)
        return gateway !== undefined && isDeepStrictEqual(entry.written, writtenOf.gateway(gateway)) ? gateway.updatedAt : null
      },
    )
  }
  for (const { tenant, service } of touched.applications.values()) {
    const { id } = await places.application(tenant, service)
    for await (const page of network.listDevices(id)) {
      if (signal.aborted) return
      const byDevEui = new Map(page.map((device) => [device.devEui, device]))
      await settle(
        page.map(({ devEui }) => ({ kind: 'device', key: devEui })),
        memory,
        (entry) => {
          const listed = byDevEui.get(entry.key)
          return listed !== undefined && fits(entry, listed) ? listed.updatedAt : null
        },
      )
    }
  }
}

async function settle(
  names: readonly { kind: Remembered['kind']; key: string }[],
  memory: Parts['memory'],
  updatedAtOf: (entry: Remembered) => string | null,
): Promise<void> {
  for (let at = 0; at < names.length; at += part) {
    const entries = (await memory.recall(names.slice(at, at + part))).filter(({ updatedAt }) => updatedAt === null)
    const settled = entries.flatMap((entry): Remembered[] => {
      const updatedAt = updatedAtOf(entry)
      return updatedAt === null ? [] : [{ ...entry, updatedAt }]
    })
    if (settled.length > 0) await memory.remember(settled)
  }
}

/** As far as a list tells. */
function fits({ written }: Remembered, { applicationId, profileId, name, description, tags }: ListedDevice): boolean {
  const { applicationId: ofApplication, profileId: ofProfile, name: called, description: described, tags: tagged } = written
  return isDeepStrictEqual(
    [applicationId, profileId, name, description, { ...tags }],
    [ofApplication, ofProfile, called, described, tagged],
  )
}
