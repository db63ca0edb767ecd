import type { LifeDesk } from '../api/ports.ts'
import { ApiServer } from '../api/server.ts'
import type { Base } from './base.ts'
import type { Decoding } from './decoding.ts'
import type { HotPath } from './hot-path.ts'
import { type EnteredNetwork, withoutPassword } from './network.ts'
import type { Orders } from './orders.ts'
import type { Provisioning } from './provisioning.ts'
import type { Past } from './replay.ts'
import { selfView } from './self-view.ts'
import type { Storage } from './storage.ts'

/** What this process is, to those who ask. */
export interface Identity {
  version: string
  startedAt: Date
}

export function createApi(
  { config, logger, metrics }: Base,
  storage: Storage,
  { models, codecs }: Decoding,
  { intake, uplinks, feed, watch, retry, letters }: HotPath,
  { commands }: Orders,
  { service: provisioning, upkeep, life, past }: Provisioning & { life: LifeDesk; past: Past },
  { network, client }: EnteredNetwork,
  { version, startedAt }: Identity,
): ApiServer {
  const { host, port, tls, trustedProxy } = config.listen
  const { tokens, inventory, store, deadLetters } = storage
  const self = selfView({
    config,
    version,
    startedAt,
    simulated: network.seed !== null,
    inventory,
    deadLetters,
    store,
    codecs,
    uplinks,
    sweep: past.sweep,
    feed,
    watch,
    metrics,
    broker: () =>
      intake.state.connected
        ? { reached: true, url: withoutPassword(network.broker.url) }
        : { reached: false, reason: intake.state.problem ?? 'not connected yet' },
    chirpstack: network.seed !== null ? null : (knownDevice) => client.probe(knownDevice),
  })
  const desk = {
    list: () => models.list(),
    get: (slug: string) => models.get(slug),
    reload: async () => {
      const report = await models.reload()
      // What is mended need not wait for its next frame to be shown as well.
      for (const slug of report.changed) codecs.enable(slug)
      retry.modelsChanged([...report.added, ...report.changed])
      return report
    },
    struck: () => codecs.status(),
    replacesShipped: (slug: string) => models.replacesShipped(slug),
    enable: (slug: string) => {
      codecs.enable(slug)
      retry.modelsChanged([slug])
    },
  }
  return new ApiServer(
    {
      tokens,
      inventory,
      readings: store,
      installations: (devEui) => storage.directory.resolve(devEui),
      feed,
      commands,
      models: desk,
      deadLetters: letters,
      provisioning,
      upkeep,
      life,
      replays: past.replays,
      self,
      now: () => new Date(),
    },
    { host, port, tls, trustedProxy, dataDir: config.dataDir, version },
    logger,
  )
}
