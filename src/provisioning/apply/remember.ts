import type { Fingerprints } from '../keys/fingerprint.ts'
import type { DeviceContent, GatewayContent, NetworkApplication, NetworkTenant, ProfileContent } from '../network.ts'
import { writtenOf } from '../plan/content.ts'
import type { Remembered } from '../plan/plan.ts'

/** Whose it is, and when the network server says it was written; `updatedAt` left out: not read back yet. */
export interface Belongs {
  /** slug */
  tenant: string
  owner: string | null
  updatedAt?: string | null | undefined
}

/** What is remembered of a device that is now as `content`. `keys`: fingerprint of those that were written; null: by us none were. */
export function rememberDevice(
  content: DeviceContent,
  { keys, ...of }: Belongs & { keys: string | null },
  fingerprints: Fingerprints,
): Remembered {
  const entry = remembered('device', content.devEui, { networkId: content.devEui, written: writtenOf.device(content) }, of, fingerprints)
  return { ...entry, keys }
}

export function rememberGateway(content: GatewayContent, of: Belongs, fingerprints: Fingerprints): Remembered {
  const { gatewayId } = content
  return remembered('gateway', gatewayId, { networkId: gatewayId, written: writtenOf.gateway(content) }, of, fingerprints)
}

/** `key`: `tours/axioma/qalcosonic-w1` */
export function rememberProfile(key: string, id: string, content: ProfileContent, of: Belongs, fingerprints: Fingerprints): Remembered {
  return remembered('profile', key, { networkId: id, written: writtenOf.profile(content) }, of, fingerprints)
}

/** `key`: `tours/water` */
export function rememberApplication(key: string, content: NetworkApplication, of: Belongs, fingerprints: Fingerprints): Remembered {
  return remembered('application', key, { networkId: content.id, written: writtenOf.application(content) }, of, fingerprints)
}

export function rememberTenant(key: string, content: NetworkTenant, of: Belongs, fingerprints: Fingerprints): Remembered {
  return remembered('tenant', key, { networkId: content.id, written: writtenOf.tenant(content) }, of, fingerprints)
}

function remembered(
  kind: Remembered['kind'],
  key: string,
  { networkId, written }: Pick<Remembered, 'networkId' | 'written'>,
  { tenant, owner, updatedAt = null }: Belongs,
  fingerprints: Fingerprints,
): Remembered {
  return { kind, key, tenant, networkId, owner, fingerprint: fingerprints.ofObject(kind, written), keys: null, updatedAt, written }
}
