import type { Scope } from '../access/scope.ts'
import type { TokenStore } from '../access/tokens.ts'
import type { CodecStatus } from '../codecs/engine/strikes.ts'
import type { Model } from '../codecs/model.ts'
import type { ReloadReport } from '../codecs/registry.ts'
import type { CommandService } from '../commands/command-service.ts'
import type { Finding } from '../health/finding.ts'
import type { Readiness } from '../health/ports.ts'
import type { DirectoryDevice } from '../inventory/directory.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { gatewayCertificate } from '../provisioning/life/gateway-certificates.ts'
import type { LifeService } from '../provisioning/life/life-service.ts'
import type { HeardGateway } from '../provisioning/life/unknown-gateways.ts'
import type { ProvisioningService } from '../provisioning/provisioning-service.ts'
import type { Upkeep } from '../provisioning/upkeep.ts'
import type { ReadingHistory } from '../readings/history.ts'
import type { Reading } from '../readings/reading.ts'
import type { ReadingStore } from '../readings/reading-store.ts'
import type { LetterDesk } from '../uplinks/dead-letters/letter-desk.ts'
import type { ReplayService } from '../uplinks/replay/replay-service.ts'
import type { Status } from './contract/status.ts'

/** Readings as they are stored, in this process. */
export interface ReadingFeed {
  /** returns what ends the subscription; the listener must not throw */
  subscribe(listener: (reading: Reading) => void): () => void
}

export type DeadLetterDesk = Pick<LetterDesk, 'list' | 'get' | 'retry' | 'retryOne'>

export interface ModelDesk {
  list(): readonly Model[]
  get(slug: string): Model | undefined
  /** codecs with strikes */
  struck(): readonly CodecStatus[]
  /** whether it has the place of one that comes with the program */
  replacesShipped(slug: string): boolean
  /** forgets a model's strikes */
  enable(slug: string): void
  reload(): Promise<ReloadReport>
}

/** The server about itself. */
export interface SelfView {
  status(scope: Scope): Promise<Status>
  examine(scope: Scope): Promise<readonly Finding[]>
  readiness(): Promise<Readiness>
  metrics(): Promise<{ contentType: string; text: string }>
}

export type ProvisioningDesk = Pick<
  ProvisioningService,
  'recipient' | 'plan' | 'summary' | 'planRows' | 'apply' | 'jobs' | 'job' | 'jobRows' | 'stop' | 'resume'
>
export type UpkeepDesk = Pick<Upkeep, 'adopt' | 'drift' | 'keysTime' | 'resolveDrift' | 'changes'>

export type ReplayDesk = Pick<ReplayService, 'begin' | 'list' | 'get' | 'end'>

export interface LifeDesk
  extends Pick<LifeService, 'add' | 'label' | 'swap' | 'undoSwap' | 'move' | 'disable' | 'restore' | 'retire' | 'flushNonces'> {
  gatewayCertificate(scope: Scope, gatewayId: string): ReturnType<typeof gatewayCertificate>
  unknownGateways(scope: Scope, query: { limit: number }): Promise<readonly HeardGateway[]>
}

/** What the API's handlers work with. */
export interface Desks {
  tokens: TokenStore
  inventory: Pick<Inventory, 'devices' | 'device' | 'install' | 'gateways' | 'assets' | 'asset' | 'named' | 'tenants' | 'readingScope'>
  readings: Pick<ReadingStore, 'list' | 'lastValues'> & Pick<ReadingHistory, 'samples' | 'windows' | 'times'>
  /** what a device serves and served, by DevEUI */
  installations: (devEui: string) => DirectoryDevice | undefined
  feed: ReadingFeed
  commands: Pick<CommandService, 'order' | 'get' | 'list'>
  models: ModelDesk
  deadLetters: DeadLetterDesk
  provisioning: ProvisioningDesk
  upkeep: UpkeepDesk
  life: LifeDesk
  replays: ReplayDesk
  self: SelfView
  now: () => Date
}
