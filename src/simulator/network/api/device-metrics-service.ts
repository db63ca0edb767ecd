import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { fromTimestamp, toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import { deviceDefinition } from './device-service.ts'
import { find } from './lookup.ts'
import { parseEui } from './parse.ts'
import { internal } from './refusal.ts'
import { type ApiContext, method } from './service.ts'

const hour = 3_600_000

/** Link metrics per hour: packets, mean RSSI and mean SNR. Other aggregations are answered per hour too. */
export function deviceMetricsService(context: ApiContext): UntypedServiceImplementation {
  const { state } = context
  return {
    getLinkMetrics: method(context, deviceDefinition.getLinkMetrics, (request) => {
      const devEui = parseEui(request.getDevEui())
      find(state.devices, devEui)
      const start = fromTimestamp(request.getStart())
      const end = fromTimestamp(request.getEnd())
      if (start === undefined) throw internal('start is None')
      if (end === undefined) throw internal('end is None')
      const hours = []
      for (let at = Math.floor(start / hour); at <= Math.floor(end / hour); at += 1) hours.push(at)
      const { hours: known } = state.device(devEui)
      const rows = hours.map((at) => known.find(([kept]) => kept === at) ?? ([at, 0, 0, 0] as const))
      const timestampsList = hours.map((at) => toTimestamp(at * hour))
      const metric = (name: string, label: string, dataList: number[]) =>
        fill(new commonPb.Metric(), {
          name,
          timestampsList,
          datasetsList: [fill(new commonPb.MetricDataset(), { label, dataList })],
          kind: commonPb.MetricKind.ABSOLUTE,
        })
      return fill(new devicePb.GetDeviceLinkMetricsResponse(), {
        rxPackets: metric(
          'Received',
          'rx_count',
          rows.map(([, packets]) => packets),
        ),
        gwRssi: metric(
          'RSSI',
          'rssi',
          rows.map(([, packets, rssi]) => (packets === 0 ? 0 : rssi / packets)),
        ),
        gwSnr: metric(
          'SNR',
          'snr',
          rows.map(([, packets, , snr]) => (packets === 0 ? 0 : snr / packets)),
        ),
      })
    }),
  }
}
