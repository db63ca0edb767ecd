import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import gatewayGrpc from '@chirpstack/chirpstack-api/api/gateway_grpc_pb.js'
import gatewayPb from '@chirpstack/chirpstack-api/api/gateway_pb.js'
import { expect, test } from 'vitest'
import { fill } from '../../../src/adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../src/adapters/chirpstack/wire/timestamp.ts'
import { until } from '../../support/radio/until.ts'
import { aDevAddr, anUuid, milliseconds, nanoseconds, quiet } from '../expected.ts'
import type { Territory } from '../territory.ts'

export function uplinks(here: () => Territory): void {
  test('an uplink heard by two gateways is one event; zeros of the radio are absent', async () => {
    const t = here()
    const gateways = [await t.gateway(), await t.gateway()]
    const device = await t.joined('A', gateways)
    const heard = [
      { rssi: -60, snr: 0 },
      { rssi: -118, snr: -7.25 },
    ]
    await device.uplink(10, '0a5c', { heard, spreadingFactor: 9 })
    const [event] = await t.events.waitFor(device.devEui, 'up')
    const reception = (gatewayId: string | undefined, signal: object) => ({
      gatewayId,
      uplinkId: expect.any(Number),
      gwTime: milliseconds,
      nsTime: nanoseconds,
      ...signal,
      channel: 1,
      location: { latitude: 47.39, longitude: 0.68, altitude: 60, source: 'GPS' },
      context: expect.stringMatching(/^[A-Za-z0-9+/]{6}==$/),
      crcStatus: 'CRC_OK',
    })
    expect(event).toEqual({
      kind: 'up',
      qos: 1,
      retain: false,
      time: milliseconds,
      deviceInfo: expect.objectContaining({ devEui: device.devEui, tags: { service: 'water', commune: '37261' } }),
      deduplicationId: anUuid,
      devAddr: aDevAddr,
      adr: true,
      dr: 3,
      fCnt: 0,
      fPort: 10,
      confirmed: false,
      data: 'Clw=',
      rxInfo: expect.anything(),
      txInfo: { frequency: 868_100_000, modulation: { lora: { bandwidth: 125_000, spreadingFactor: 9, codeRate: 'CR_4_5' } } },
      regionConfigId: 'eu868',
    })
    expect(event?.rxInfo).toHaveLength(2)
    expect(event?.rxInfo).toContainEqual(reception(gateways[0]?.id, { rssi: -60 }))
    expect(event?.rxInfo).toContainEqual(reception(gateways[1]?.id, { rssi: -118, snr: -7.25 }))
  })

  test('an empty payload is an event with empty data; a confirmed uplink is acknowledged to the device alone', async () => {
    const t = here()
    const gateway = await t.gateway()
    const device = await t.joined('A', [gateway])
    const asked = gateway.asked()
    await device.uplink(3, '', { confirmed: true })
    const [event] = await t.events.waitFor(device.devEui, 'up')
    expect(event).toMatchObject({ data: '', confirmed: true, dr: 5, fCnt: 0 })
    await until(() => gateway.asked() > asked, 'the acknowledgement')
    await quiet(1000)
    expect(t.events.of(device.devEui).map(({ kind }) => kind)).toEqual(['join', 'up'])
    expect(device.received()).toEqual([])
  })

  test('a frame counter that does not rise is a warning and no uplink', async () => {
    const t = here()
    const device = await t.joined('A', [await t.gateway()])
    for (const expected of [1, 2, 3]) {
      await device.uplink(2, '01')
      await t.events.waitFor(device.devEui, 'up', expected)
    }
    // the same bytes sooner would be taken for a copy from another gateway
    await quiet(1500)
    await device.uplink(2, '01', { fCnt: 2 })
    await t.events.waitFor(device.devEui, 'log', 1)
    await device.uplink(2, '01', { fCnt: 0 })
    await t.events.waitFor(device.devEui, 'log', 2)
    await device.uplink(2, '01', { fCnt: 8 })
    await t.events.waitFor(device.devEui, 'up', 4)
    const warning = (code: string, description: string, counter: string) =>
      expect.objectContaining({
        level: 'WARNING',
        code,
        description,
        time: milliseconds,
        context: { deduplication_id: anUuid, f_cnt_up: counter },
      })
    expect(t.events.ofKind(device.devEui, 'log')).toEqual([
      warning('UPLINK_F_CNT_RETRANSMISSION', 'Uplink was flagged as re-transmission / frame-counter did not increment', '2'),
      warning('UPLINK_F_CNT_RESET', 'Frame-counter reset or rollover detected', '0'),
    ])
    expect(t.events.ofKind(device.devEui, 'up').map(({ fCnt }) => fCnt)).toEqual([0, 1, 2, 8])
  })

  test('an uplink with a bad MIC tells nobody', async () => {
    const t = here()
    const device = await t.joined('A', [await t.gateway()])
    await device.uplink(2, '01', { badMic: true })
    await quiet(2000)
    expect(t.events.of(device.devEui).map(({ kind }) => kind)).toEqual(['join'])
  })

  test('an uplink is seen in the device and in its link metrics', async () => {
    const t = here()
    const device = await t.joined('A', [await t.gateway()])
    const { devEui } = device
    await device.uplink(2, '01')
    await t.events.waitFor(devEui, 'up')
    const get = () => t.api.connection.call(deviceGrpc.DeviceServiceService.get, fill(new devicePb.GetDeviceRequest(), { devEui }))
    await until(async () => (await get()).getLastSeenAt() !== undefined, 'lastSeenAt')
    const now = Date.now()
    const request = fill(new devicePb.GetDeviceLinkMetricsRequest(), {
      devEui,
      start: toTimestamp(now - 3_600_000),
      end: toTimestamp(now),
    })
    const metrics = async () => (await t.api.connection.call(deviceGrpc.DeviceServiceService.getLinkMetrics, request)).toObject()
    await until(async () => (await metrics()).rxPackets?.datasetsList[0]?.dataList.includes(1) ?? false, 'one packet')
    const { rxPackets, gwRssi, gwSnr } = await metrics()
    expect([rxPackets, gwRssi, gwSnr].map((metric) => [metric?.name, metric?.datasetsList[0]?.label])).toEqual([
      ['Received', 'rx_count'],
      ['RSSI', 'rssi'],
      ['SNR', 'snr'],
    ])
    expect([gwRssi?.datasetsList[0]?.dataList.at(-1), gwSnr?.datasetsList[0]?.dataList.at(-1)]).toEqual([-60, 8.5])
  })

  test('a gateway tells its state and statistics, and is online in the list', async () => {
    const t = here()
    const gateway = await t.gateway()
    const request = fill(new gatewayPb.ListGatewaysRequest(), { tenantId: t.tenantId, limit: 1000 })
    const listed = async () =>
      (await t.api.connection.call(gatewayGrpc.GatewayServiceService.list, request))
        .getResultList()
        .find((item) => item.getGatewayId() === gateway.id)
    await until(async () => (await listed())?.getState() === gatewayPb.GatewayState.ONLINE, 'an online gateway')
    expect((await listed())?.getPropertiesMap().get('region_config_id')).toBe('eu868')
    await until(() => t.events.gatewayMessages(gateway.id, 'event/stats') > 0, 'statistics')
    await gateway.goOffline()
    await until(() => t.events.gatewayMessages(gateway.id, 'state/conn') === 2, 'online, then offline')
  })
}
