import { OndineError } from '../../src/errors/ondine-error.ts'
import type { RootKeys } from '../../src/lorawan/root-keys.ts'
import type {
  Activation,
  ClientCertificate,
  DeviceContent,
  GatewayContent,
  ListedDevice,
  NetworkApplication,
  NetworkDevice,
  NetworkGateway,
  NetworkProfile,
  NetworkProvisioning,
  NetworkTenant,
  ProfileContent,
} from '../../src/provisioning/network.ts'

/** `lost`: done, and the answer does not arrive. */
export type Fault = 'unreachable' | 'lost' | 'busy' | 'refused'

const url = 'http://network.test'
const listPage = 3

/** The network server in memory. What `fault` says of a call happens to it; `calls` are those that arrived. */
export class MemoryNetwork implements NetworkProvisioning {
  readonly tenants = new Map<string, NetworkTenant>()
  readonly applications = new Map<string, NetworkApplication>()
  readonly profiles = new Map<string, NetworkProfile>()
  readonly devices = new Map<string, NetworkDevice>()
  readonly gateways = new Map<string, NetworkGateway>()
  readonly keys = new Map<string, RootKeys>()
  readonly activations = new Map<string, Activation>()
  readonly flushed: string[] = []
  readonly calls: { method: string; subject: string }[] = []
  fault: (method: string, subject: string) => Fault | undefined | Promise<Fault | undefined> = () => undefined
  readonly #madeAt = new Map<string, string>()
  #writes = 0

  listTenants = () => this.#call('listTenants', '', () => [...this.tenants.values()])
  listApplications = (tenantId: string) => this.#call('listApplications', tenantId, () => of(this.applications, { tenantId }))
  listProfiles = (tenantId: string) => this.#call('listProfiles', tenantId, () => of(this.profiles, { tenantId }))
  listGateways = (tenantId: string) => this.#call('listGateways', tenantId, () => of(this.gateways, { tenantId }))

  async *listDevices(applicationId: string): AsyncIterable<readonly ListedDevice[]> {
    const all = await this.#call('listDevices', applicationId, () => of(this.devices, { applicationId }))
    const listed = all.map(({ joinEui, disabled, skipFcntCheck, variables, ...device }) => {
      return { ...device, createdAt: this.#madeAt.get(device.devEui) ?? device.updatedAt }
    })
    listed.sort((a, b) => (a.devEui < b.devEui ? -1 : 1))
    for (let at = 0; at < listed.length; at += listPage) yield listed.slice(at, at + listPage)
  }

  createTenant = (name: string) => this.#call('createTenant', name, () => made(this.tenants, (id) => ({ id, name })))
  createApplication = (tenantId: string, name: string) =>
    this.#call('createApplication', name, () => made(this.applications, (id) => ({ id, tenantId, name })))
  createProfile = (profile: ProfileContent) =>
    this.#call('createProfile', profile.name, () => made(this.profiles, (id) => ({ ...profile, id, updatedAt: this.#time() })))
  updateProfile = (id: string, profile: ProfileContent) =>
    this.#call('updateProfile', profile.name, () => {
      this.profiles.set(id, { ...profile, id, updatedAt: this.#time() })
    })

  getGateway = (gatewayId: string) => this.#call('getGateway', gatewayId, () => this.gateways.get(gatewayId))
  createGateway = (gateway: GatewayContent) =>
    this.#call('createGateway', gateway.gatewayId, () => added(this.gateways, gateway.gatewayId, { ...gateway, updatedAt: this.#time() }))
  updateGateway = (gateway: GatewayContent) =>
    this.#call('updateGateway', gateway.gatewayId, () => {
      this.gateways.set(gateway.gatewayId, { ...gateway, updatedAt: this.#time() })
    })
  deleteGateway = (gatewayId: string) =>
    this.#call('deleteGateway', gatewayId, () => {
      this.gateways.delete(gatewayId)
    })
  gatewayCertificate = (gatewayId: string) =>
    this.#call('gatewayCertificate', gatewayId, (): ClientCertificate => ({ certificate: 'c', privateKey: 'p', ca: 'a', expiresAt: null }))

  getDevice = (devEui: string) => this.#call('getDevice', devEui, () => this.devices.get(devEui))
  createDevice = (device: DeviceContent) =>
    this.#call('createDevice', device.devEui, () => {
      const updatedAt = this.#time()
      const answer = added(this.devices, device.devEui, { ...device, updatedAt })
      if (answer === 'created') this.#madeAt.set(device.devEui, updatedAt)
      return answer
    })
  updateDevice = (device: DeviceContent) =>
    this.#call('updateDevice', device.devEui, () => {
      this.devices.set(device.devEui, { ...device, updatedAt: this.#time() })
    })
  deleteDevice = (devEui: string) =>
    this.#call('deleteDevice', devEui, () => {
      this.devices.delete(devEui)
      this.keys.delete(devEui)
    })

  getKeys = (devEui: string) => this.#call('getKeys', devEui, () => this.keys.get(devEui))
  createKeys = (devEui: string, _macVersion: string, keys: RootKeys) =>
    this.#call('createKeys', devEui, () => added(this.keys, devEui, keys))
  updateKeys = (devEui: string, _macVersion: string, keys: RootKeys) =>
    this.#call('updateKeys', devEui, () => {
      this.keys.set(devEui, keys)
    })
  flushDevNonces = (devEui: string) =>
    this.#call('flushDevNonces', devEui, () => {
      this.flushed.push(devEui)
    })
  getActivation = (devEui: string) => this.#call('getActivation', devEui, () => this.activations.get(devEui))
  activate = (devEui: string, activation: Activation) =>
    this.#call('activate', devEui, () => {
      this.activations.set(devEui, activation)
    })

  async #call<T>(method: string, subject: string, work: () => T): Promise<T> {
    this.calls.push({ method, subject })
    const fault = await this.fault(method, subject)
    if (fault === 'unreachable') throw new OndineError('chirpstack.unreachable', { url, reason: 'it is away' })
    if (fault === 'busy' || fault === 'refused') {
      const reason = fault === 'busy' ? 'busy' : 'invalid'
      throw new OndineError('chirpstack.refused', { method, subject, answer: fault, reason })
    }
    const result = work()
    if (fault === 'lost') throw new OndineError('chirpstack.unreachable', { url, reason: 'no answer in time' })
    return result
  }

  /** Each write is later than the one before. */
  #time(): string {
    this.#writes++
    return new Date(Date.UTC(2026, 10, 22) + this.#writes).toISOString()
  }
}

function of<T extends object>(all: ReadonlyMap<string, T>, wanted: Partial<T>): T[] {
  const entries = Object.entries(wanted)
  return [...all.values()].filter((one) =>
    entries.every(([field, value]) => Object.entries(one).some(([name, is]) => name === field && is === value)),
  )
}

function made<T>(all: Map<string, T>, make: (id: string) => T): { id: string } {
  const id = crypto.randomUUID()
  all.set(id, make(id))
  return { id }
}

function added<T>(all: Map<string, T>, key: string, value: T): 'created' | 'already' {
  if (all.has(key)) return 'already'
  all.set(key, value)
  return 'created'
}
