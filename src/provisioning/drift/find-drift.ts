import { isDeepStrictEqual } from 'node:util'
import { writtenOf } from '../plan/content.ts'
import type { FieldChange, Remembered } from '../plan/plan.ts'
import { sameLocation } from '../plan/same-location.ts'
import type { World } from '../plan/world.ts'
import { wantedGatewaySchema } from '../territory/territory.ts'

type Seen = Omit<World, 'inventory'>
type Written = Remembered['written']

/** An object that is not as it was written. One whose content and keys were changed is there twice. */
export interface Drift {
  /** what was written */
  remembered: Remembered
  /** `missing`: gone from the network; `keys`: other root keys than were written, or none */
  what: 'changed' | 'missing' | 'keys'
  /** `from`: as it was written, `to`: as it is now; empty where it is missing, or only its keys differ */
  changes: FieldChange[]
  /** as it is now, and when the network server says it was written; null: missing */
  now: { written: Written; updatedAt: string | null } | null
  /** fingerprint of the keys that are there now, where they differ; null: none, or they do not */
  keys: string | null
}

/**
 * Devices to be read in full to know whether they drifted: those of another `updatedAt` than is remembered, and those that no list
 * has, which may be somewhere else.
 */
export function driftNeedsDetail({ devices, memory }: Pick<Seen, 'devices' | 'memory'>): readonly string[] {
  return [...memory.values()]
    .filter(({ kind, key, updatedAt }) => kind === 'device' && (updatedAt === null || devices.get(key)?.updatedAt !== updatedAt))
    .map(({ key }) => key)
}

/**
 * What of all that is remembered differs from what was written, by kind and key. `world.details`: of `driftNeedsDetail`; `keys`: by
 * devEui, fingerprints of the keys that were read (null: the device has none). A device that is not in it was not asked.
 */
export function findDrift(world: Seen, keys: ReadonlyMap<string, string | null> = new Map()): readonly Drift[] {
  const readers = readersOf(world)
  const drifts: Drift[] = []
  for (const remembered of world.memory.values()) {
    const now = readers[remembered.kind](remembered)
    if (now === 'as written') drifts.push(...keyDrift(remembered, null, keys))
    else if (now === null) drifts.push({ remembered, what: 'missing', changes: [], now, keys: null })
    else {
      const changes = differences(remembered, now.written)
      if (changes.length > 0) drifts.push({ remembered, what: 'changed', changes, now, keys: null })
      drifts.push(...keyDrift(remembered, now, keys))
    }
  }
  return drifts.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

function nameOf({ remembered: { kind, key }, what }: Drift): string {
  return `${kind} ${key} ${what}`
}

type Now = Drift['now'] | 'as written'

function readersOf(world: Seen): Record<Remembered['kind'], (remembered: Remembered) => Now> {
  const tenants = new Map(world.tenants.map((one) => [one.id, one]))
  const applications = new Map(world.applications.map((one) => [one.id, one]))
  const profiles = new Map(world.profiles.map((one) => [one.id, one]))
  const gateways = new Map(world.gateways.map((one) => [one.gatewayId, one]))
  return {
    tenant: ({ networkId }) => nowOf(tenants.get(networkId), writtenOf.tenant),
    application: ({ networkId }) => nowOf(applications.get(networkId), writtenOf.application),
    profile: ({ networkId }) => nowOf(profiles.get(networkId), writtenOf.profile),
    gateway: ({ networkId }) => nowOf(gateways.get(networkId), writtenOf.gateway),
    device: ({ networkId, updatedAt }) => {
      const detail = world.details.get(networkId)
      const listed = world.devices.get(networkId)
      if (detail === undefined && listed !== undefined && listed.updatedAt === updatedAt) return 'as written'
      return nowOf(detail, writtenOf.device)
    },
  }
}

function nowOf<T extends object>(is: T | undefined, written: (is: T) => Written): Drift['now'] {
  if (is === undefined) return null
  return { written: written(is), updatedAt: 'updatedAt' in is && typeof is.updatedAt === 'string' ? is.updatedAt : null }
}

function keyDrift(remembered: Remembered, now: Drift['now'], read: ReadonlyMap<string, string | null>): Drift[] {
  const keys = remembered.kind === 'device' ? read.get(remembered.key) : undefined
  // Of keys that we did not write nothing is known, so they did not drift.
  if (keys === undefined || remembered.keys === null || keys === remembered.keys) return []
  return [{ remembered, what: 'keys', changes: [], now, keys }]
}

/** Field by field; tags, variables and what a device profile says one by one. */
function differences({ kind, written }: Remembered, now: Written): FieldChange[] {
  const changes: FieldChange[] = []
  for (const field of new Set([...Object.keys(written), ...Object.keys(now)])) {
    const [from, to] = [written[field] ?? null, now[field] ?? null]
    if (kind === 'gateway' && field === 'location' && sameLocation(location.parse(from), location.parse(to))) continue
    if (isDeepStrictEqual(from, to)) continue
    if (!isRecord(from) || !isRecord(to) || field === 'location') {
      changes.push({ field, from, to })
      continue
    }
    for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
      const [is, was] = [to[name] ?? null, from[name] ?? null]
      if (!isDeepStrictEqual(was, is)) changes.push({ field: field === 'lorawan' ? name : `${field}.${name}`, from: was, to: is })
    }
  }
  return changes.sort((a, b) => (a.field < b.field ? -1 : 1))
}

const { location } = wantedGatewaySchema.shape

function isRecord(value: Written[string]): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
