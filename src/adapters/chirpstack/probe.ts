import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import tenantGrpc from '@chirpstack/chirpstack-api/api/tenant_grpc_pb.js'
import tenantPb from '@chirpstack/chirpstack-api/api/tenant_pb.js'
import { status } from '@grpc/grpc-js'
import type { Right } from '../../health/ports.ts'
import { listServices } from './reflection.ts'
import { failureOf, reasonOf, toOndineError } from './refusal.ts'
import { fill } from './wire/fill.ts'
import type { Connection } from './wire/grpc.ts'

/** `sees`: a global key sees every tenant, another one its own; null: the key is not valid. */
export type ChirpstackProbe =
  | { reached: true; url: string; rights: readonly Right[]; sees: 'all tenants' | 'one tenant' | null; services: readonly string[] | null }
  | { reached: false; url: string; reason: string }

/** What Ondine cannot do without. */
const neededServices = ['api.TenantService', 'api.ApplicationService', 'api.DeviceService', 'api.GatewayService']

const refusals: readonly number[] = [status.UNAUTHENTICATED, status.PERMISSION_DENIED, status.NOT_FOUND, status.INVALID_ARGUMENT]

/** A device that nobody has: a global key's rights show on it without touching anything. */
const nobody = 'ffffffffffffffff'

/**
 * Asks ChirpStack what it offers and what the key may do, changing nothing. An API key may not ask for the version, so
 * the methods are asked for instead. A tenant key is refused for unknown devices as it is for foreign ones: without a
 * `knownDevice` of its tenant, its rights on devices stay untold (`allowed: null`). Never rejects.
 */
export async function probeChirpstack(connection: Connection, deadlineMs: number, knownDevice?: string): Promise<ChirpstackProbe> {
  const { url } = connection
  try {
    const services = await listServices(connection, deadlineMs)
    const missing = services === null ? [] : neededServices.filter((name) => !services.includes(name))
    const sees = await seesTenants(connection, deadlineMs)
    const told = sees !== 'one tenant' || knownDevice !== undefined
    const devEui = knownDevice ?? nobody
    const rights = [
      { action: 'device.get', allowed: refine(await mayRead(connection, deadlineMs, devEui), told) },
      { action: 'device.enqueue', allowed: refine(await mayEnqueue(connection, deadlineMs, devEui), told) },
    ]
    return { reached: true, url, sees, services, rights: [...missing.map((action) => ({ action, allowed: false })), ...rights] }
  } catch (thrown) {
    const error = toOndineError(thrown, { path: 'the probe', subject: url, url })
    return { reached: false, url, reason: error.code === 'chirpstack.unreachable' ? String(error.context.reason) : error.message }
  }
}

function refine(allowed: boolean, told: boolean): boolean | null {
  return allowed || told ? allowed : null
}

async function seesTenants(connection: Connection, deadlineMs: number): Promise<'all tenants' | 'one tenant' | null> {
  const request = fill(new tenantPb.ListTenantsRequest(), { limit: 1 })
  const failure = await attempt(() => connection.call(tenantGrpc.TenantServiceService.list, request, deadlineMs))
  if (failure === null) return 'all tenants'
  // no word: a valid key without this right; a word: no valid key
  return reasonOf(failure) === 'right-or-missing' ? 'one tenant' : null
}

async function mayRead(connection: Connection, deadlineMs: number, devEui: string): Promise<boolean> {
  const request = fill(new devicePb.GetDeviceRequest(), { devEui })
  const failure = await attempt(() => connection.call(deviceGrpc.DeviceServiceService.get, request, deadlineMs))
  return failure === null || failure.code === status.NOT_FOUND
}

/** Port 0 belongs to the MAC layer: ChirpStack checks the right first, then always refuses such an item. */
async function mayEnqueue(connection: Connection, deadlineMs: number, devEui: string): Promise<boolean> {
  const queueItem = fill(new devicePb.DeviceQueueItem(), { devEui, fPort: 0, data: Uint8Array.of(0) })
  const request = fill(new devicePb.EnqueueDeviceQueueItemRequest(), { queueItem })
  const failure = await attempt(() => connection.call(deviceGrpc.DeviceServiceService.enqueue, request, deadlineMs))
  return failure?.code === status.INVALID_ARGUMENT
}

/** null: it worked. Rethrows what is no refusal. */
async function attempt(call: () => Promise<unknown>): Promise<{ code: number; details: string } | null> {
  try {
    await call()
    return null
  } catch (thrown) {
    const failure = failureOf(thrown)
    if (failure === undefined || !refusals.includes(failure.code)) throw thrown
    return failure
  }
}
