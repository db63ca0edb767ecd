import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { AuditEntry } from '../../src/access/audit.ts'
import type { Scope } from '../../src/access/scope.ts'
import { parseEvent } from '../../src/adapters/chirpstack/events/parse-event.ts'
import type { Desks } from '../../src/api/ports.ts'
import { type ApiOptions, ApiServer } from '../../src/api/server.ts'
import type { CodecStatus } from '../../src/codecs/engine/strikes.ts'
import type { ReloadReport } from '../../src/codecs/registry.ts'
import { CommandService } from '../../src/commands/command-service.ts'
import type { Order } from '../../src/commands/order.ts'
import type { CommandTargets, OrderLedger } from '../../src/commands/ports.ts'
import type { Finding } from '../../src/health/finding.ts'
import type { DirectoryDevice } from '../../src/inventory/directory.ts'
import type { Reading } from '../../src/readings/reading.ts'
import { LetterDesk } from '../../src/uplinks/dead-letters/letter-desk.ts'
import { LetterRetry } from '../../src/uplinks/dead-letters/letter-retry.ts'
import type { LetterBox } from '../../src/uplinks/dead-letters/ports.ts'
import type { DeadLetter } from '../../src/uplinks/ports.ts'
import { FakeInventory } from '../fakes/fake-inventory.ts'
import { FakeTokenStore } from '../fakes/fake-token-store.ts'
import { MemoryLedger } from '../fakes/memory-ledger.ts'
import { MemoryLetters } from '../fakes/memory-letters.ts'
import { MemoryProvisioningStore } from '../fakes/memory-provisioning-store.ts'
import { MemoryReadingStore } from '../fakes/memory-reading-store.ts'
import { fakeLifeDesk } from './life-desk.ts'
import { fillProvisioning, provisioningDesks } from './provisioning-fixture.ts'
import { aReading } from './reading-builder.ts'
import { fakeReplayDesk } from './replay-desk.ts'
import { testModel } from './test-model.ts'

export const streetLight = testModel('nasys/ul20xx', {
  title: 'Street-light controller',
  vendor: 'NAS',
  family: 'street-light',
  version: '1.0.0',
  service: 'lighting',
  deviceProfile: 'nasys/ul20xx',
  expectedInterval: 3600,
  measures: [],
  commands: {
    dim: { input: { type: 'dim', level: '$level' }, limits: { level: [0, 100] } },
    resume: { input: { type: 'resume' } },
  },
})

export const fillSensor = testModel('milesight/em400-mud', {
  title: 'Fill sensor',
  vendor: 'Milesight',
  family: 'fill-level',
  version: '1.0.0',
  service: 'waste',
  deviceProfile: 'milesight/em400-mud',
  expectedInterval: 3600,
  parameters: {
    emptyDistance: { unit: 'm', required: true, range: [0.1, 10], label: { en: 'empty', fr: 'vide' } },
    container: { unit: null, label: { en: 'container', fr: 'conteneur' } },
  },
  measures: [],
})

const now = () => new Date('2026-11-22T21:00:00.000Z')

/** An API server on a free port over fakes: two tenants, `tours` and `blois`, that must not see each other. */
export class ApiFixture {
  readonly tokens = new FakeTokenStore()
  readonly inventory = new FakeInventory()
  readonly readings = new MemoryReadingStore()
  /** by DevEUI */
  readonly installations = new Map<string, DirectoryDevice>()
  readonly ledger = new MemoryLedger()
  readonly provisioning = new MemoryProvisioningStore()
  readonly listeners = new Set<(reading: Reading) => void>()
  readonly letters = new MemoryLetters()
  readonly audit: AuditEntry[] = []
  readonly logLines: string[] = []
  findings: Finding[] = [{ check: 'events', outcome: 'wrong', code: 'qos-zero', context: { count: 3 } }]
  ready = true
  dataDir = ''
  url = ''
  port = 0
  server: ApiServer | undefined
  readonly #options: Partial<ApiOptions>

  constructor(options: Partial<ApiOptions> = {}) {
    this.#options = options
  }

  async start(): Promise<this> {
    this.dataDir = await mkdtemp(join(tmpdir(), 'ondine-api-'))
    const logger = pino({ level: 'debug' }, { write: (line: string) => void this.logLines.push(line) })
    const options = { host: '127.0.0.1', port: 0, dataDir: this.dataDir, version: '0.1.0', ...this.#options }
    this.server = new ApiServer(this.desks(), options, logger)
    const { url, port } = await this.server.start()
    this.url = url
    this.port = port
    return this
  }

  async stop(): Promise<void> {
    await this.server?.stop()
    await rm(this.dataDir, { recursive: true, force: true })
  }

  /** Letters over this box, of which none can be decoded again. */
  protected letterDesk(letters: LetterBox): LetterDesk {
    const retry = new LetterRetry({
      letters,
      parse: parseEvent,
      decoder: { decode: async () => [] },
      apart: ({ readings: same }) => same,
      store: this.readings,
      topics: { publishLate: async () => {} },
      logger: pino({ level: 'silent' }),
      metrics: { deadLettersRetried: () => {} },
    })
    return new LetterDesk({ letters, retry, parse: parseEvent, audit: { add: async (entries) => void this.audit.push(...entries) }, now })
  }

  /** Readings, an order and whatever a list could show, of both tenants. */
  async fill(): Promise<void> {
    await this.readings.write([
      aReading({ time: '2026-11-22T06:00:00.000Z' }),
      aReading({ time: '2026-11-22T07:00:00.000Z' }),
      aReading({ time: '2026-11-22T06:30:00.000Z', tenant: 'blois', asset: 'w-blois001', device: '0018b20000009999' }),
    ])
    await this.ledger.add([anOrder('tours', 'L-Foch-014'), anOrder('blois', 'L-Blois-001')])
    await this.letters.keep([letter(1, 'tours'), letter(2, 'blois')])
    await fillProvisioning(this.provisioning)
  }

  fetch(path: string, init: RequestInit & { token?: string } = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (init.token !== undefined) headers.set('authorization', `Bearer ${init.token}`)
    return fetch(`${this.url}${path}`, { ...init, headers })
  }

  post(path: string, token: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, {
      method: 'POST',
      token,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  }

  struck: CodecStatus[] = []
  /** models that have the place of a shipped one */
  replacing: string[] = []
  reloaded: ReloadReport = { added: ['acme/flow'], changed: [], removed: [], broken: [] }

  emit(reading: Reading): void {
    for (const listener of this.listeners) listener(reading)
  }

  desks(): Desks {
    return {
      tokens: this.tokens,
      inventory: this.inventory,
      readings: this.readings,
      installations: (devEui) => this.installations.get(devEui),
      feed: {
        subscribe: (listener) => {
          this.listeners.add(listener)
          return () => this.listeners.delete(listener)
        },
      },
      commands: this.commandsOver({ find: this.#find }, this.ledger),
      models: {
        list: () => [fillSensor, streetLight],
        get: (slug) => [fillSensor, streetLight].find((model) => model.slug === slug),
        struck: () => this.struck,
        replacesShipped: (slug) => this.replacing.includes(slug),
        enable: (slug) => {
          this.struck = this.struck.filter(({ model }) => model !== slug)
        },
        reload: async () => this.reloaded,
      },
      deadLetters: this.letterDesk(this.letters),
      ...provisioningDesks(this.provisioning, null),
      life: fakeLifeDesk(this.inventory),
      replays: fakeReplayDesk(),
      self: {
        status: async (scope) => ({
          ...{ version: '0.1.0', startedAt: '2026-11-22T06:00:00.000Z', simulated: true, store: 'sqlite', topics: 'ondine/v1' },
          devices: (await this.inventory.devices(scope, { limit: 1000 })).items.length,
          gateways: (await this.inventory.gateways(scope, { limit: 1000 })).items.length,
          deadLetters: await this.letters.count(scope, {}),
          backlog: { store: 0 },
          frames: null,
          lastReadingAt: null,
        }),
        examine: async () => this.findings,
        readiness: async () => ({ ready: this.ready, parts: { store: this.ready } }),
        metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'ondine_up 1\n' }),
      },
      now,
    }
  }

  /** A token in force with this scope. */
  issue(scope: Partial<Scope>): Promise<string> {
    return this.tokens.issue(scope)
  }

  readonly #find = async (scope: Scope, asset: string) => {
    const known = (await this.inventory.assets(scope, { limit: 1000 })).items.find(({ slug }) => slug === asset)
    const device = known?.devices[0]
    if (known === undefined || device === undefined) return undefined
    const { tenant, service } = known
    return {
      tenant,
      service,
      asset,
      timeZone: 'Europe/Paris',
      devEui: device.devEui,
      channel: 'main',
      model: 'nasys/ul20xx',
      firmware: null,
    }
  }

  protected commandsOver(targets: CommandTargets, ledger: OrderLedger): CommandService {
    return new CommandService({
      targets,
      models: { forCommands: () => ({ model: streetLight, deviceClass: 'C' }) },
      codecs: {
        start: async () => {},
        stop: async () => {},
        decode: async () => [],
        decodeDownlink: async () => ({ ok: false, reason: 'codec-error', errors: [] }),
        encode: async () => ({ ok: true, fPort: 60, bytes: Buffer.from('01', 'hex'), warnings: [] }),
        simulate: async () => ({ ok: false, reason: 'codec-error', errors: [] }),
      },
      ledger,
      accepted: () => {},
      now,
    })
  }
}

export function anOrder(tenant: string, asset: string): Omit<Order, 'number'> {
  const time = '2026-11-22T06:00:00.000Z'
  return {
    ...{
      id: crypto.randomUUID(),
      tenant,
      service: 'lighting',
      asset,
      devEui: '70b3d54b10000001',
      channel: 'main',
      model: 'nasys/ul20xx',
      firmware: null,
    },
    command: { type: 'dim', level: 40 },
    ...{ reason: '', requestedBy: 'test', requestedAt: time, idempotencyKey: null, notBefore: time, expiresAt: '2026-11-22T06:10:00.000Z' },
    ...{
      until: null,
      returnOf: null,
      confirmed: false,
      downlink: { fPort: 60, hex: '01' },
      queueItemId: null,
      fCntDown: null,
      gatewayId: null,
    },
    state: 'accepted',
    steps: [{ time, state: 'accepted', code: 'accepted-by', context: { account: 'test' } }],
  }
}

function letter(offset: number, tenant: string): DeadLetter {
  return {
    ...{ offset, tenant, time: '2026-11-22T06:00:00.000Z', reason: 'unknown-model', detail: 'no model', advice: 'ondine device install' },
    ...{ devEui: null, model: null, topic: 't', payload: Buffer.from('{}') },
  }
}
