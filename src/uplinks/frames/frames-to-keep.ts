import type { NetworkEvent } from '../../lorawan/network-event.ts'
import type { DeviceDirectory } from '../ports.ts'
import type { FrameToKeep } from './frame-archive.ts'

/** The uplinks among these events that carry something to decode, with whose they are. Those of unknown devices too: they may be installed later. */
export function framesToKeep(events: readonly NetworkEvent[], directory: DeviceDirectory): FrameToKeep[] {
  return events.flatMap((event): FrameToKeep[] => {
    if (event.type !== 'uplink' || event.fPort === 0 || event.data.length === 0) return []
    const device = directory.resolve(event.device.devEui)
    const service = device?.service ?? device?.assignments[0]?.service ?? null
    return [{ uplink: event, tenant: device?.tenant ?? null, service, modelKnown: device?.model != null }]
  })
}
