export type DeviceClass = 'A' | 'B' | 'C'

/** A device as the network server knows it. Times ISO 8601 UTC with milliseconds. */
export interface NetworkDevice {
  devEui: string
  name: string
  description: string
  joinEui: string
  disabled: boolean
  applicationId: string
  /** the names are null where the key may not read them */
  applicationName: string | null
  tenantId: string | null
  tenantName: string | null
  deviceProfileId: string
  deviceProfileName: string | null
  /** the class it works in now; a class C device is in A until it has joined */
  class: DeviceClass
  tags: Readonly<Record<string, string>>
  /** null: never heard */
  lastSeenAt: string | null
}

export type NetworkDeviceListing = Pick<NetworkDevice, 'devEui' | 'name' | 'description' | 'deviceProfileId' | 'tags' | 'lastSeenAt'> & {
  deviceProfileName: string
}

export interface NetworkApplication {
  id: string
  name: string
  tenantId: string
  tags: Readonly<Record<string, string>>
}

export interface NetworkTenant {
  id: string
  name: string
}

export interface NetworkGateway {
  gatewayId: string
  name: string
  tenantId: string
  /** degrees; null when no place was given */
  latitude: number | null
  longitude: number | null
  /** online: stats within its interval */
  state: 'online' | 'offline' | 'never seen'
  lastSeenAt: string | null
}

/**
 * What the network server has, to read. A `get` gives undefined for what does not exist and for what the key may not see:
 * ChirpStack answers a tenant key alike. All reject with `chirpstack.unreachable` or `chirpstack.refused`.
 */
export interface NetworkDirectory {
  getDevice(devEui: string): Promise<NetworkDevice | undefined>
  /** what its codecs are given on the network server; empty for a device that does not exist */
  getVariables(devEui: string): Promise<Readonly<Record<string, string>>>
  getApplication(id: string): Promise<NetworkApplication | undefined>
  getTenant(id: string): Promise<NetworkTenant | undefined>
  /** global keys only */
  listTenants(): Promise<readonly NetworkTenant[]>
  listApplications(tenantId: string): Promise<readonly { id: string; name: string }[]>
  /** page by page, by devEui */
  listDevices(applicationId: string): AsyncIterable<readonly NetworkDeviceListing[]>
  /** without a tenant: those of all tenants, whatever the key (ChirpStack does not narrow this list by itself) */
  listGateways(tenantId?: string): Promise<readonly NetworkGateway[]>
}
