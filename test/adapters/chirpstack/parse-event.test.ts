import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createParseEvent, parseEvent } from '../../../src/adapters/chirpstack/events/parse-event.ts'
import { eventTopic, type WireEvent } from '../../../src/adapters/chirpstack/wire/integration-event.ts'
import { eventToJson } from '../../../src/adapters/chirpstack/wire/integration-json.ts'
import { writeEvent } from '../../../src/adapters/chirpstack/wire/integration-protobuf.ts'
import { OndineError } from '../../../src/errors/ondine-error.ts'
import type { NetworkEvent } from '../../../src/lorawan/network-event.ts'
import { type Recorded, recordings } from './recordings.ts'
import { deviceInfo, wireEvents } from './wire-events.ts'

const ours = ({ topic }: Recorded) => /^application\/.*\/event\/|gateway\/[^/]+\/event\/(ack|stats)$/.test(topic)

const forms = { json: recordings('json'), protobuf: recordings('protobuf') }

describe.for(['json', 'protobuf'] as const)('recorded events, %s', (form) => {
  test.for(
    forms[form].map((recorded, index): [string, Recorded] => [`${index} ${recorded.situation}: ${recorded.topic.slice(-20)}`, recorded]),
  )('%s', ([, recorded]) => {
    // a gateway's ack has no time: it is dated by the clock
    const event = createParseEvent(() => Date.parse('2026-11-22T12:00:00Z'))(recorded.topic, recorded.bytes)
    if (!ours(recorded)) {
      expect(event).toBeNull()
      return
    }
    expect(event?.time).toMatch(/^2026-11-22T\d\d:\d\d:\d\d\.\d{3}Z$/)
  })
})

describe('JSON and protobuf of the same situation give the same result, ids and times aside', () => {
  const situations = [...new Set(forms.json.map((recorded) => recorded.situation))]

  test('there are situations with events of every type', () => {
    expect(situations.length).toBeGreaterThan(30)
    const types = new Set(forms.json.map(({ topic, bytes }) => parseEvent(topic, bytes)?.type))
    for (const type of ['uplink', 'join', 'txack', 'ack', 'log', 'gateway-ack', 'gateway-stats']) expect(types).toContain(type)
  })

  test.for(situations)('%s', (situation) => {
    const normalised = (form: Recorded[]) =>
      form
        .filter((recorded) => recorded.situation === situation)
        .map(({ topic, bytes }) => parseEvent(topic, bytes))
        .filter((event) => event !== null)
        // stats come by the clock, not by the situation
        .filter((event) => event.type !== 'gateway-stats')
        .map(withoutIds)
        .sort()
    expect(normalised(forms.protobuf)).toEqual(normalised(forms.json))
  })
})

/** An event without what differs between two runs: ids made by the server, addresses, times, which of two gateways was chosen. */
function withoutIds(event: NetworkEvent): string {
  const text = JSON.stringify(event, (key, value) => {
    if (['time', 'deduplicationId', 'devAddr', 'queueItemId', 'tenantId', 'applicationId', 'deviceProfileId', 'downlinkId'].includes(key)) {
      return typeof value === 'string' ? value.replace(/[0-9a-f]/g, 'x').replace(/x+/g, 'x') : typeof value
    }
    if (key === 'gatewayId' && event.type !== 'uplink') return 'gateway'
    return value
  })
  return text
}

describe('the two forms of one event', () => {
  test.for(wireEvents)('$kind', (event: WireEvent) => {
    const topic = eventTopic(event)
    const fromJson = parseEvent(topic, Buffer.from(eventToJson(event)))
    expect(parseEvent(topic, writeEvent(event))).toEqual(fromJson)
    expect(fromJson).toMatchSnapshot()
  })
})

describe('what is easy to get wrong', () => {
  const uplink = wireEvents[0]
  const topic = eventTopic(uplink)
  const json = (change: (event: Record<string, unknown>) => void) => {
    const event = JSON.parse(eventToJson(uplink))
    change(event)
    return Buffer.from(JSON.stringify(event))
  }

  test('receptions are sorted best first, and an absent SNR is 0 dB', () => {
    const event = parseEvent(topic, Buffer.from(eventToJson(uplink)))
    expect(event?.type === 'uplink' && event.receptions).toEqual([
      { gatewayId: '7076ff0056080003', rssi: -97, snr: 4.2 },
      { gatewayId: '7076ff0056080002', rssi: -60, snr: 0 },
      { gatewayId: '7076ff0056080004', rssi: -80, snr: 0 },
      { gatewayId: '7076ff0056080001', rssi: -118, snr: -7.25 },
    ])
  })

  test('nanoseconds are cut off and an offset becomes Z', () => {
    const at = (time: string) =>
      parseEvent(
        topic,
        json((event) => Object.assign(event, { time })),
      )?.time
    expect(at('2026-11-22T11:02:24.539999999+00:00')).toBe('2026-11-22T11:02:24.539Z')
    expect(at('2026-11-22T12:02:24+01:00')).toBe('2026-11-22T11:02:24.000Z')
  })

  test('EUIs become lower case', () => {
    const event = parseEvent(
      topic,
      json((e) => Object.assign(e, { deviceInfo: { ...deviceInfo, devEui: '0018B20000001A2B' } })),
    )
    expect(event?.type === 'uplink' && event.device.devEui).toBe('0018b20000001a2b')
  })

  test('FSK has no spreading factor', () => {
    const event = parseEvent(
      topic,
      json((e) => Object.assign(e, { txInfo: { frequency: 868800000, modulation: { fsk: { datarate: 50000 } } } })),
    )
    expect(event).toMatchObject({ spreadingFactor: null, frequency: 868800000 })
  })

  test('unknown fields are ignored', () => {
    const event = json((e) => Object.assign(e, { kind: 7, later: { version: 5 } }))
    expect(parseEvent(topic, event)).toEqual(parseEvent(topic, Buffer.from(eventToJson(uplink))))
  })

  test('an ack of a gateway is dated by our clock and needs no region in its topic', () => {
    const ack = forms.json.find(({ topic: t }) => t.endsWith('/event/ack') && t.includes('gateway'))!
    const parse = createParseEvent(() => Date.UTC(2026, 10, 22))
    expect(parse(ack.topic.replace('eu868/', ''), ack.bytes)).toEqual({
      type: 'gateway-ack',
      time: '2026-11-22T00:00:00.000Z',
      gatewayId: '7076ff0056080002',
      downlinkId: expect.any(Number),
      statuses: expect.arrayContaining(['OK']),
    })
  })

  test('a gateway bridge that writes JSON is understood too', () => {
    const at = (kind: string, message: object) =>
      createParseEvent(() => Date.UTC(2026, 10, 22))(`gateway/7076FF0056080001/event/${kind}`, Buffer.from(JSON.stringify(message)))
    expect(at('ack', { gatewayId: '7076ff0056080001', downlinkId: 7, items: [{ status: 'TOO_LATE' }, {}] })).toMatchObject({
      gatewayId: '7076ff0056080001',
      downlinkId: 7,
      statuses: ['TOO_LATE', 'IGNORED'],
    })
    expect(at('stats', { gatewayId: '7076ff0056080001', time: '2026-11-22T11:02:22.924+00:00' })).toEqual({
      type: 'gateway-stats',
      time: '2026-11-22T11:02:22.924Z',
      gatewayId: '7076ff0056080001',
    })
  })

  test.for([
    'ondine/v1/tours/water/w-1/reading',
    'application/a/device/0018b20000001a2b/event/location',
    'application/a/device/0018b20000001a2b/event/integration',
    'application/a/device/0018b20000001a2b/command/down',
    'eu868/gateway/7076ff0056080001/event/up',
    'eu868/gateway/7076ff0056080001/state/conn',
    '',
  ])('not ours: %s', (other) => {
    expect(parseEvent(other, Buffer.from('anything'))).toBeNull()
  })
})

describe('broken messages are malformed, never anything else', () => {
  const uplink = wireEvents[0]
  const topic = eventTopic(uplink)
  const good = JSON.parse(eventToJson(uplink))

  test.for([
    ['nothing', ''],
    ['half of the JSON', eventToJson(uplink).slice(0, 200)],
    ['an empty object', '{}'],
    ['no device', JSON.stringify({ ...good, deviceInfo: undefined })],
    ['a devEui that is none', JSON.stringify({ ...good, deviceInfo: { ...deviceInfo, devEui: '0018b2' } })],
    ['another device than the topic', JSON.stringify({ ...good, deviceInfo: { ...deviceInfo, devEui: '0018b20000001a2c' } })],
    ['a time that is none', JSON.stringify({ ...good, time: 'yesterday' })],
    ['data that is no base64', JSON.stringify({ ...good, data: 'é' })],
    ['a frame counter below zero', JSON.stringify({ ...good, fCnt: -1 })],
    ['text', 'hello'],
  ])('%s', ([, payload]) => {
    expect(codeOf(() => parseEvent(topic, Buffer.from(payload!)))).toBe('event.malformed')
  })

  test('any bytes on any of our topics', () => {
    const topics = ['up', 'join', 'ack', 'txack', 'log', 'status'].map((kind) => topic.replace(/up$/, kind))
    const gateway = ['ack', 'stats'].map((kind) => `eu868/gateway/7076ff0056080001/event/${kind}`)
    fc.assert(
      fc.property(fc.constantFrom(...topics, ...gateway), fc.uint8Array({ maxLength: 300 }), (any, bytes) => {
        expect(['none', 'event.malformed']).toContain(codeOf(() => parseEvent(any, bytes)))
      }),
      { numRuns: 2000 },
    )
  })

  test('one byte changed in a real message', () => {
    const real = forms.protobuf.filter(ours)
    fc.assert(
      fc.property(fc.constantFrom(...real), fc.nat(), fc.integer({ min: 0, max: 255 }), (recorded, position, byte) => {
        const bytes = Uint8Array.from(recorded.bytes)
        bytes[position % bytes.length] = byte
        expect(['none', 'event.malformed']).toContain(codeOf(() => parseEvent(recorded.topic, bytes)))
      }),
      { numRuns: 2000 },
    )
  })
})

function codeOf(parse: () => unknown): string {
  try {
    parse()
    return 'none'
  } catch (thrown) {
    return thrown instanceof OndineError ? thrown.code : `not an OndineError: ${thrown}`
  }
}
