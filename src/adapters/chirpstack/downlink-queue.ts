import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import type { DownlinkQueue } from '../../commands/ports.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import type { Caller } from './caller.ts'
import { fill } from './wire/fill.ts'
import { isoFromTimestamp, toTimestamp } from './wire/timestamp.ts'

const service = deviceGrpc.DeviceServiceService

/** ChirpStack's queue of one device, by gRPC: unlike the MQTT command topic it answers. */
export class ChirpstackDownlinkQueue implements DownlinkQueue {
  readonly #caller: Caller

  constructor(caller: Caller) {
    this.#caller = caller
  }

  /**
   * Rejects with `chirpstack.refused`, or with `chirpstack.unreachable`: then the item may be queued all the same, and
   * `pending` tells. What ChirpStack would take and mangle (an empty EUI, port 257) is refused here.
   */
  async enqueue(item: { devEui: string; fPort: number; bytes: Uint8Array; confirmed: boolean; expiresAt: string }): Promise<string> {
    const { fPort, confirmed } = item
    const subject = `device ${item.devEui}`
    const refuse = (answer: string) =>
      new OndineError('chirpstack.refused', { method: 'DeviceService.Enqueue', subject, answer, reason: 'invalid' })
    const devEui = euiSchema.safeParse(item.devEui).data
    if (devEui === undefined) throw refuse('the DevEUI must have 16 hexadecimal digits')
    // LoRaWAN 1.0.4 §4.3.2: 1 to 223 are the application's
    if (!Number.isInteger(fPort) || fPort < 1 || fPort > 223) throw refuse(`fPort ${fPort} is not between 1 and 223`)
    const expiresAt = Date.parse(item.expiresAt)
    // without an expiry ChirpStack tries a class C item for ever, or hours later when its gateway returns
    if (Number.isNaN(expiresAt)) throw refuse('an order must have an expiry')

    const queueItem = fill(new devicePb.DeviceQueueItem(), {
      devEui,
      fPort,
      confirmed,
      data: item.bytes,
      expiresAt: toTimestamp(expiresAt),
    })
    const request = fill(new devicePb.EnqueueDeviceQueueItemRequest(), { queueItem })
    return (await this.#caller.call(service.enqueue, request, subject)).getId()
  }

  async pending(devEui: string): Promise<readonly { id: string; fPort: number; bytes: Uint8Array; expiresAt: string | null }[]> {
    const request = fill(new devicePb.GetDeviceQueueItemsRequest(), { devEui })
    const queue = await this.#caller.call(service.getQueue, request, `device ${devEui}`)
    return queue.getResultList().map((item) => ({
      id: item.getId(),
      fPort: item.getFPort(),
      bytes: item.getData_asU8(),
      expiresAt: isoFromTimestamp(item.getExpiresAt()) ?? null,
    }))
  }
}
