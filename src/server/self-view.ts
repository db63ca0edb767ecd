import { type Scope, serverScope } from '../access/scope.ts'
import type { SqlDeadLetters } from '../adapters/sql/sql-dead-letters.ts'
import type { Status } from '../api/contract/status.ts'
import type { SelfView } from '../api/ports.ts'
import type { CodecEngine } from '../codecs/engine/codec-engine.ts'
import type { Config } from '../config/schema.ts'
import { examine } from '../health/doctor.ts'
import type { EventWatch } from '../health/event-watch.ts'
import type { ChirpstackAnswer, Probes, Reached, UnheardDevice } from '../health/ports.ts'
import { readiness } from '../health/readiness.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { ReadingStore } from '../readings/reading-store.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { RetentionSweep } from '../uplinks/frames/retention-sweep.ts'
import { consumers, type Uplinks } from '../uplinks/uplinks.ts'
import type { LiveFeed } from './reading-feed.ts'

interface Parts {
  config: Config
  version: string
  startedAt: Date
  simulated: boolean
  inventory: Inventory
  deadLetters: SqlDeadLetters
  store: ReadingStore
  codecs: CodecEngine
  uplinks: Uplinks
  sweep: Pick<RetentionSweep, 'last' | 'extent'>
  feed: LiveFeed
  watch: EventWatch
  metrics: Metrics
  /** the connection events come by */
  broker: () => Reached<{ url: string }>
  /** null: simulated. `knownDevice` makes the rights of a tenant's key known */
  chirpstack: ((knownDevice: string | undefined) => Promise<ChirpstackAnswer>) | null
}

/** Checks that name the server's own addresses and keys: not for a tenant's token. */
const ofTheServer: ReadonlySet<string> = new Set(['broker', 'chirpstack', 'rights', 'retention', 'store'])
const pageSize = 200
/** Doctor names how many; a fleet that was never switched on need not be listed to the last. */
const mostUnheard = 10_000

/** The server about itself: status, doctor, readiness, metrics. */
export function selfView(parts: Parts): SelfView {
  const probes: Probes = {
    broker: async () => parts.broker(),
    chirpstack:
      parts.chirpstack === null
        ? null
        : async () => parts.chirpstack?.(await anyDevice(parts.inventory)) ?? { reached: false, reason: 'no client' },
    spool: () => parts.uplinks.spoolState,
    store: () => parts.store.describe(),
    sweep: () => parts.sweep.last,
    codecs: () => parts.codecs.status(),
    devices: async (scope) => (await parts.inventory.counts(scope)).devices,
    neverJoined: (scope) => neverJoined(parts.inventory, scope),
    deadLetters: (scope) => parts.deadLetters.counts(scope),
  }
  return {
    status: (scope) => status(parts, scope),
    examine: async (scope) => {
      const findings = await examine(probes, scope, parts.watch.facts(), new Date())
      return scope.tenant === null ? findings : findings.filter(({ check }) => !ofTheServer.has(check))
    },
    // The spool bridges a broker or a store that is away: only without it nothing can be taken in.
    readiness: () =>
      readiness(
        {
          spool: () => parts.uplinks.spoolState.refusal === null,
          broker: () => parts.broker().reached,
          store: () => parts.store.describe().then(() => true),
        },
        ['broker', 'store'],
      ),
    metrics: async () => ({ contentType: parts.metrics.contentType, text: await parts.metrics.text() }),
  }
}

async function status(parts: Parts, scope: Scope): Promise<Status> {
  const { config, inventory, deadLetters, uplinks } = parts
  const [{ devices, gateways }, letters] = await Promise.all([inventory.counts(scope), deadLetters.counts(scope)])
  return {
    version: parts.version,
    startedAt: parts.startedAt.toISOString(),
    simulated: parts.simulated,
    store: config.store.kind,
    topics: config.topics.prefix,
    devices,
    gateways,
    deadLetters: Object.values(letters).reduce((sum, count) => sum + count, 0),
    backlog: Object.fromEntries(consumers.map((consumer) => [consumer, uplinks.lag(consumer)])),
    frames: scope.tenant === null ? await framesOf(parts.sweep) : null,
    lastReadingAt: parts.feed.lastReadingAt(scope.tenant),
  }
}

async function framesOf(sweep: Parts['sweep']): Promise<Status['frames']> {
  try {
    const { last } = sweep
    const { frames, bytes, firstDay } = await sweep.extent()
    return { kept: frames, bytes, since: firstDay, sweptAt: last?.at ?? null, dropped: last?.frames ?? 0, failed: last?.failed ?? null }
  } catch {
    return null
  }
}

async function anyDevice(inventory: Inventory): Promise<string | undefined> {
  const { items } = await inventory.devices(serverScope, { limit: 1 })
  return items[0]?.devEui
}

async function neverJoined(inventory: Inventory, scope: Scope): Promise<readonly UnheardDevice[]> {
  const unheard: UnheardDevice[] = []
  let cursor: string | undefined
  do {
    const page = await inventory.devices(scope, { neverJoined: true, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) })
    unheard.push(...page.items.map(({ devEui, lastLog }) => ({ devEui, lastLogCode: lastLog?.code ?? null })))
    cursor = page.cursor ?? undefined
  } while (cursor !== undefined && unheard.length < mostUnheard)
  return unheard
}
