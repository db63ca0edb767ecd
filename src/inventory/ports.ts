import type { AuditEntry } from '../access/audit.ts'
import type { Scope } from '../access/scope.ts'
import type { DirectorySource } from './directory.ts'
import type { Asset, Assignment, Device, Equipment, Gateway, Service, Site, Tenant } from './entities.ts'
import type { Page, PageQuery } from './page.ts'
import type { AssetFilter, AssetView, DeviceFilter, DeviceView, GatewayView, ServiceView, TenantView } from './views.ts'

type Optional<T> = { [K in keyof T]?: T[K] | undefined }

/** Rows to write, by table: inserted, or updated where the id is known. A slug that was given never changes. */
export interface InventoryChanges {
  tenants: readonly Tenant[]
  services: readonly Service[]
  sites: readonly Site[]
  assets: readonly Asset[]
  equipment: readonly Equipment[]
  devices: readonly Device[]
  /**
   * Devices as provisioning declares them: inserted where the DevEUI is not known; of a known one only name, model and serial are written,
   * the serial number where one is given, and the service while it is in stock. So whoever installs it at the same moment is not undone.
   */
  declared: readonly Device[]
  /** devices that left the network for ever: their open assignments end then */
  retired: readonly { devEui: string; at: string }[]
  gateways: readonly Gateway[]
  /** ids of gateways that left the network for ever: they are no tenant's any more */
  removedGateways: readonly string[]
  assignments: readonly Assignment[]
  audit: readonly AuditEntry[]
}

export const noChanges: InventoryChanges = Object.freeze({
  tenants: [],
  services: [],
  sites: [],
  assets: [],
  equipment: [],
  devices: [],
  declared: [],
  retired: [],
  gateways: [],
  removedGateways: [],
  assignments: [],
  audit: [],
})

/** All that some tenants have, without their audit rows. */
export type Holdings = Omit<InventoryChanges, 'audit' | 'declared' | 'retired' | 'removedGateways'>

/** What an installation depends on, read in its own transaction. */
export interface InstallFacts {
  tenant: Tenant | undefined
  /** slugs of all there are, where the tenant is not one of them */
  otherTenants: readonly string[]
  /** all of the tenant */
  services: readonly Service[]
  /** the one asked for, else the asset's, else the device's, else the model's */
  service: Service | undefined
  /** found by slug, else by its code */
  asset: Asset | undefined
  /** the asset's service, when it has an asset */
  assetService: Service | undefined
  /** where the asset is now */
  assetSite: Site | undefined
  /** the site of the requested name; where it has none: the asset's, else the one that bears the asset's code */
  namedSite: Site | undefined
  equipment: Equipment | undefined
  /** whatever its tenant */
  device: Device | undefined
  deviceService: Service | undefined
  /** of the device, on all its channels */
  deviceAssignments: readonly Assignment[]
  /** where the device's open assignments are */
  deviceAt: readonly { assetId: string; service: string; commune: string | null }[]
  /** of the asset, by whatever device */
  assetAssignments: readonly Assignment[]
  /** the devices of those */
  assetDevices: readonly Device[]
  /** when those were heard last; without those that never were */
  assetHeard: readonly { devEui: string; lastSeen: string }[]
  /** every open assignment of those devices: to know which become free */
  assetDevicesOpen: readonly Assignment[]
}

export interface InstallKeys {
  tenant: string
  /** null: the asset's, else the device's, else the model's */
  service: string | null
  /** the service of the model; null where it is not known */
  modelService: string | null
  asset: string
  devEui: string
  site: { name: string | undefined } | null
  serial: string | null
}

/** What a change in the life of devices depends on, read in one transaction. */
export interface LifeFacts {
  tenant: Tenant
  /** all of the tenant */
  services: readonly Service[]
  asset: Asset | undefined
  /** those asked for, whatever their tenant, and those that serve the asset now */
  devices: readonly Device[]
  /** of those devices and of the asset, ended ones included */
  assignments: readonly Assignment[]
  /** what the open ones serve; `asset` and `service`: slugs */
  places: readonly { assetId: string; asset: string; service: string; commune: string | null }[]
  equipment: Equipment | undefined
  /** where that body, and those of `assignments`, are now */
  equipmentOpen: readonly Assignment[]
}

export interface LifeKeys {
  /** slug */
  tenant: string
  /** slug */
  asset: string | null
  devEuis: readonly string[]
  /** serial of a body */
  serial: string | null
}

/** One transaction. Everything of a tenant waits for the transaction before it. */
export interface InventoryTransaction {
  installFacts(keys: InstallKeys): Promise<InstallFacts>
  /** undefined: there is no such tenant */
  lifeFacts(keys: LifeKeys): Promise<LifeFacts | undefined>
  slugTaken(tenantId: string, slug: string): Promise<boolean>
  holdings(tenants: readonly string[]): Promise<Holdings>
  /** the same of tenants and services alone */
  holders(tenants: readonly string[]): Promise<Pick<Holdings, 'tenants' | 'services'>>
  /** which of these devices and gateways exist, whatever their tenant */
  existing(euis: {
    devices: readonly string[]
    gateways: readonly string[]
  }): Promise<{ devices: ReadonlySet<string>; gateways: ReadonlySet<string> }>
  apply(changes: InventoryChanges): Promise<void>
}

/** Where the inventory is kept; implemented in adapters/sql. What a scope does not see is not in any answer. */
export interface InventoryStore extends DirectorySource {
  devices(scope: Scope, filter: Optional<DeviceFilter & { devEui: string }>, page: PageQuery): Promise<Page<DeviceView>>
  assets(scope: Scope, filter: Optional<AssetFilter & { asset: string; code: string }>, page: PageQuery): Promise<Page<AssetView>>
  gateways(scope: Scope, filter: Optional<{ tenant: string; gatewayId: string }>, page: PageQuery): Promise<Page<GatewayView>>
  services(scope: Scope, filter: Optional<{ tenant: string }>, page: PageQuery): Promise<Page<ServiceView>>
  tenants(scope: Scope, filter: Optional<{ tenant: string }>, page: PageQuery): Promise<Page<TenantView>>
  counts(scope: Scope): Promise<{ devices: number; gateways: number }>
  /** slugs of every asset the scope sees; a slug that means an asset outside of the scope too is left out */
  assetSlugs(scope: Scope): Promise<readonly string[]>
  transaction<T>(work: (transaction: InventoryTransaction) => Promise<T>): Promise<T>
}

/** What was heard of a device; null: nothing new. Times ISO 8601 UTC with milliseconds. */
export interface DeviceActivity {
  devEui: string
  lastSeen: string | null
  joinedAt: string | null
  lastLog: { code: string; time: string } | null
}

/** Keeps the newest of each; devices that the inventory does not know are left out. Implemented in adapters/sql. */
export interface DeviceActivityLog {
  record(activities: readonly DeviceActivity[]): Promise<void>
}
