import { createHash } from 'node:crypto'
import { type FleetDeclaration, type FleetGroup, type FleetPlace, inSlugs } from './fleet-declaration.ts'
import { between, seedOf } from './physics/noise.ts'
import { type RadioPath, radioPaths } from './radio-path.ts'

export interface SimulatedGateway {
  gatewayId: string
  name: string
  latitude: number
  longitude: number
}

/** One simulated device with everything it needs to be created in a network and an inventory, and to make its frames. */
export interface SimulatedDevice {
  devEui: string
  joinEui: string
  /** 32 hexadecimal digits; made from the fleet's seed, so worth nothing outside of a simulation */
  appKey: string
  /** slugs */
  tenant: string
  service: string
  /** `vendor/model` */
  model: string
  physics: FleetGroup['physics']
  name: string
  /** of its channel `main`, as its parameters are */
  asset: { slug: string; name: string }
  /** beside `main`, each with an asset of its own: valves, relays */
  channels: readonly { channel: string; asset: SimulatedDevice['asset']; parameters: Readonly<Record<string, number>> }[]
  site: { name: string; commune: string; latitude: number; longitude: number }
  /** of the assignment */
  parameters: Readonly<Record<string, number>>
  /** seconds between uplinks */
  interval: number
  /** seconds into the interval at which it sends: a fleet does not speak at once */
  phase: number
  seed: number
  /** what its place shares with its neighbours: the weather */
  region: number
  spreadingFactor: number
  /** the gateways that hear it, best first */
  paths: readonly RadioPath[]
}

export interface Fleet {
  tenant: FleetDeclaration['tenant']
  services: FleetDeclaration['services']
  gateways: readonly SimulatedGateway[]
  devices: readonly SimulatedDevice[]
}

/** Makes the devices of a declared fleet. The same declaration gives the same fleet, to the last digit. */
export function buildFleet(declaration: FleetDeclaration): Fleet {
  const gateways = declaration.gateways.map((gateway) => ({ ...gateway, gatewayId: eui(declaration, `gateway ${gateway.name}`) }))
  const dwellings = new Map<string, number>()
  const devices = declaration.groups.flatMap((group, index) =>
    Array.from({ length: group.count }, (_, number) => makeDevice(declaration, gateways, dwellings, group, index, number)),
  )
  return { tenant: declaration.tenant, services: declaration.services, gateways, devices }
}

function makeDevice(
  declaration: FleetDeclaration,
  gateways: readonly SimulatedGateway[],
  dwellings: Map<string, number>,
  group: FleetGroup,
  groupIndex: number,
  number: number,
): SimulatedDevice {
  const name = `${declaration.tenant.slug} ${groupIndex} ${number}`
  const devEui = eui(declaration, `device ${name}`)
  const seed = seedOf(`${declaration.seed} ${devEui}`)
  const { place, rank } = placeOf(group, number)
  const position = positionOf(place, rank, seed)
  const asset = assetOf(declaration, dwellings, group, place, rank, devEui)
  return {
    devEui,
    joinEui: eui(declaration, 'join'),
    appKey: digest(declaration, `key ${name}`).slice(0, 32),
    tenant: declaration.tenant.slug,
    service: group.service,
    model: group.model,
    physics: group.physics,
    name: `${group.model.split('/')[1] ?? group.model} ${devEui.slice(-6)}`,
    asset,
    channels: group.channels.map((channel) => ({
      channel,
      asset: { slug: `${asset.slug}-${channel}`, name: `${asset.name}, ${channel}` },
      parameters: parametersOfChannel(group, seedOf(`${seed} ${channel}`)),
    })),
    site: { name: place.name, commune: place.commune, ...position },
    parameters: parametersOf(group, seed),
    interval: group.interval,
    phase: Math.floor(between(0, group.interval, seed, 100)),
    seed,
    region: seedOf(`${declaration.seed} weather`),
    ...radioPaths(devEui, position, group.obstacle, gateways),
  }
}

/** Devices are dealt over the places of a group by their weights; `rank` counts within a place, from 0. */
function placeOf(group: FleetGroup, number: number): { place: FleetPlace; rank: number } {
  const total = group.places.reduce((sum, place) => sum + place.weight, 0)
  let first = 0
  let weights = 0
  for (const place of group.places) {
    weights += place.weight
    const end = Math.round((group.count * weights) / total)
    if (number < end) return { place, rank: number - first }
    first = end
  }
  throw new RangeError(`group ${group.model} has no place for device ${number}`)
}

const metresPerDegree = 111_320

function positionOf(place: FleetPlace, rank: number, seed: number): { latitude: number; longitude: number } {
  const [east, north] =
    place.along === undefined ? scattered(place.radius, seed) : alongStreet(place.along.bearing, place.along.spacing * rank)
  const perDegreeEast = metresPerDegree * Math.cos((place.latitude * Math.PI) / 180)
  return { latitude: sixDecimals(place.latitude + north / metresPerDegree), longitude: sixDecimals(place.longitude + east / perDegreeEast) }
}

function scattered(radius: number, seed: number): [number, number] {
  const angle = between(0, 2 * Math.PI, seed, 101)
  const distance = radius * Math.sqrt(between(0, 1, seed, 102))
  return [distance * Math.sin(angle), distance * Math.cos(angle)]
}

function alongStreet(bearing: number, distance: number): [number, number] {
  const angle = (bearing * Math.PI) / 180
  return [distance * Math.sin(angle), distance * Math.cos(angle)]
}

function sixDecimals(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

/**
 * A dwelling's water is personal: its slug tells nothing, the number of the delivery point stays its name. `dwellings`: how
 * many have been numbered so far, by commune.
 */
function assetOf(
  declaration: FleetDeclaration,
  dwellings: Map<string, number>,
  group: FleetGroup,
  place: FleetPlace,
  rank: number,
  devEui: string,
): SimulatedDevice['asset'] {
  if (group.asset.kind === 'pseudonym') {
    const slug = `${group.asset.prefix}-${pseudonym(digest(declaration, `asset ${devEui}`))}`
    const number = (dwellings.get(place.commune) ?? 0) + 1
    dwellings.set(place.commune, number)
    return { slug, name: `PDL ${place.commune} ${String(number).padStart(5, '0')}` }
  }
  const number = String(rank + 1).padStart(group.asset.digits, '0')
  return { slug: `${group.asset.prefix}-${inSlugs(place.name)}-${number}`, name: `${group.asset.label} ${place.name} ${number}` }
}

// Without the letters and digits that people confuse.
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'

function pseudonym(hex: string): string {
  return Array.from({ length: 8 }, (_, i) => alphabet[Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16) % alphabet.length]).join('')
}

function parametersOf(group: FleetGroup, seed: number): Readonly<Record<string, number>> {
  if (group.physics === 'bin') return { emptyDistance: centimetres(between(1.4, 2.4, seed, 103)), fullDistance: 0.3 }
  if (group.physics === 'river') return { sensorZero: centimetres(between(5, 8, seed, 104)) }
  return group.channels.length === 0 ? parametersOfChannel(group, seed) : {}
}

/** A valve's meter was not new when its pulses began. */
function parametersOfChannel({ physics }: FleetGroup, seed: number): Readonly<Record<string, number>> {
  return physics === 'watering' ? { pulseWeight: 0.001, startIndex: Math.floor(between(0, 900, seed, 105)) } : {}
}

function centimetres(metres: number): number {
  return Math.round(metres * 100) / 100
}

function digest(declaration: FleetDeclaration, text: string): string {
  return createHash('sha256').update(`${declaration.seed} ${text}`).digest('hex')
}

/** Locally administered (IEEE 802, bit 1 of the first byte): never the EUI of a real device or gateway. */
function eui(declaration: FleetDeclaration, text: string): string {
  return `02${digest(declaration, text).slice(0, 14)}`
}
