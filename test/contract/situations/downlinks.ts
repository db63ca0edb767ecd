import { expect, test } from 'vitest'
import { until } from '../../support/radio/until.ts'
import { anError, anUuid, milliseconds, nanoseconds, quiet } from '../expected.ts'
import type { Territory } from '../territory.ts'

const expiredText = 'Device queue-item discarded because it has expired'

export function classADownlinks(here: () => Territory): void {
  test('class A: a downlink waits for an uplink', async () => {
    const t = here()
    const gateway = await t.gateway()
    const device = await t.joined('A', [gateway])
    const id = await t.enqueue(device, { fPort: 20, hex: 'aa' })
    await quiet(2500)
    expect(t.events.ofKind(device.devEui, 'txack')).toEqual([])
    await device.uplink(10, '00')
    const [event] = await t.events.waitFor(device.devEui, 'txack')
    expect(event).toEqual({
      kind: 'txack',
      qos: 1,
      retain: false,
      time: nanoseconds,
      deviceInfo: expect.objectContaining({ deviceClassEnabled: 'CLASS_A', tags: { commune: '37261' } }),
      downlinkId: expect.any(Number),
      queueItemId: id,
      fCntDown: expect.any(Number),
      gatewayId: gateway.id,
      txInfo: {
        frequency: 868_100_000,
        power: 16,
        modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7, codeRate: 'CR_4_5', polarizationInversion: true } },
        timing: { delay: { delay: '1s' } },
        context: expect.any(String),
      },
    })
    await until(() => device.received().length > 0, 'the downlink')
    expect(device.received()).toEqual([{ fPort: 20, hex: 'aa', confirmed: false }])
    expect(await t.queue(device)).toEqual([])
  })

  test('class A: a confirmed downlink is acknowledged by the next uplink', async () => {
    const t = here()
    const device = await t.joined('A', [await t.gateway()])
    const id = await t.enqueue(device, { fPort: 21, hex: 'bb', confirmed: true })
    await device.uplink(10, '00')
    const [txack] = await t.events.waitFor(device.devEui, 'txack')
    await until(async () => (await t.queue(device))[0]?.isPending === true, 'a pending item')
    await until(() => device.received().length > 0, 'the downlink')
    await device.uplink(10, '01', { ack: true })
    const [event] = await t.events.waitFor(device.devEui, 'ack')
    const [, second] = await t.events.waitFor(device.devEui, 'up', 2)
    expect(event).toEqual({
      kind: 'ack',
      qos: 1,
      retain: false,
      time: second?.time,
      deviceInfo: expect.objectContaining({ devEui: device.devEui, tags: { service: 'water', commune: '37261' } }),
      deduplicationId: second?.deduplicationId,
      queueItemId: id,
      acknowledged: true,
      fCntDown: txack?.fCntDown,
    })
    expect(await t.queue(device)).toEqual([])
  })

  test('class A: an uplink without the acknowledgement ends a confirmed downlink', async () => {
    const t = here()
    const device = await t.joined('A', [await t.gateway()])
    const id = await t.enqueue(device, { fPort: 22, hex: 'cc', confirmed: true })
    await device.uplink(10, '00')
    await t.events.waitFor(device.devEui, 'txack')
    await until(() => device.received().length > 0, 'the downlink')
    await device.uplink(10, '01', { ack: false })
    const [event] = await t.events.waitFor(device.devEui, 'ack')
    const [, second] = await t.events.waitFor(device.devEui, 'up', 2)
    const fields = { acknowledged: false, queueItemId: id, deduplicationId: second?.deduplicationId, time: nanoseconds }
    expect(event).toMatchObject(fields)
  })

  test('class A: an item past its expiry is thrown away at the next uplink', async () => {
    const t = here()
    const device = await t.joined('A', [await t.gateway()])
    const id = await t.enqueue(device, { fPort: 23, hex: 'dd', expiresInMs: 1000 })
    await quiet(2500)
    expect([(await t.queue(device)).length, t.events.ofKind(device.devEui, 'log')]).toEqual([1, []])
    await device.uplink(10, '00')
    const [event] = await t.events.waitFor(device.devEui, 'log')
    expect(event).toEqual(anError('EXPIRED', expiredText, { queue_item_id: id }))
    expect(event?.time).toEqual(nanoseconds)
    await quiet(500)
    expect([await t.queue(device), device.received()]).toEqual([[], []])
  })

  for (const [spreadingFactor, limit] of [
    [12, 51],
    [9, 115],
    [7, 242],
  ] as const) {
    test(`class A: at SF${spreadingFactor} more than ${limit} bytes are thrown away`, async () => {
      const t = here()
      const device = await t.joined('A', [await t.gateway()])
      const tooLarge = await t.enqueue(device, { fPort: 24, hex: '00'.repeat(limit + 1) })
      // MAC commands may take up to 15 bytes of the limit
      const fitting = await t.enqueue(device, { fPort: 25, hex: '00'.repeat(limit - 15) })
      await device.uplink(10, '00', { spreadingFactor })
      const [event] = await t.events.waitFor(device.devEui, 'log')
      const context = { item_size: String(limit + 1), max_payload_size: String(limit), queue_item_id: tooLarge }
      const description = 'Device queue-item discarded because it exceeds the max. payload size'
      expect(event).toEqual(anError('DOWNLINK_PAYLOAD_SIZE', description, context))
      expect((await t.events.waitFor(device.devEui, 'txack'))[0]?.queueItemId).toBe(fitting)
    })
  }

  test('class A: of two gateways that heard the uplink, one with a poor margin is never asked', async () => {
    const t = here()
    const [good, poor] = [await t.gateway(), await t.gateway()]
    const device = await t.joined('A', [good, poor])
    const asked = poor.asked()
    const heard = [
      { rssi: -70, snr: 9 },
      { rssi: -115, snr: 1 },
    ]
    for (const round of [1, 2, 3, 4, 5, 6]) {
      await t.enqueue(device, { fPort: 26, hex: 'ef' })
      await device.uplink(10, `0${round}`, { heard })
      await t.events.waitFor(device.devEui, 'txack', round)
    }
    expect(t.events.ofKind(device.devEui, 'txack').map(({ gatewayId }) => gatewayId)).toEqual(Array(6).fill(good.id))
    expect(poor.asked()).toBe(asked)
  })

  test('class A: what a gateway refuses stays in the queue for the next uplink', async () => {
    const t = here()
    const gateway = await t.gateway()
    const device = await t.joined('A', [gateway])
    gateway.answer('DUTY_CYCLE_OVERFLOW')
    const id = await t.enqueue(device, { fPort: 25, hex: 'ee' })
    await device.uplink(10, '00')
    const [event] = await t.events.waitFor(device.devEui, 'log')
    expect(event).toEqual(anError('DOWNLINK_GATEWAY', 'DUTY_CYCLE_OVERFLOW'))
    expect(event?.time).toEqual(nanoseconds)
    expect(await t.queue(device)).toMatchObject([{ id, isPending: false }])
    gateway.answer('OK')
    await device.uplink(10, '01')
    expect((await t.events.waitFor(device.devEui, 'txack'))[0]?.queueItemId).toBe(id)
  })
}

export function classCDownlinks(here: () => Territory): void {
  test('class C: a downlink goes out at once, in the second window', async () => {
    const t = here()
    const gateway = await t.gateway()
    const device = await t.listening([gateway])
    const id = await t.enqueue(device, { fPort: 30, hex: '10', expiresInMs: 60_000 })
    const [event] = await t.events.waitFor(device.devEui, 'txack')
    expect(event).toEqual({
      kind: 'txack',
      qos: 1,
      retain: false,
      time: nanoseconds,
      deviceInfo: expect.objectContaining({ deviceClassEnabled: 'CLASS_C', tags: { commune: '37261' } }),
      downlinkId: expect.any(Number),
      queueItemId: id,
      fCntDown: expect.any(Number),
      gatewayId: gateway.id,
      txInfo: {
        frequency: 869_525_000,
        power: 29,
        modulation: { lora: { bandwidth: 125_000, spreadingFactor: 12, codeRate: 'CR_4_5', polarizationInversion: true } },
        timing: { immediately: {} },
        context: expect.any(String),
      },
    })
    await until(() => device.received().length > 0, 'the downlink')
    expect(device.received()).toEqual([{ fPort: 30, hex: '10', confirmed: false }])
  })

  test('class C: a device that has sent nothing since its join is not spoken to', async () => {
    const t = here()
    const device = await t.joined('C', [await t.gateway()])
    await t.enqueue(device, { fPort: 30, hex: '10' })
    await quiet(8000)
    expect(t.events.ofKind(device.devEui, 'txack')).toEqual([])
    expect(await t.queue(device)).toHaveLength(1)
  })

  test('class C: a confirmed downlink without acknowledgement ends after the time-out', async () => {
    const t = here()
    const device = await t.listening([await t.gateway()])
    const id = await t.enqueue(device, { fPort: 31, hex: '11', confirmed: true, expiresInMs: 60_000 })
    const [txack] = await t.events.waitFor(device.devEui, 'txack')
    const [event] = await t.events.waitFor(device.devEui, 'ack')
    expect(event).toMatchObject({ deduplicationId: '', queueItemId: id, acknowledged: false, fCntDown: txack?.fCntDown })
    expect(event?.time).toEqual(nanoseconds)
    // of the profile, and later than the scheduler's next look at this device
    expect(Date.parse(String(event?.time)) - Date.parse(String(txack?.time))).toBeGreaterThanOrEqual(8000)
    expect(device.received()).toEqual([{ fPort: 31, hex: '11', confirmed: true }])
  })

  test('class C: a confirmed downlink is acknowledged by an uplink', async () => {
    const t = here()
    const device = await t.listening([await t.gateway()])
    const id = await t.enqueue(device, { fPort: 32, hex: '12', confirmed: true, expiresInMs: 60_000 })
    const [txack] = await t.events.waitFor(device.devEui, 'txack')
    await until(() => device.received().length > 0, 'the downlink')
    await device.uplink(10, '01', { ack: true })
    const [event] = await t.events.waitFor(device.devEui, 'ack')
    expect(event).toMatchObject({ deduplicationId: anUuid, queueItemId: id, acknowledged: true, fCntDown: txack?.fCntDown })
    expect(event?.time).toEqual(milliseconds)
  })

  test('class C: what a gateway refuses is tried again every 5 s until it expires', async () => {
    const t = here()
    const gateway = await t.gateway()
    const device = await t.listening([gateway])
    gateway.answer('TOO_LATE')
    await quiet(6000)
    const id = await t.enqueue(device, { fPort: 33, hex: '13', expiresInMs: 13_000 })
    await until(() => t.events.ofKind(device.devEui, 'log').some(({ code }) => code === 'EXPIRED'), 'the expiry')
    const refused = anError('DOWNLINK_GATEWAY', 'TOO_LATE')
    expect(t.events.ofKind(device.devEui, 'log')).toEqual([
      refused,
      refused,
      refused,
      anError('EXPIRED', expiredText, { queue_item_id: id }),
    ])
    expect([await t.queue(device), device.received()]).toEqual([[], []])
  })

  test('class C: a gateway that never answers is asked twice in 10 s, then the item expires', async () => {
    const t = here()
    const gateway = await t.gateway()
    const device = await t.listening([gateway])
    gateway.answer('silent')
    await quiet(6000)
    const asked = gateway.asked()
    const id = await t.enqueue(device, { fPort: 34, hex: '14', expiresInMs: 9000 })
    await t.events.waitFor(device.devEui, 'log')
    expect(t.events.ofKind(device.devEui, 'log')).toEqual([anError('EXPIRED', expiredText, { queue_item_id: id })])
    expect(gateway.asked() - asked).toBe(2)
    expect(await t.queue(device)).toEqual([])
  })

  test('class C: an item for an offline gateway goes out when it is back', async () => {
    const t = here()
    const gateway = await t.gateway()
    const device = await t.listening([gateway])
    await gateway.goOffline()
    const id = await t.enqueue(device, { fPort: 35, hex: '15' })
    await quiet(7000)
    expect(t.events.of(device.devEui).map(({ kind }) => kind)).toEqual(['join', 'up'])
    await gateway.comeBack()
    expect((await t.events.waitFor(device.devEui, 'txack'))[0]?.queueItemId).toBe(id)
  })

  test('class C: more than 51 bytes never fit the second window', async () => {
    const t = here()
    const device = await t.listening([await t.gateway()])
    const id = await t.enqueue(device, { fPort: 36, hex: '00'.repeat(52), expiresInMs: 60_000 })
    const [event] = await t.events.waitFor(device.devEui, 'log')
    expect(event).toMatchObject({ code: 'DOWNLINK_PAYLOAD_SIZE', context: { max_payload_size: '51', queue_item_id: id } })
  })
}
