import type { UplinkEvent } from '../../lorawan/network-event.ts'
import type { Reading } from '../../readings/reading.ts'
import type { Decoded } from '../frame-decoder.ts'
import type { DeadLetter, SpooledEvent } from '../ports.ts'
import type { Obstacle } from '../prepare-frame.ts'

/** The message that a letter keeps. */
type Raw = Pick<SpooledEvent, 'offset' | 'topic' | 'payload'>

/** Of an uplink that could not be made a reading. */
export function letterOf(
  raw: Raw,
  uplink: UplinkEvent,
  { tenant, model }: Pick<Decoded, 'tenant' | 'model'>,
  obstacle: Obstacle,
): DeadLetter {
  const { offset, topic, payload } = raw
  return { ...obstacle, offset, devEui: uplink.device.devEui, tenant, model, topic, payload, time: uplink.time }
}

/** Of bytes that are no event at all. */
export function malformedLetter({ spooledAt, ...raw }: Raw & Pick<SpooledEvent, 'spooledAt'>, reason: string): DeadLetter {
  const { offset, topic, payload } = raw
  const none = { devEui: null, tenant: null, model: null }
  return { reason: 'malformed', detail: reason, advice: 'ondine doctor', offset, ...none, topic, payload, time: spooledAt }
}

/** Of a reading that the database will never take as it is. */
export function rejectedLetter(raw: Raw, uplink: UplinkEvent | null, reading: Reading, reason: string): DeadLetter {
  const { offset, topic, payload } = raw
  const { asset, time, device, tenant, model } = reading
  const detail = `reading of ${asset} at ${time}: ${reason}`
  const owner = { devEui: device, tenant, model: model.slice(0, model.lastIndexOf('@')) }
  return { reason: 'store-rejected', detail, advice: 'ondine doctor', offset, ...owner, topic, payload, time: uplink?.time ?? time }
}
