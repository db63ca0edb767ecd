import type { DeviceProfile } from '../codecs/device-profile.ts'
import type { RootKeys } from '../lorawan/root-keys.ts'
import type { Masked } from '../lorawan/secret.ts'

type Tags = Readonly<Record<string, string>>

/** Times are ISO 8601 UTC as the network server gives them, to compare and not to reckon with. */
interface Dated {
  updatedAt: string
}

export interface NetworkTenant {
  id: string
  name: string
}

export interface NetworkApplication {
  id: string
  tenantId: string
  name: string
}

/**
 * What a device profile file says, in its words where it has some: a network server knows regions and versions that our models do
 * not, and those come with the names that ChirpStack gives them.
 */
export type NetworkLorawan = Omit<DeviceProfile, 'title' | 'region' | 'macVersion' | 'regionalParameters'> & {
  region: string
  macVersion: string
  regionalParameters: string
}

/** The rest of ChirpStack's fields stay as they are. */
export interface NetworkProfile extends Dated {
  id: string
  tenantId: string
  name: string
  lorawan: NetworkLorawan
  tags: Tags
}

/** What a list tells of a device: neither its joinEui, nor its variables, nor whether it is disabled. */
export interface ListedDevice extends Dated {
  devEui: string
  applicationId: string
  profileId: string
  name: string
  description: string
  tags: Tags
  /** the same as `updatedAt` where nobody wrote it since it was made */
  createdAt: string
}

export interface NetworkDevice extends Omit<ListedDevice, 'createdAt'> {
  joinEui: string
  disabled: boolean
  skipFcntCheck: boolean
  variables: Tags
}

/** A gateway that knows its place writes it into `location` with every statistics it sends, and `updatedAt` stays as it was. */
export interface NetworkGateway extends Dated {
  gatewayId: string
  tenantId: string
  name: string
  description: string
  location: { latitude: number; longitude: number; altitude: number } | null
  /** seconds */
  statsInterval: number
  tags: Tags
}

export type ProfileContent = Omit<NetworkProfile, 'id' | 'updatedAt'>
export type DeviceContent = Omit<NetworkDevice, 'updatedAt'>
export type GatewayContent = Omit<NetworkGateway, 'updatedAt'>

/** A session as the network server holds it: moves with a device where the server lets it. */
export interface Activation {
  devAddr: string
  /** keys and counters, opaque to us and never shown: as they were read, to be written again */
  secret: Masked
}

export interface ClientCertificate {
  /** PEM */
  certificate: string
  /** PEM; shown once, kept nowhere */
  privateKey: string
  /** PEM of the authority */
  ca: string
  expiresAt: string | null
}

/**
 * The network server as provisioning needs it; implemented in adapters/chirpstack. A `get` and a `…Keys` give undefined for what is
 * not there. A `create` gives `already` where something of this identity is there (ChirpStack says INTERNAL and the words of its
 * database), whatever it is like: the caller reads it back. An `update` writes the whole object. A `delete` of what is gone succeeds.
 * All reject with `chirpstack.unreachable` or `chirpstack.refused`; calls are not repeated here but for `database is locked`.
 */
export interface NetworkProvisioning {
  listTenants(): Promise<readonly NetworkTenant[]>
  listApplications(tenantId: string): Promise<readonly NetworkApplication[]>
  /** read in full: a list tells little of them */
  listProfiles(tenantId: string): Promise<readonly NetworkProfile[]>
  /** page by page, by devEui; what is made or deleted meanwhile may come twice or not at all */
  listDevices(applicationId: string): AsyncIterable<readonly ListedDevice[]>
  listGateways(tenantId: string): Promise<readonly NetworkGateway[]>

  createTenant(name: string): Promise<{ id: string }>
  createApplication(tenantId: string, name: string): Promise<{ id: string }>
  createProfile(profile: ProfileContent): Promise<{ id: string }>
  updateProfile(id: string, profile: ProfileContent): Promise<void>

  getGateway(gatewayId: string): Promise<NetworkGateway | undefined>
  createGateway(gateway: GatewayContent): Promise<'created' | 'already'>
  updateGateway(gateway: GatewayContent): Promise<void>
  deleteGateway(gatewayId: string): Promise<void>
  gatewayCertificate(gatewayId: string): Promise<ClientCertificate>

  getDevice(devEui: string): Promise<NetworkDevice | undefined>
  createDevice(device: DeviceContent): Promise<'created' | 'already'>
  /** with an application and a profile of elsewhere it moves there, to another tenant too, and keeps its keys and its session */
  updateDevice(device: DeviceContent): Promise<void>
  deleteDevice(devEui: string): Promise<void>

  /** by the MAC version of its device profile: where ChirpStack keeps which key is known only here */
  getKeys(devEui: string, macVersion: string): Promise<RootKeys | undefined>
  createKeys(devEui: string, macVersion: string, keys: RootKeys): Promise<'created' | 'already'>
  updateKeys(devEui: string, macVersion: string, keys: RootKeys): Promise<void>
  flushDevNonces(devEui: string): Promise<void>
  getActivation(devEui: string): Promise<Activation | undefined>
  activate(devEui: string, activation: Activation): Promise<void>
}
