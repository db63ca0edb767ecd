import { isDeepStrictEqual } from 'node:util'
import { inParallel } from '../in-parallel.ts'
import type { ListedDevice, NetworkProvisioning } from '../network.ts'
import { writtenOf } from '../plan/content.ts'
import type { Remembered } from '../plan/plan.ts'
import type { Memory } from '../ports.ts'
import type { Places } from './places.ts'

interface Parts {
  network: Pick<NetworkProvisioning, 'getDevice' | 'listDevices' | 'listGateways' | 'listProfiles'>
  memory: Pick<Memory, 'recall' | 'settle'>
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
/** Devices read in full at the same time. */
const atOnce = 16

/**
 * Takes down the network server's `updatedAt` of what was written: from then on an unchanged object is known by a list alone. A device
 * that nobody wrote since it was made is as its list tells; any other is read in full, for a list does not tell what somebody did to its
 * joinEui, its variables or its flags. What was changed meanwhile is left for the next plan.
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
        async (entry) => {
          const listed = byDevEui.get(entry.key)
          if (listed === undefined) return null
          if (listed.createdAt === listed.updatedAt) return fits(entry, listed) ? listed.updatedAt : null
          const device = await network.getDevice(entry.key)
          return device !== undefined && isDeepStrictEqual(entry.written, writtenOf.device(device)) ? device.updatedAt : null
        },
      )
    }
  }
}

async function settle(
  names: readonly { kind: Remembered['kind']; key: string }[],
  memory: Parts['memory'],
  updatedAtOf: (entry: Remembered) => string | null | Promise<string | null>,
): Promise<void> {
  for (let at = 0; at < names.length; at += part) {
    const entries = (await memory.recall(names.slice(at, at + part))).filter(({ updatedAt }) => updatedAt === null)
    const settled: Remembered[] = []
    await inParallel(entries, atOnce, async (entry) => {
      const updatedAt = await updatedAtOf(entry)
      if (updatedAt !== null) settled.push({ ...entry, updatedAt })
    })
    if (settled.length > 0) await memory.settle(settled)
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
