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

/** Last value of each measurement of an asset, merged over frames, channels and devices. Changed in place: there are as many as assets. */
export interface AssetState {
  tenant: string
  service: string
  asset: string
  /** of the newest reading */
  device: string
  time: string
  quality: Reading['quality'] | null
  values: Map<string, StateValue>
}

export type AssetName = Pick<Reading, 'tenant' | 'service' | 'asset'>

/** An asset's slug is unique within its tenant; the service is a level of its topics. */
export function assetKey({ tenant, service, asset }: AssetName): string {
  return `${tenant}/${service}/${asset}`
}

/** The newest time wins, per measurement. True when something is other than it was: a repeat and what is older change nothing. */
export function mergeReading(states: Map<string, AssetState>, reading: Reading): boolean {
  const key = assetKey(reading)
  const state = states.get(key)
  const { tenant, service, asset, device, time, quality } = reading
  const values = state?.values ?? new Map<string, StateValue>()
  let changed = state === undefined
  for (const name in reading.values) {
    const value = reading.values[name]
    if (value === undefined) continue
    const flag = reading.flags[name] ?? null
    const known = values.get(name)
    if (known !== undefined) {
      if (known.time > time) continue
      if (known.time === time && known.value === value && known.flag === flag && !known.seeded) continue
    }
    values.set(name, { value, time, flag, seeded: false })
    changed = true
  }
  if (state === undefined) states.set(key, { tenant, service, asset, device, time, quality, values })
  else if (state.time < time || (state.time === time && state.quality === null)) {
    Object.assign(state, { device, time, quality })
    changed = true
  }
  return changed
}

/** Adds what a store remembers to what readings said since; returns the keys of assets that are other than before. */
export function mergeSeeds(states: Map<string, AssetState>, last: readonly LastValue[]): Set<string> {
  const changed = new Set<string>()
  for (const { tenant, service, asset, name, value, time, device, flag } of last) {
    const key = assetKey({ tenant, service, asset })
    let state = states.get(key)
    if (state === undefined) {
      state = { tenant, service, asset, device, time, quality: null, values: new Map() }
      states.set(key, state)
    }
    if (time > state.time) Object.assign(state, { time, device, quality: null })
    const known = state.values.get(name)
    if (known !== undefined && known.time >= time) continue
    state.values.set(name, { value, time, flag, seeded: true })
    changed.add(key)
  }
  return changed
}

/** Whether readings of these times may have given a last value, or be newer than one. */
export function concerns(state: AssetState | undefined, times: ReadonlySet<string>): boolean {
  if (state === undefined) return true
  const newest = [...times].reduce((a, b) => (a > b ? a : b), '')
  return [...state.values.values()].some(({ time }) => times.has(time) || time < newest)
}

/** What came from readings of these times is as the store has it; what is newer than what the store has stays. */
export function replaceValues(
  states: Map<string, AssetState>,
  key: string,
  { times, last }: { times: ReadonlySet<string>; last: readonly LastValue[] },
): void {
  const state = states.get(key)
  for (const [name, { time }] of state?.values ?? []) if (times.has(time)) state?.values.delete(name)
  mergeSeeds(states, last)
  if (state === undefined || !times.has(state.time)) return
  const newest = [...state.values.values()].reduce((time, value) => (value.time > time ? value.time : time), '')
  if (newest !== '' && newest !== state.time) Object.assign(state, { time: newest, quality: null })
}
