import multicastPb from '@chirpstack/chirpstack-api/api/multicast_group_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { fromTimestamp, toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import type { GroupItem } from '../network-state.ts'
import { gatewaysOfGroup } from '../radio/multicast-gateways.ts'
import { present } from './lookup.ts'
import { multicastGroupDefinition } from './multicast-group-service.ts'
import { parseUuid } from './parse.ts'
import { internal } from './refusal.ts'
import { type ApiContext, method } from './service.ts'

/** milliseconds: with DELAY, gateways of one group send this far apart; with GPS_TIME, all this much later, at once */
const spacing = 5000

/** What goes to a group becomes one queue item per gateway, all with the same frame counter. */
export function multicastQueueService(context: ApiContext): UntypedServiceImplementation {
  const { state, random, clock } = context
  const d = multicastGroupDefinition
  return {
    enqueue: method(context, d.enqueue, (request) => {
      const asked = present(request.getQueueItem(), 'queue_item')
      const id = parseUuid(asked.getMulticastGroupId())
      const row = state.multicastGroups.get(id)
      if (row === undefined) throw internal(`Object does not exist (id: ${id})`)
      // unlike a device's queue, this one keeps 16 bits and refuses above 255, as INTERNAL
      const fPort = asked.getFPort() & 0xffff
      if (fPort === 0 || fPort > 255) throw internal('Validation error: FPort must be between 1 - 255')
      const life = state.group(id)
      const inGpsTime = row.message.getClassCSchedulingType() === multicastPb.MulticastGroupSchedulingType.GPS_TIME
      const fCnt = row.message.getFCnt()
      const start = life.queue.length === 0 ? clock.now() : Math.max(...life.queue.map((item) => item.runAfter)) + spacing
      const items = gatewaysOfGroup(state, id).map(
        (gatewayId, index): GroupItem => ({
          id: random.uuid(),
          gatewayId,
          fCnt,
          fPort,
          data: Buffer.from(asked.getData_asU8()).toString('hex'),
          expiresAt: fromTimestamp(asked.getExpiresAt()) ?? null,
          runAfter: start + (inGpsTime ? spacing : index * spacing),
        }),
      )
      life.queue.push(...items)
      // the counter moves without a change of the group's own update time
      row.message.setFCnt(fCnt + 1)
      return fill(new multicastPb.EnqueueMulticastGroupQueueItemResponse(), { fCnt })
    }),
    listQueue: method(context, d.listQueue, (request) => {
      const id = parseUuid(request.getMulticastGroupId())
      const queue = state.multicastGroups.has(id) ? state.group(id).queue : []
      const frames = queue.filter((item, index) => queue.findIndex((other) => other.fCnt === item.fCnt) === index)
      return fill(new multicastPb.ListMulticastGroupQueueResponse(), {
        itemsList: frames.map((item) =>
          fill(new multicastPb.MulticastGroupQueueItem(), {
            multicastGroupId: id,
            fCnt: item.fCnt,
            fPort: item.fPort,
            data: Buffer.from(item.data, 'hex'),
            expiresAt: item.expiresAt === null ? undefined : toTimestamp(item.expiresAt),
          }),
        ),
      })
    }),
    flushQueue: method(context, d.flushQueue, (request) => {
      const id = parseUuid(request.getMulticastGroupId())
      if (state.multicastGroups.has(id)) state.group(id).queue = []
      return new emptyPb.Empty()
    }),
  }
}
