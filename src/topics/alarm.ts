import type { Reading } from '../readings/reading.ts'
import { measurements } from '../vocabulary/measurements.ts'
import { type AssetState, assetKey } from './asset-state.ts'

/** An alarm that a device's frames carry and that lasts. At most one per asset, channel and kind. */
export interface OpenAlarm {
  tenant: string
  service: string
  asset: string
  device: string
  channel: string
  /** vocabulary name: `leak`, `tamper` … */
  kind: string
  /** time of the reading that raised it */
  raised: string
}

export interface AlarmChange {
  event: 'raised' | 'cleared'
  alarm: OpenAlarm
  reading: Reading
}

/** An alarm that ended, and by which reading. */
export interface ClearedAlarm extends OpenAlarm {
  /** time of that reading */
  cleared: string
}

/** What was told of alarms: those that last, and those that ended lately, by `alarmKey`. */
export interface ToldAlarms {
  open: OpenAlarms
  /** until nothing can come any more that was before it: else what the live lane told would be told again behind it, after a restart */
  cleared: Map<string, ClearedAlarm>
}

/** Alarms that last, by `alarmKey`, and those of each asset. */
export class OpenAlarms {
  private readonly byKey = new Map<string, OpenAlarm>()
  private readonly byAsset = new Map<string, readonly OpenAlarm[]>()

  get(key: string): OpenAlarm | undefined {
    return this.byKey.get(key)
  }

  add(alarm: OpenAlarm): void {
    this.delete(alarm)
    this.byKey.set(alarmKey(alarm), alarm)
    this.byAsset.set(assetKey(alarm), [...this.ofAsset(assetKey(alarm)), alarm])
  }

  delete(alarm: OpenAlarm): void {
    const key = alarmKey(alarm)
    if (!this.byKey.delete(key)) return
    const left = this.ofAsset(assetKey(alarm)).filter((other) => alarmKey(other) !== key)
    if (left.length > 0) this.byAsset.set(assetKey(alarm), left)
    else this.byAsset.delete(assetKey(alarm))
  }

  ofAsset(key: string): readonly OpenAlarm[] {
    return this.byAsset.get(key) ?? []
  }

  values(): Iterable<OpenAlarm> {
    return this.byKey.values()
  }
}

/** Survives a restart, so that a change is told once. A resolved `save` means durable. */
export interface AlarmMemory {
  load(): Promise<{ open: readonly OpenAlarm[]; cleared: readonly ClearedAlarm[] }>
  save(alarms: { open: readonly OpenAlarm[]; cleared: readonly ClearedAlarm[] }): Promise<void>
}

export function alarmKey({ tenant, service, asset, channel, kind }: OpenAlarm): string {
  return `${tenant}/${service}/${asset}/${channel}/${kind}`
}

/**
 * Alarms of the vocabulary whose value differs from what was told. A reading that is older than the last one of its
 * measurement (the history in a frame, a backlog) raises and clears nothing; what the store told at start does not count as seen.
 */
export function alarmChanges({ open, cleared }: ToldAlarms, state: AssetState | undefined, reading: Reading): AlarmChange[] {
  const changes: AlarmChange[] = []
  const { tenant, service, asset, device, channel, time } = reading
  for (const kind in reading.values) {
    const value = reading.values[kind]
    if (typeof value !== 'boolean' || measurements.get(kind)?.kind !== 'alarm') continue
    const known = state?.values.get(kind)
    if (known !== undefined && !known.seeded && known.time > time) continue
    const alarm = { tenant, service, asset, device, channel, kind, raised: time }
    const key = alarmKey(alarm)
    const before = open.get(key)
    if (value && before === undefined && (cleared.get(key)?.cleared ?? '') < time) changes.push({ event: 'raised', alarm, reading })
    if (!value && before !== undefined && before.raised <= time) changes.push({ event: 'cleared', alarm: before, reading })
  }
  return changes
}

/** Takes a change into what was told. */
export function takeChange({ open, cleared }: ToldAlarms, { event, alarm, reading }: AlarmChange): void {
  const key = alarmKey(alarm)
  if (event === 'raised') {
    open.add(alarm)
    cleared.delete(key)
  } else {
    open.delete(alarm)
    cleared.set(key, { ...alarm, cleared: reading.time })
  }
}
