import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { AuditEntry } from '../../../src/access/audit.ts'
import type { Scope } from '../../../src/access/scope.ts'
import { SqliteFrameArchive } from '../../../src/adapters/sql/frames/sqlite-frame-archive.ts'
import { SqliteReplayJournal } from '../../../src/adapters/sql/frames/sqlite-replay-journal.ts'
import type { DecodeResult } from '../../../src/codecs/codec-runner.ts'
import type { DirectoryDevice } from '../../../src/inventory/directory.ts'
import type { UplinkEvent } from '../../../src/lorawan/network-event.ts'
import type { Keeping, ReadingHistory } from '../../../src/readings/history.ts'
import type { Reading } from '../../../src/readings/reading.ts'
import type { ReadingStore } from '../../../src/readings/reading-store.ts'
import { FrameDecoder } from '../../../src/uplinks/frame-decoder.ts'
import { framesToKeep } from '../../../src/uplinks/frames/frames-to-keep.ts'
import { modelsOf } from '../../../src/uplinks/models.ts'
import type { Difference } from '../../../src/uplinks/replay/compare-readings.ts'
import { ReplayGate } from '../../../src/uplinks/replay/replay-gate.ts'
import { type ReplayRequest, replayRequestSchema } from '../../../src/uplinks/replay/replay-job.ts'
import { ReplayService, type ReplayView } from '../../../src/uplinks/replay/replay-service.ts'
import { FakeCodecRunner } from '../../fakes/fake-codec-runner.ts'
import { testModel } from '../../support/test-model.ts'

export const meter = '0018b20000001a2b'
export const otherMeter = '0018b20000001a2c'

const waterMeter = testModel('acme/meter', {
  title: 'Meter',
  vendor: 'Acme',
  family: 'water-meter',
  version: '1.0.0',
  service: 'water',
  deviceProfile: 'acme/meter',
  expectedInterval: 3600,
  measures: [
    { field: 'volume', name: 'volume' },
    { field: 'temperature', name: 'temperature' },
  ],
})

export const operator: Scope = { account: 'anne', role: 'operator', tenant: 'tours', services: null, communes: null }

export function installed(devEui: string, parts: Partial<DirectoryDevice> = {}): DirectoryDevice {
  return {
    devEui,
    tenant: 'tours',
    timeZone: 'Europe/Paris',
    service: 'water',
    model: 'acme/meter',
    firmware: null,
    status: 'installed',
    assignments: [
      { channel: 'main', asset: `w-${devEui.slice(-4)}`, service: 'water', parameters: {}, from: '2026-01-01T00:00:00.000Z', to: null },
    ],
    ...parts,
  }
}

/** The n-th hour of November 2026. */
export function hour(n: number): string {
  return new Date(Date.UTC(2026, 10, 1) + n * 3_600_000).toISOString()
}

export function uplink(devEui: string, n: number): UplinkEvent {
  return {
    type: 'uplink',
    time: hour(n),
    device: {
      ...{ tenantId: 't', tenantName: 'Tours', applicationId: 'a', applicationName: 'water', deviceProfileId: 'p', deviceName: 'meter' },
      ...{ deviceProfileName: 'acme/meter', devEui, tags: {} },
    },
    deduplicationId: '',
    devAddr: '00396d32',
    fCnt: n,
    fPort: 100,
    confirmed: false,
    data: new Uint8Array([n & 255]),
    frequency: 868_100_000,
    spreadingFactor: 9,
    receptions: [{ gatewayId: '7076ff0056080002', rssi: -90, snr: 6.5 }],
  }
}

export type Store = ReadingStore & ReadingHistory

/** Everything a replay has to do with, over one store; the codec is what `decode` says at the moment. */
export class ReplayFixture {
  readonly devices = new Map<string, DirectoryDevice>([meter, otherMeter].map((devEui) => [devEui, installed(devEui)]))
  readonly audit: AuditEntry[] = []
  readonly replaced: Difference[] = []
  readonly again: { readings: readonly Reading[]; how: { readings: boolean; alarms: boolean } }[] = []
  now = new Date(hour(30 * 24))
  keeping: readonly Keeping[] = []
  decode: (n: number) => DecodeResult = (n) => ({ ok: true, data: { volume: n, temperature: 8 }, warnings: [] })
  store: Store
  archive!: SqliteFrameArchive
  service!: ReplayService
  gate!: ReplayGate
  #folder = ''
  #decoder!: FrameDecoder

  constructor(store: Store) {
    this.store = store
  }

  async start(): Promise<this> {
    this.#folder = await mkdtemp(join(tmpdir(), 'ondine-replay-'))
    return this.open()
  }

  /** A new process on the same files; `store` as the service sees it, where a test breaks it. */
  async open(store: Store = this.store): Promise<this> {
    this.archive = new SqliteFrameArchive({ file: join(this.#folder, 'frames.sqlite') })
    await this.archive.start()
    this.gate = new ReplayGate(store)
    const models = modelsOf({ get: (slug) => (slug === waterMeter.slug ? waterMeter : undefined), list: () => [waterMeter] })
    const codecs = new FakeCodecRunner({ 'acme/meter': { decode: ({ bytes }) => this.decode(bytes[0] ?? -1) } })
    const directory = { resolve: (devEui: string) => this.devices.get(devEui), devices: () => this.devices.values() }
    this.#decoder = new FrameDecoder({ directory, models, codecs, variables: async () => ({}) })
    const view = (device: DirectoryDevice) => ({ devEui: device.devEui, model: device.model, tenant: device.tenant })
    this.service = new ReplayService({
      ...{ archive: this.archive, journal: new SqliteReplayJournal(this.archive), store, history: store, gate: this.gate },
      ...{ decoder: this.#decoder, models, directory, keeping: this.keeping, retryMs: 5, now: () => this.now, counted: () => {} },
      inventory: {
        devices: async (scope, { model }) => {
          const seen = [...this.devices.values()].filter(
            (device) => device.model === model && (scope.tenant ?? device.tenant) === device.tenant,
          )
          return { items: seen.map(view) as never, cursor: null }
        },
        device: async (_scope, devEui) => view(this.devices.get(devEui) ?? installed(devEui)) as never,
      },
      outlet: {
        replaced: async (differences) => void this.replaced.push(...differences),
        again: async (readings, how) => void this.again.push({ readings, how }),
      },
      audit: { add: async (entries) => void this.audit.push(...entries) },
      logger: pino({ level: 'silent' }),
    })
    await this.service.start()
    return this
  }

  /** As if the process were gone: nothing is written back. */
  async crash(): Promise<void> {
    await this.archive.stop()
  }

  async stop(): Promise<void> {
    await this.service.stop()
    await this.archive.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** As the hot path does: kept, decoded by the codec of the moment, stored through the gate. */
  async receive(uplinks: readonly UplinkEvent[], how: { archived: boolean } = { archived: true }): Promise<void> {
    const directory = { resolve: (devEui: string) => this.devices.get(devEui) }
    if (how.archived) await this.archive.keep(framesToKeep(uplinks, directory))
    const decoded = await this.#decoder.decode(uplinks)
    await this.gate.write(decoded.flatMap(({ readings }) => readings))
  }

  async replay(parts: Partial<ReplayRequest> = {}, scope: Scope = operator): Promise<ReplayView> {
    const request = { model: 'acme/meter', from: hour(0), dryRun: false, ...parts }
    const { number } = await this.service.begin(scope, replayRequestSchema.parse(request))
    return this.ended(number)
  }

  async ended(number: number): Promise<ReplayView> {
    for (;;) {
      const view = await this.service.get({ ...operator, tenant: null, role: 'admin' }, number)
      if (view.state !== 'running') return view
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** volume → values, oldest first */
  async stored(devEui = meter): Promise<Reading['values'][]> {
    return (await this.readings(devEui)).map(({ values }) => values)
  }

  async readings(devEui = meter): Promise<readonly Reading[]> {
    const query = { order: 'oldest first', limit: 10_000, devices: [devEui] } as const
    return (await this.store.list({ tenant: null, services: null, assets: null }, query)).readings
  }
}
