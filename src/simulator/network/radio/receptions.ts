import { margin } from '../../../lorawan/data-rate.ts'
import type { Session } from '../network-state.ts'
import type { Transmission } from './frames.ts'
import type { ServerParts } from './server-parts.ts'

type LastUplink = NonNullable<Session['lastUplink']>
type HeardUplink = LastUplink['receptions'][number]

/** margin in dB above which any gateway is good enough for a downlink (ChirpStack's gateway_prefer_min_margin) */
const goodMargin = 10

/** Copies by gateways that the network knows, in no order; null when there is none. */
export function rememberUplink({ state, random }: ServerParts, transmission: Transmission): LastUplink | null {
  const known = transmission.heardBy.filter(({ gatewayId }) => state.gateways.has(gatewayId))
  if (known.length === 0) return null
  const receptions = random.shuffled(known).map((reception) => ({ ...reception, context: random.hex(4) }))
  return { spreadingFactor: transmission.spreadingFactor, frequency: transmission.frequency, receptions }
}

/** One of the gateways with a good margin, by chance; else the best. */
export function selectGateway({ random }: ServerParts, { receptions, spreadingFactor }: LastUplink): HeardUplink {
  const marginOf = (reception: HeardUplink) => margin(reception.snr, spreadingFactor) ?? 0
  const good = receptions.filter((reception) => marginOf(reception) >= goodMargin)
  const [first, ...others] = good.length > 0 ? random.shuffled(good) : receptions
  if (first === undefined) throw new RangeError('a remembered uplink has at least one reception')
  if (good.length > 0) return first
  return others.reduce((best, next) => (marginOf(next) > marginOf(best) ? next : best), first)
}
