import applicationPb from '@chirpstack/chirpstack-api/api/application_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import deviceProfilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import gatewayPb from '@chirpstack/chirpstack-api/api/gateway_pb.js'
import multicastPb from '@chirpstack/chirpstack-api/api/multicast_group_pb.js'
import tenantPb from '@chirpstack/chirpstack-api/api/tenant_pb.js'
import type { Message } from 'google-protobuf'
import { z } from 'zod'
import { type SavedRow, Table } from './table.ts'

export type DeviceClass = 'CLASS_A' | 'CLASS_C'

const receptionSchema = z.object({ gatewayId: z.string(), rssi: z.number(), snr: z.number(), context: z.string() })
const uplinkSchema = z.object({ spreadingFactor: z.int(), frequency: z.int(), receptions: z.array(receptionSchema) })

/** What the network knows of an activated device. `id` stands for the session keys: a frame of another session has a bad MIC. */
const sessionSchema = z.object({
  id: z.string(),
  devAddr: z.string(),
  keys: z.object({ appSKey: z.string(), nwkSEncKey: z.string(), sNwkSIntKey: z.string(), fNwkSIntKey: z.string() }),
  /** next expected */
  fCntUp: z.int(),
  fCntDown: z.int(),
  lastUplink: uplinkSchema.nullable(),
  /** when the class C scheduler may look again, milliseconds */
  schedulerRunAfter: z.number(),
  statusRequestedAt: z.number().nullable(),
})
export type Session = z.infer<typeof sessionSchema>

const queueItemSchema = z.object({
  id: z.string(),
  fPort: z.int(),
  /** hexadecimal */
  data: z.string(),
  confirmed: z.boolean(),
  /** milliseconds */
  expiresAt: z.number().nullable(),
  /** emitted, waiting for the device's ACK */
  isPending: z.boolean(),
  fCntDown: z.int().nullable(),
  timeoutAfter: z.number().nullable(),
})
export type QueueItem = z.infer<typeof queueItemSchema>

const deviceLifeSchema = z.object({
  enabledClass: z.enum(['CLASS_A', 'CLASS_C']),
  lastSeenAt: z.number().nullable(),
  /** percent, null when external or unknown */
  status: z.object({ margin: z.int(), externalPower: z.boolean(), battery: z.number().nullable() }).nullable(),
  session: sessionSchema.nullable(),
  /** JoinEUI and DevNonce of every accepted join */
  usedDevNonces: z.array(z.string()),
  queue: z.array(queueItemSchema),
  /** receptions per hour since 1970, for the link metrics: [hour, packets, sum of RSSI, sum of SNR] */
  hours: z.array(z.tuple([z.int(), z.int(), z.number(), z.number()])),
})
export type DeviceLife = z.infer<typeof deviceLifeSchema>

const gatewayLifeSchema = z.object({ lastSeenAt: z.number().nullable(), properties: z.record(z.string(), z.string()) })
export type GatewayLife = z.infer<typeof gatewayLifeSchema>

const groupItemSchema = z.object({
  id: z.string(),
  gatewayId: z.string(),
  fCnt: z.int(),
  fPort: z.int(),
  data: z.string(),
  expiresAt: z.number().nullable(),
  runAfter: z.number(),
})
export type GroupItem = z.infer<typeof groupItemSchema>

const groupLifeSchema = z.object({ devices: z.array(z.string()), gateways: z.array(z.string()), queue: z.array(groupItemSchema) })
export type GroupLife = z.infer<typeof groupLifeSchema>

const rowsSchema = z.array(z.object({ id: z.string(), message: z.string(), createdAt: z.number(), updatedAt: z.number() }))

/** The network as one JSON value; `version` is raised when a field changes its meaning. */
export const networkSnapshotSchema = z.object({
  version: z.literal(1),
  drawn: z.int(),
  tenants: rowsSchema,
  applications: rowsSchema,
  deviceProfiles: rowsSchema,
  gateways: rowsSchema,
  devices: rowsSchema,
  deviceKeys: rowsSchema,
  multicastGroups: rowsSchema,
  deviceLives: z.record(z.string(), deviceLifeSchema),
  gatewayLives: z.record(z.string(), gatewayLifeSchema),
  groupLives: z.record(z.string(), groupLifeSchema),
})
export type NetworkSnapshot = z.infer<typeof networkSnapshotSchema>

/** Everything the emulated server knows: what was created through its API, and what it learnt from the air. */
export class NetworkState {
  readonly tenants = new Table(tenantPb.Tenant.deserializeBinary)
  readonly applications = new Table(applicationPb.Application.deserializeBinary)
  readonly deviceProfiles = new Table(deviceProfilePb.DeviceProfile.deserializeBinary)
  readonly gateways = new Table(gatewayPb.Gateway.deserializeBinary)
  readonly devices = new Table(devicePb.Device.deserializeBinary)
  readonly deviceKeys = new Table(devicePb.DeviceKeys.deserializeBinary)
  readonly multicastGroups = new Table(multicastPb.MulticastGroup.deserializeBinary)
  readonly #deviceLives = new Map<string, DeviceLife>()
  readonly #gatewayLives = new Map<string, GatewayLife>()
  readonly #groupLives = new Map<string, GroupLife>()

  device(devEui: string): DeviceLife {
    return obtain(this.#deviceLives, devEui, () => ({
      enabledClass: 'CLASS_A',
      lastSeenAt: null,
      status: null,
      session: null,
      usedDevNonces: [],
      queue: [],
      hours: [],
    }))
  }

  gateway(gatewayId: string): GatewayLife {
    return obtain(this.#gatewayLives, gatewayId, () => ({ lastSeenAt: null, properties: {} }))
  }

  group(id: string): GroupLife {
    return obtain(this.#groupLives, id, () => ({ devices: [], gateways: [], queue: [] }))
  }

  /** DevEUIs of those with something in their queue */
  withQueue(): string[] {
    return [...this.#deviceLives].filter(([, life]) => life.queue.length > 0).map(([devEui]) => devEui)
  }

  groupsWithQueue(): string[] {
    return [...this.#groupLives].filter(([, life]) => life.queue.length > 0).map(([id]) => id)
  }

  /** The profile, application and tenant of a device; undefined when one of them is gone. */
  surroundings(devEui: string): Surroundings | undefined {
    const device = this.devices.get(devEui)?.message
    if (device === undefined) return undefined
    const profile = this.deviceProfiles.get(device.getDeviceProfileId())?.message
    const application = this.applications.get(device.getApplicationId())?.message
    const tenant = application && this.tenants.get(application.getTenantId())?.message
    return profile && application && tenant && { device, profile, application, tenant, life: this.device(devEui) }
  }

  deleteTenant(id: string): void {
    this.#deleteWhere(this.applications, (application) => application.getTenantId() === id, this.deleteApplication)
    this.#deleteWhere(this.deviceProfiles, (profile) => profile.getTenantId() === id, this.deleteDeviceProfile)
    this.#deleteWhere(this.gateways, (gateway) => gateway.getTenantId() === id, this.deleteGateway)
    this.tenants.delete(id)
  }

  deleteApplication(id: string): void {
    this.#deleteWhere(this.devices, (device) => device.getApplicationId() === id, this.deleteDevice)
    this.#deleteWhere(this.multicastGroups, (group) => group.getApplicationId() === id, this.deleteGroup)
    this.applications.delete(id)
  }

  deleteDeviceProfile(id: string): void {
    this.#deleteWhere(this.devices, (device) => device.getDeviceProfileId() === id, this.deleteDevice)
    this.deviceProfiles.delete(id)
  }

  deleteDevice(devEui: string): void {
    this.devices.delete(devEui)
    this.deviceKeys.delete(devEui)
    this.#deviceLives.delete(devEui)
    for (const group of this.#groupLives.values()) group.devices = group.devices.filter((member) => member !== devEui)
  }

  deleteGateway(gatewayId: string): void {
    this.gateways.delete(gatewayId)
    this.#gatewayLives.delete(gatewayId)
    for (const group of this.#groupLives.values()) group.gateways = group.gateways.filter((member) => member !== gatewayId)
  }

  deleteGroup(id: string): void {
    this.multicastGroups.delete(id)
    this.#groupLives.delete(id)
  }

  #deleteWhere<M extends Message>(table: Table<M>, matches: (message: M) => boolean, remove: (id: string) => void): void {
    for (const [id, row] of table.entries()) if (matches(row.message)) remove.call(this, id)
  }

  save(drawn: number): NetworkSnapshot {
    return {
      version: 1,
      drawn,
      tenants: this.tenants.save(),
      applications: this.applications.save(),
      deviceProfiles: this.deviceProfiles.save(),
      gateways: this.gateways.save(),
      devices: this.devices.save(),
      deviceKeys: this.deviceKeys.save(),
      multicastGroups: this.multicastGroups.save(),
      deviceLives: Object.fromEntries(this.#deviceLives),
      gatewayLives: Object.fromEntries(this.#gatewayLives),
      groupLives: Object.fromEntries(this.#groupLives),
    }
  }

  load(snapshot: NetworkSnapshot): void {
    const tables: [{ load(rows: readonly SavedRow[]): void }, SavedRow[]][] = [
      [this.tenants, snapshot.tenants],
      [this.applications, snapshot.applications],
      [this.deviceProfiles, snapshot.deviceProfiles],
      [this.gateways, snapshot.gateways],
      [this.devices, snapshot.devices],
      [this.deviceKeys, snapshot.deviceKeys],
      [this.multicastGroups, snapshot.multicastGroups],
    ]
    for (const [table, rows] of tables) table.load(rows)
    for (const [devEui, life] of Object.entries(snapshot.deviceLives)) this.#deviceLives.set(devEui, life)
    for (const [id, life] of Object.entries(snapshot.gatewayLives)) this.#gatewayLives.set(id, life)
    for (const [id, life] of Object.entries(snapshot.groupLives)) this.#groupLives.set(id, life)
  }
}

export interface Surroundings {
  device: devicePb.Device
  profile: deviceProfilePb.DeviceProfile
  application: applicationPb.Application
  tenant: tenantPb.Tenant
  life: DeviceLife
}

function obtain<V>(map: Map<string, V>, key: string, make: () => V): V {
  const present = map.get(key)
  if (present !== undefined) return present
  const made = make()
  map.set(key, made)
  return made
}
