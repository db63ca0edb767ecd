import type { Reading } from '../readings/reading.ts'
import type { AlarmChange, OpenAlarm } from './alarm.ts'
import type { AssetName, AssetState } from './asset-state.ts'
import type { Availability, InstalledAsset } from './availability.ts'
import type { TopicMessage } from './ports.ts'

/** `{prefix}/{tenant}/{service}/{asset}/…`; slugs hold no separator and no wildcard of MQTT. */
function assetTopic(prefix: string, { tenant, service, asset }: AssetName, leaf: string): string {
  return `${prefix}/${tenant}/${service}/${asset}/${leaf}`
}

export function readingMessage(prefix: string, reading: Reading): TopicMessage {
  return { topic: assetTopic(prefix, reading, 'reading'), payload: JSON.stringify(reading), retain: false }
}

export function stateMessage(prefix: string, state: AssetState, alarms: readonly OpenAlarm[]): TopicMessage {
  const { tenant, service, asset, device, time, quality } = state
  const values = Object.fromEntries(
    [...state.values].map(([name, { value, time, flag }]) => [name, flag === null ? { value, time } : { value, time, flag }]),
  )
  const open = alarms.map(({ channel, kind, raised }) => ({ channel, kind, raised }))
  const payload = { v: 1, tenant, service, asset, device, time, ...(quality === null ? {} : { quality }), values, alarms: open }
  return { topic: assetTopic(prefix, state, 'state'), payload: JSON.stringify(payload), retain: true }
}

/** `lastSeen`: when the network heard it last, or null. */
export function availabilityMessage(
  prefix: string,
  { tenant, service, asset, expectedInterval }: InstalledAsset,
  availability: Availability,
  lastSeen: string | null,
): TopicMessage {
  const payload = { v: 1, tenant, service, asset, availability, lastSeen, expectedInterval }
  return { topic: assetTopic(prefix, payload, 'availability'), payload: JSON.stringify(payload), retain: true }
}

export function eventMessage(prefix: string, { event, alarm, reading }: AlarmChange): TopicMessage {
  const { tenant, service, asset, channel, kind, raised } = alarm
  const { device, time, receivedAt } = reading
  const payload = { v: 1, tenant, service, asset, device, channel, kind, event, time, receivedAt, raised }
  return { topic: assetTopic(prefix, alarm, 'event'), payload: JSON.stringify(payload), retain: false }
}

/** Whether this program is there; `offline` is also left with the broker as the will. */
export function statusMessage(prefix: string, status: 'online' | 'offline'): TopicMessage {
  return { topic: `${prefix}/status`, payload: JSON.stringify({ v: 1, status }), retain: true }
}
