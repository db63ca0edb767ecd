import type { Reading } from '../readings/reading.ts'
import { measurements } from '../vocabulary/measurements.ts'
import type { AssetState } from './asset-state.ts'

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

/** Which alarms are open; survives a restart, so that a change is told once. A resolved `save` means durable. */
export interface AlarmMemory {
  load(): Promise<readonly OpenAlarm[]>
  save(alarms: readonly OpenAlarm[]): Promise<void>
}

export function alarmKey({ tenant, service, asset, channel, kind }: OpenAlarm): string {
  return `${tenant}/${service}/${asset}/${channel}/${kind}`
}

/**
 * Alarms of the vocabulary whose value differs from what is open. A reading that is older than the last one of its
 * measurement (the history in a frame) raises and clears nothing; what the store told at start does not count as seen.
 */
export function alarmChanges(open: ReadonlyMap<string, OpenAlarm>, state: AssetState | undefined, reading: Reading): AlarmChange[] {
  const changes: AlarmChange[] = []
  const { tenant, service, asset, device, channel, time } = reading
  for (const [kind, value] of Object.entries(reading.values)) {
    if (typeof value !== 'boolean' || measurements.get(kind)?.kind !== 'alarm') continue
    const known = state?.values.get(kind)
    if (known !== undefined && !known.seeded && known.time > time) continue
    const alarm = { tenant, service, asset, device, channel, kind, raised: time }
    const before = open.get(alarmKey(alarm))
    if (value && before === undefined) changes.push({ event: 'raised', alarm, reading })
    if (!value && before !== undefined) changes.push({ event: 'cleared', alarm: before, reading })
  }
  return changes
}
