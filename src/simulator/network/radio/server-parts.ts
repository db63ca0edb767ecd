import type { WireEvent } from '../../../adapters/chirpstack/wire/integration-event.ts'
import type { Clock } from '../clock.ts'
import type { NetworkState } from '../network-state.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Transmitter } from './frames.ts'

/** What every part of the network server works with. */
export interface ServerParts {
  state: NetworkState
  random: SeededRandom
  clock: Clock
  air: Transmitter
  publish(event: WireEvent): void
}

/** The server's own clock: finer than a gateway's, so its events have decimals below the millisecond. */
export function serverTime({ clock, random }: Pick<ServerParts, 'clock' | 'random'>): number {
  return clock.now() + (1 + Math.floor(random.fraction() * 998)) / 1000
}

/** Each event is sent on its own way: their order is not the order of what happened. */
export function publishShuffled(parts: ServerParts, events: readonly WireEvent[]): void {
  for (const event of parts.random.shuffled(events)) parts.publish(event)
}
