import type { WireEvent } from '../../../adapters/chirpstack/wire/integration-event.ts'
import type { QueueItem, Surroundings } from '../network-state.ts'
import { deviceInfo, logEvent } from './device-info.ts'
import { type ServerParts, serverTime } from './server-parts.ts'

/**
 * The next item that may be emitted to a device. Items before it that cannot be are thrown away, each with its event:
 * one that was not acknowledged, one that expired, one that is too large for the data rate.
 * `deduplicationId` is that of the uplink being answered, empty when class C speaks by itself.
 */
export function nextQueueItem(
  parts: ServerParts,
  around: Surroundings,
  limits: { deduplicationId: string; maxPayload: number },
): QueueItem | undefined {
  const { life } = around
  for (let item = life.queue[0]; item !== undefined; item = life.queue[0]) {
    const now = parts.clock.now()
    if (item.isPending && item.timeoutAfter !== null && item.timeoutAfter > now) return undefined
    const discarded = reasonToDiscard(parts, around, item, limits)
    if (discarded === undefined) return item
    life.queue.shift()
    parts.publish(discarded)
  }
  return undefined
}

function reasonToDiscard(
  parts: ServerParts,
  around: Surroundings,
  item: QueueItem,
  { deduplicationId, maxPayload }: { deduplicationId: string; maxPayload: number },
): WireEvent | undefined {
  const size = item.data.length / 2
  if (item.isPending) {
    const head = { kind: 'ack', time: serverTime(parts), deviceInfo: deviceInfo(around) } as const
    return { ...head, deduplicationId, queueItemId: item.id, acknowledged: false, fCntDown: item.fCntDown ?? 0 }
  }
  if (item.expiresAt !== null && item.expiresAt < parts.clock.now()) {
    return logEvent(around, serverTime(parts), {
      level: 'ERROR',
      code: 'EXPIRED',
      description: 'Device queue-item discarded because it has expired',
      context: { queue_item_id: item.id },
    })
  }
  if (size > maxPayload) {
    return logEvent(around, serverTime(parts), {
      level: 'ERROR',
      code: 'DOWNLINK_PAYLOAD_SIZE',
      description: 'Device queue-item discarded because it exceeds the max. payload size',
      context: { item_size: String(size), max_payload_size: String(maxPayload), queue_item_id: item.id },
    })
  }
  return undefined
}
