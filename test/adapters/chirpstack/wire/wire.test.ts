import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import fc from 'fast-check'
import structPb from 'google-protobuf/google/protobuf/struct_pb.js'
import { describe, expect, test } from 'vitest'
import { enumName } from '../../../../src/adapters/chirpstack/wire/enum-name.ts'
import { fill, recordOf } from '../../../../src/adapters/chirpstack/wire/fill.ts'
import {
  readDownlinkFrame,
  readGatewayAck,
  readGatewayStats,
  writeGatewayAck,
  writeGatewayStats,
} from '../../../../src/adapters/chirpstack/wire/gateway-frame.ts'
import { isEventKind } from '../../../../src/adapters/chirpstack/wire/integration-event.ts'
import { eventToJson } from '../../../../src/adapters/chirpstack/wire/integration-json.ts'
import { readEvent, writeEvent } from '../../../../src/adapters/chirpstack/wire/integration-protobuf.ts'
import { type Json, jsonToStruct, structToJson } from '../../../../src/adapters/chirpstack/wire/struct.ts'
import { fromTimestamp, isoFromTimestamp, toTimestamp } from '../../../../src/adapters/chirpstack/wire/timestamp.ts'
import { recordings } from '../recordings.ts'
import { wireEvents } from '../wire-events.ts'

describe('fill', () => {
  test('sets scalars, nested messages, lists and maps, and keeps what is left out', () => {
    const device = fill(new devicePb.Device(), {
      devEui: '0018b20000001a2b',
      isDisabled: true,
      name: undefined,
      tags: { commune: '37261' },
    })
    expect(device.getDevEui()).toBe('0018b20000001a2b')
    expect(device.getIsDisabled()).toBe(true)
    expect(device.getName()).toBe('')
    expect(recordOf(device.getTagsMap())).toEqual({ commune: '37261' })
    const list = fill(new devicePb.ListDevicesResponse(), {
      totalCount: 1,
      resultList: [fill(new devicePb.DeviceListItem(), { name: 'a' })],
    })
    expect(list.toObject().resultList).toMatchObject([{ name: 'a' }])
  })

  test('refuses a field that the message has not', () => {
    // @ts-expect-error an unknown field is a type error too
    expect(() => fill(new devicePb.Device(), { serial: 'x' })).toThrow(TypeError)
  })
})

describe('Struct', () => {
  // google-protobuf keeps the entries of a map in a plain object: this key is lost there.
  const key = fc.string().filter((text) => text !== '__proto__')
  const json = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.string(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value

  test('what goes in comes out', () => {
    fc.assert(
      fc.property(fc.dictionary(key, json, { noNullPrototype: true }), (object) => {
        const bytes = jsonToStruct(object).serializeBinary()
        expect(structToJson(structPb.Struct.deserializeBinary(bytes))).toEqual(object)
      }),
    )
  })

  test('a value of no kind and NaN are null', () => {
    const struct = new structPb.Struct()
    struct.getFieldsMap().set('none', new structPb.Value())
    struct.getFieldsMap().set('nan', fill(new structPb.Value(), { numberValue: Number.NaN }))
    expect(structToJson(struct)).toEqual({ none: null, nan: null })
  })
})

describe('Timestamp', () => {
  test('keeps milliseconds, before 1970 too, and cuts nanoseconds off', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 4e12 }), (milliseconds) => {
        const timestamp = toTimestamp(milliseconds)
        expect(fromTimestamp(timestamp)).toBe(milliseconds)
        expect(timestamp.getNanos()).toBeGreaterThanOrEqual(0)
        timestamp.setNanos(timestamp.getNanos() + 999_999)
        expect(fromTimestamp(timestamp)).toBe(milliseconds)
      }),
    )
    expect(isoFromTimestamp(toTimestamp(0))).toBe('1970-01-01T00:00:00.000Z')
    expect(isoFromTimestamp(undefined)).toBeUndefined()
  })
})

test('a value that an enum does not know becomes its digits', () => {
  expect(enumName({ OK: 1 }, 1)).toBe('OK')
  expect(enumName({ OK: 1 }, 99)).toBe('99')
})

test.for(wireEvents)('$kind comes back from protobuf as it was', (event) => {
  // SNR travels as a 32-bit float
  const sent = event.kind === 'up' ? { ...event, rxInfo: event.rxInfo.map((rx) => ({ ...rx, snr: Math.fround(rx.snr) })) } : event
  expect(readEvent(event.kind, writeEvent(event))).toEqual(sent)
})

describe('gateway frames', () => {
  test('acks and stats come back as they were', () => {
    const ack = { gatewayId: '7076ff0056080001', downlinkId: 4_294_967_295, statuses: ['IGNORED', 'TOO_LATE'] as const }
    expect(readGatewayAck(writeGatewayAck(ack))).toEqual(ack)
    const stats = { gatewayId: '7076ff0056080001', time: 1_795_344_560_123 }
    expect(readGatewayStats(writeGatewayStats({ ...stats, location: { latitude: 47, longitude: 0, altitude: 60 } }))).toEqual(stats)
  })

  test('a recorded class A downlink: RX1 a second after the uplink, RX2 a second later on 869.525 MHz', () => {
    const down = recordings('json').find(
      ({ situation, topic }) => situation.startsWith('downlink class A') && topic.endsWith('command/down'),
    )!
    const frame = readDownlinkFrame(down.bytes)
    expect(frame.items.map(({ delayMs, frequency }) => ({ delayMs, frequency }))).toEqual([
      { delayMs: 1000, frequency: 868_100_000 },
      { delayMs: 2000, frequency: 869_525_000 },
    ])
    expect(frame.items[0]?.modulation).toEqual({ lora: { bandwidth: 125_000, spreadingFactor: 7, polarizationInversion: true } })
  })

  test('a recorded class C downlink goes at once', () => {
    const down = recordings('json').find(
      ({ situation, topic }) => situation === 'downlink class C, unconfirmed' && topic.endsWith('command/down'),
    )!
    expect(readDownlinkFrame(down.bytes).items.map((item) => item.delayMs)).toEqual([undefined])
  })
})

/** The simulated network writes JSON with this: what it writes has the shape of what the real one wrote. */
describe('the JSON form has the fields that ChirpStack writes', () => {
  const inProtobuf = recordings('protobuf')
  const real = recordings('json').filter(({ topic }) => topic.startsWith('application/'))
  const shape = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.slice(0, 1).map(shape)
    if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
  }

  test.for(real.map((recorded, index) => ({ ...recorded, index })))('$index $situation', ({ topic, bytes }) => {
    const kind = topic.split('/').at(-1)!
    if (!isEventKind(kind)) throw new Error(`${kind} is no event of ours`)
    const written = JSON.parse(Buffer.from(bytes).toString())
    // through protobuf and back, as if the same event had come in the other form
    const same = inProtobuf.find((other) => other.topic.endsWith(`/event/${kind}`) && other.topic.startsWith('application/'))!
    const ours = JSON.parse(eventToJson(readEvent(kind, same.bytes)))
    const top = (event: object) =>
      Object.keys(event)
        .filter((key) => key !== 'object')
        .sort()
    expect(top(ours)).toEqual(top(written))
    expect(Object.keys(ours.deviceInfo).sort()).toEqual(Object.keys(written.deviceInfo).sort())
    if (kind === 'up') {
      const full = (rx: object) => shape({ snr: 1, ...rx })
      expect(full(ours.rxInfo[0])).toEqual(full(written.rxInfo[0]))
      expect(shape(ours.txInfo)).toEqual(shape(written.txInfo))
    }
  })
})
