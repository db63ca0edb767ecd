import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import { status, type UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { fromTimestamp, toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import type { QueueItem } from '../network-state.ts'
import { deviceDefinition } from './device-service.ts'
import { present } from './lookup.ts'
import { parseEui } from './parse.ts'
import { Refusal, validation } from './refusal.ts'
import { type ApiContext, method } from './service.ts'

/** The downlink queue. An unknown device has an empty one; only an item for it is refused. */
export function deviceQueueService(context: ApiContext): UntypedServiceImplementation {
  const { state, random, dialect } = context
  const d = deviceDefinition
  return {
    enqueue: method(context, d.enqueue, (request) => {
      const item = present(request.getQueueItem(), 'queue_item')
      const devEui = parseEui(item.getDevEui())
      const fPort = portOf(item.getFPort())
      if (fPort === 0) throw validation('FPort must be between 1 - 255')
      if (!state.devices.has(devEui)) throw dialect.foreignKey('device_queue_item', 'dev_eui')
      if (item.getObject() !== undefined && hasCodec(devEui)) {
        throw new Refusal(status.UNIMPLEMENTED, 'the simulated network runs no codec: enqueue data, not an object')
      }
      const life = state.device(devEui)
      if (request.getFlushQueue()) life.queue = []
      const queued: QueueItem = {
        id: random.uuid(),
        fPort,
        data: Buffer.from(item.getData_asU8()).toString('hex'),
        confirmed: item.getConfirmed(),
        expiresAt: fromTimestamp(item.getExpiresAt()) ?? null,
        isPending: false,
        fCntDown: null,
        timeoutAfter: null,
      }
      life.queue.push(queued)
      return fill(new devicePb.EnqueueDeviceQueueItemResponse(), { id: queued.id })
    }),
    getQueue: method(context, d.getQueue, (request) => {
      const devEui = parseEui(request.getDevEui())
      const queue = state.devices.has(devEui) ? state.device(devEui).queue : []
      return fill(new devicePb.GetDeviceQueueItemsResponse(), {
        totalCount: queue.length,
        resultList: queue.map((item) => queueItem(devEui, item)),
      })
    }),
    flushQueue: method(context, d.flushQueue, (request) => {
      const devEui = parseEui(request.getDevEui())
      if (state.devices.has(devEui)) state.device(devEui).queue = []
      return new emptyPb.Empty()
    }),
  }

  function hasCodec(devEui: string): boolean {
    return (state.surroundings(devEui)?.profile.getPayloadCodecRuntime() ?? 0) !== 0
  }
}

/** The real server keeps the lowest byte: 256 becomes 0, 257 becomes 1. */
function portOf(fPort: number): number {
  return fPort & 0xff
}

function queueItem(devEui: string, item: QueueItem): devicePb.DeviceQueueItem {
  return fill(new devicePb.DeviceQueueItem(), {
    id: item.id,
    devEui,
    confirmed: item.confirmed,
    fPort: item.fPort,
    data: Buffer.from(item.data, 'hex'),
    isPending: item.isPending,
    fCntDown: item.fCntDown ?? 0,
    expiresAt: item.expiresAt === null ? undefined : toTimestamp(item.expiresAt),
  })
}
