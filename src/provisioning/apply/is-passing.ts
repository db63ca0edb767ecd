import { OndineError } from '../../errors/ondine-error.ts'
import type { NetworkProvisioning } from '../network.ts'

/** What an error says of the network server: it is asked too much, or does not answer; null: neither, waiting mends nothing. */
export function troubleOf(error: unknown): 'strained' | 'away' | null {
  if (!(error instanceof OndineError)) return null
  if (error.code === 'chirpstack.unreachable') return 'away'
  if (error.code !== 'chirpstack.refused') return null
  const { reason } = error.context
  // its own database is away: it answers, and can do nothing
  if (reason === 'no-database') return 'away'
  return reason === 'busy' || reason === 'exhausted' ? 'strained' : null
}

/** A step that ended so is to look what is there, and to go on: it says nothing against the step. */
export function isPassing(error: unknown): boolean {
  return troubleOf(error) !== null
}

/**
 * Calls that do no more when sent twice: what is there already is told by `already`, a repeated update writes the same, and
 * what is gone stays gone. Not among them: those where the server makes the id (a repeat makes a twin), and `activate`, which
 * would set back the counters of a device that was heard in between.
 */
const repeatable: ReadonlySet<keyof NetworkProvisioning> = new Set([
  'listTenants',
  'listApplications',
  'listProfiles',
  'listDevices',
  'listGateways',
  'updateProfile',
  'getGateway',
  'createGateway',
  'updateGateway',
  'deleteGateway',
  'gatewayCertificate',
  'getDevice',
  'createDevice',
  'updateDevice',
  'deleteDevice',
  'getKeys',
  'createKeys',
  'updateKeys',
  'flushDevNonces',
  'getActivation',
] as const)

/**
 * Whether the same call may be sent again as it is. Of a server that was away nobody knows whether it did what it was asked:
 * then `createTenant`, `createApplication`, `createProfile` and `activate` must look first. What a busy one refused, it did not do.
 */
export function isSafeToRepeat(error: unknown, call: keyof NetworkProvisioning): boolean {
  const trouble = troubleOf(error)
  return trouble === 'strained' || (trouble === 'away' && repeatable.has(call))
}
