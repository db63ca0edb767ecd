import type { Reading, Value } from '../readings/reading.ts'
import type { LastValue } from '../readings/reading-store.ts'

export interface StateValue {
  value: Value
  /** of the reading that it came with */
  time: string
  flag: string | null
  /** from the store at start, not from a reading that went through here since */
  seeded: boolean
}

/** Last value of each measurement of an asset, merged over frames, channels and devices. */
export interface AssetState {
  tenant: string
  service: string
  asset: string
  /** of the newest reading */
  device: string
  time: string
  quality: Reading['quality'] | null
  values: ReadonlyMap<string, StateValue>
}

export type AssetName = Pick<Reading, 'tenant' | 'service' | 'asset'>

/** An asset's slug is unique within its tenant; the service is a level of its topics. */
export function assetKey({ tenant, service, asset }: AssetName): string {
  return `${tenant}/${service}/${asset}`
}

/** The newest time wins, per measurement; the same time again replaces, so that a repeat changes nothing. */
export function mergeReading(state: AssetState | undefined, reading: Reading): AssetState {
  const values = new Map(state?.values)
  const { time } = reading
  for (const [name, value] of Object.entries(reading.values)) {
    const known = values.get(name)
    if (known !== undefined && known.time > time) continue
    values.set(name, { value, time, flag: reading.flags[name] ?? null, seeded: false })
  }
  const { tenant, service, asset } = reading
  if (state !== undefined && state.time > time) return { ...state, values }
  return { tenant, service, asset, device: reading.device, time, quality: reading.quality, values }
}

/** What a store remembers, as states by `assetKey`. */
export function statesOf(last: readonly LastValue[]): Map<string, AssetState> {
  const states = new Map<string, AssetState & { values: Map<string, StateValue> }>()
  for (const { tenant, service, asset, name, value, time, device, flag } of last) {
    const key = assetKey({ tenant, service, asset })
    const known = states.get(key)
    const state = known ?? { tenant, service, asset, device, time, quality: null, values: new Map<string, StateValue>() }
    if (time > state.time) Object.assign(state, { time, device })
    state.values.set(name, { value, time, flag, seeded: true })
    states.set(key, state)
  }
  return states
}
