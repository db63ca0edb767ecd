import type { DeviceActivity } from '../inventory/ports.ts'
import type { NetworkEvent } from '../lorawan/network-event.ts'

/**
 * What a batch of events says of each device, newest of each kind. Seen is what the device itself sent: an uplink, a
 * join, an acknowledgement, a status; a `txack` proves the gateway only and a `log` may be about a queue.
 */
export function deviceActivity(events: readonly NetworkEvent[]): DeviceActivity[] {
  const devices = new Map<string, DeviceActivity>()
  for (const event of events) {
    if (!('device' in event)) continue
    const { devEui } = event.device
    const before = devices.get(devEui) ?? { devEui, lastSeen: null, joinedAt: null, lastLog: null }
    devices.set(devEui, extended(before, event))
  }
  return [...devices.values()]
}

function extended(before: DeviceActivity, event: Extract<NetworkEvent, { device: unknown }>): DeviceActivity {
  const { time } = event
  switch (event.type) {
    case 'uplink':
    case 'status':
      return { ...before, lastSeen: later(before.lastSeen, time) }
    case 'join':
      return { ...before, lastSeen: later(before.lastSeen, time), joinedAt: later(before.joinedAt, time) }
    case 'ack':
      return event.acknowledged ? { ...before, lastSeen: later(before.lastSeen, time) } : before
    case 'log':
      return time >= (before.lastLog?.time ?? '') ? { ...before, lastLog: { code: event.code, time } } : before
    case 'txack':
      return before
  }
}

function later(a: string | null, b: string): string {
  return a === null || b > a ? b : a
}
