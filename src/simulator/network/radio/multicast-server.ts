import type { GroupItem } from '../network-state.ts'
import { maxPayload } from './eu868.ts'
import type { ServerParts } from './server-parts.ts'

/** how long an item that a gateway did not answer waits for its next try */
const retryAfter = 2000

/**
 * One run over what waits for groups. Whatever a gateway answers, its item is gone and no event tells:
 * only the gateway's own acknowledgement does.
 */
export function runMulticast(parts: ServerParts): void {
  const now = parts.clock.now()
  for (const groupId of parts.state.groupsWithQueue()) {
    const group = parts.state.multicastGroups.get(groupId)?.message
    const life = parts.state.group(groupId)
    if (group === undefined) continue
    for (const item of life.queue.filter((waiting) => waiting.runAfter <= now)) {
      item.runAfter = now + retryAfter
      const limit = maxPayload(12 - group.getDr())
      if (isOver(item, now, limit) || transmit(parts, groupId, item)) life.queue = life.queue.filter((other) => other !== item)
    }
  }
}

function isOver(item: GroupItem, now: number, limit: number): boolean {
  return (item.expiresAt !== null && item.expiresAt < now) || item.data.length / 2 > limit
}

/** true when the gateway answered */
function transmit(parts: ServerParts, groupId: string, item: GroupItem): boolean {
  const answer = parts.air.transmit(item.gatewayId, {
    downlinkId: parts.random.uint32(),
    to: { group: groupId },
    fPort: item.fPort,
    data: Buffer.from(item.data, 'hex'),
    fCnt: item.fCnt,
    confirmed: false,
    ack: false,
    statusRequest: false,
  })
  return answer !== null
}
