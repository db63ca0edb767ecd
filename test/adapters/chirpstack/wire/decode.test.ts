import gwPb from '@chirpstack/chirpstack-api/gw/gw_pb.js'
import integrationPb from '@chirpstack/chirpstack-api/integration/integration_pb.js'
import jspb from 'google-protobuf'
import { describe, expect, test } from 'vitest'
import { decode } from '../../../../src/adapters/chirpstack/wire/decode.ts'
import { writeEvent } from '../../../../src/adapters/chirpstack/wire/integration-protobuf.ts'
import { recordings } from '../recordings.ts'
import { wireEvents } from '../wire-events.ts'

/** Field 2, length-delimited, said to be four thousand million bytes long. */
const endless = Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x41)

function nested(field: number, inner: Uint8Array): Uint8Array {
  const writer = new jspb.BinaryWriter()
  writer.writeBytes(field, inner)
  return writer.getResultBuffer()
}

describe('lengths that reach past the end are refused before anything is read', () => {
  test('of a field', () => {
    expect(() => decode(integrationPb.LogEvent, endless)).toThrow('a field is longer than the message')
  })

  test('inside a nested message', () => {
    expect(() => decode(integrationPb.LogEvent, nested(2, endless))).toThrow('a field is longer than the message')
  })

  test('inside an entry of a map', () => {
    expect(() => decode(integrationPb.LogEvent, nested(6, endless))).toThrow('a field is longer than the message')
  })

  test('in a real acknowledgement with one byte changed', () => {
    const bytes = Uint8Array.from(recordings('protobuf').find(({ topic }) => /gateway\/.*\/event\/ack$/.test(topic))!.bytes)
    bytes[18] = 0x32
    expect(() => decode(gwPb.DownlinkTxAck, bytes)).toThrow('a field is longer than the message')
  })
})

test.for([
  ['a number that does not end', [0x08, 0xff]],
  ['a number of eleven bytes', [0x08, ...Array(10).fill(0x80), 0x01]],
  ['half of a fixed number', [0x09, 1, 2, 3]],
  ['a group', [0x0b, 0x0c]],
] as const)('%s is refused', ([, bytes]) => {
  expect(() => decode(integrationPb.LogEvent, Uint8Array.from(bytes))).toThrow()
})

test('a good message reads as google-protobuf reads it, with fields of a later version', () => {
  const later = Buffer.concat([writeEvent(wireEvents[0]), nested(1000, Buffer.from('new')), Uint8Array.of(0xc5, 0x3e, 1, 2, 3, 4)])
  expect(decode(integrationPb.UplinkEvent, later).toObject()).toEqual(integrationPb.UplinkEvent.deserializeBinary(later).toObject())
})
