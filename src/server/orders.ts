import { CommandService } from '../commands/command-service.ts'
import { Dispatcher } from '../commands/dispatcher.ts'
import type { DownlinkQueue } from '../commands/ports.ts'
import type { Base } from './base.ts'
import type { Decoding } from './decoding.ts'
import type { Storage } from './storage.ts'

/** Orders taken in, and carried out. */
export interface Orders {
  commands: CommandService
  dispatcher: Dispatcher
}

export function createOrders(
  { logger, metrics }: Base,
  { ledger, inventory }: Storage,
  { models, codecs }: Decoding,
  network: { queue: DownlinkQueue; hearing: () => boolean },
): Orders {
  const now = () => new Date()
  const counted = metrics.counter('orders_total', 'Orders by the state they came into.', ['state'])
  const dispatcher = new Dispatcher({ ...network, ledger, logger, now, count: (state) => counted({ state }) })
  const commands = new CommandService({
    targets: { find: (scope, asset) => inventory.target(scope, asset) },
    models,
    codecs,
    ledger,
    accepted: () => dispatcher.look(),
    now,
  })
  return { commands, dispatcher }
}
