import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readQrPicture } from '../../src/formats/qr-picture.ts'
import { type Placed, qrPicture } from '../support/qr-code.ts'

const text = 'LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C'
const one = (more: Partial<Placed> = {}): Placed => ({ text, scale: 4, x: 150, y: 150, ...more })
const page = { width: 300, height: 300 }

describe('codes in a picture', () => {
  test.for([
    '0018B20000001A2B',
    text,
    '{"DevEUI":"24E124713D100001","AppEUI":"24E124C0002A0001","AppKey":"8F3C61D20A97BE4455E1C0D97A6B1F02"}',
    'Clé é 你好',
  ])('%s', (written) => {
    expect(readQrPicture(qrPicture([one({ text: written })], page), 'label.png')).toEqual([written])
  })

  test.for([7, 45, 90, 180, 200, 333])('turned by %d degrees', (angle) => {
    expect(readQrPicture(qrPicture([one({ angle })], page), 'label.png')).toEqual([text])
  })

  test.for([1.5, 2, 3, 8])('modules of %d pixels', (scale) => {
    expect(readQrPicture(qrPicture([one({ scale })], { width: 340, height: 340 }), 'label.png')).toEqual([text])
  })

  test('small in a large picture, large in a large picture', () => {
    const paper = { width: 1500, height: 1100 }
    expect(readQrPicture(qrPicture([one({ scale: 3, x: 1300, y: 250 })], paper), 'photo.png')).toEqual([text])
    expect(readQrPicture(qrPicture([one({ scale: 16, x: 750, y: 550, angle: 12 })], paper), 'photo.png')).toEqual([text])
  })

  test('on grey paper, light on dark, transparent', () => {
    expect(readQrPicture(qrPicture([one()], { ...page, light: 150, dark: 60 }), 'label.png')).toEqual([text])
    expect(readQrPicture(qrPicture([one()], { ...page, light: 20, dark: 240 }), 'label.png')).toEqual([text])
    expect(readQrPicture(qrPicture([one()], { ...page, transparent: true }), 'label.png')).toEqual([text])
  })

  test('two codes are both read, the same one twice is one', () => {
    const paper = { width: 520, height: 260 }
    const pair = (a: string, b: string) => [one({ text: a, x: 125, y: 130, angle: 5 }), one({ text: b, x: 390, y: 130, angle: -8 })]
    expect(readQrPicture(qrPicture(pair(text, '0018B20000001A2B'), paper), 'pair.png').sort()).toEqual(['0018B20000001A2B', text].sort())
    expect(readQrPicture(qrPicture(pair(text, text), paper), 'pair.png')).toEqual([text])
  })

  test('a large one beside a small one', () => {
    const codes = [one({ scale: 12, x: 300, y: 300 }), one({ text: '0018B20000001A2B', scale: 2, x: 700, y: 500 })]
    expect(readQrPicture(qrPicture(codes, { width: 800, height: 600 }), 'pair.png').sort()).toEqual(['0018B20000001A2B', text].sort())
  })

  test('any angle and place', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 359 }),
        fc.integer({ min: 130, max: 190 }),
        fc.integer({ min: 130, max: 190 }),
        (angle, x, y) => {
          expect(readQrPicture(qrPicture([one({ angle, x, y })], { width: 320, height: 320 }), 'label.png')).toEqual([text])
        },
      ),
      { numRuns: 4 },
    )
  })
})

const codeOf = (bytes: Uint8Array) => {
  try {
    return readQrPicture(bytes, 'x.png')
  } catch (error) {
    return error
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

function header(width: number, height: number, { depth = 8, colour = 6, interlace = 0 } = {}): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([depth, colour, 0, 0, interlace], 8)
  return chunk('IHDR', data)
}

const start = Buffer.from('89504e470d0a1a0a', 'hex')
const end = chunk('IEND', Buffer.alloc(0))
const pixels = (bytes: number) => chunk('IDAT', deflateSync(Buffer.alloc(bytes)))
const good = qrPicture([one()], page)

describe('pictures that are none, or hostile', () => {
  const memory = () => process.memoryUsage().rss
  test.for<[string, () => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(), 'picture.not-png'],
    ['text', () => Buffer.from('devEui;appKey'), 'picture.not-png'],
    ['JPEG', () => Buffer.from('ffd8ffe000104a464946', 'hex'), 'picture.jpeg'],
    ['its signature only', () => start, 'picture.damaged'],
    ['four thousand million pixels', () => Buffer.concat([start, header(65_535, 65_535), pixels(1000), end]), 'picture.too-large'],
    ['a side of four thousand million', () => Buffer.concat([start, header(0xffffffff, 1), pixels(1000), end]), 'picture.too-large'],
    [
      '25 million pixels of 16 bits',
      () => Buffer.concat([start, header(5000, 5000, { depth: 16 }), pixels(1000), end]),
      'picture.too-large',
    ],
    ['no pixels', () => Buffer.concat([start, header(0, 10), pixels(10), end]), 'picture.damaged'],
    ['a second header', () => Buffer.concat([start, header(1, 1), header(60_000, 60_000), pixels(5), end]), 'picture.damaged'],
    ['a header that comes late', () => Buffer.concat([start, pixels(5), header(1, 1), end]), 'picture.damaged'],
    ['a long header', () => Buffer.concat([start, chunk('IHDR', Buffer.alloc(100)), end]), 'picture.damaged'],
    [
      'interlaced data that unpacks to 200 MB',
      () => Buffer.concat([start, header(8, 8, { interlace: 1 }), pixels(200_000_000), end]),
      'picture.damaged',
    ],
    ['data that unpacks to 200 MB', () => Buffer.concat([start, header(8, 8), pixels(200_000_000), end]), 'picture.damaged'],
    ['too little data', () => Buffer.concat([start, header(100, 100), pixels(50), end]), 'picture.damaged'],
    [
      'a chunk that says it is longer than the file',
      () => Buffer.concat([start, header(8, 8), Buffer.from('ffffffff49444154', 'hex'), Buffer.alloc(40)]),
      'picture.damaged',
    ],
    ['an unknown colour type', () => Buffer.concat([start, header(8, 8, { colour: 5 }), pixels(300), end]), 'picture.damaged'],
    ['cut short', () => good.subarray(0, good.length - 100), 'picture.damaged'],
    ['white paper', () => qrPicture([], page), 'picture.no-code'],
    ['half a code', () => qrPicture([one({ x: 0 })], page), 'picture.no-code'],
    ['41 MB', () => Buffer.concat([good, Buffer.alloc(41_000_000)]), 'picture.too-large'],
  ])('%s', ([, make, code]) => {
    const bytes = make()
    const before = memory()
    expect(codeOf(bytes)).toMatchObject({ code, message: expect.stringMatching(/^[^\n]*x\.png[^\n]*\.$/) })
    expect(memory() - before).toBeLessThan(200_000_000)
  })

  test('whatever byte is changed, read or refused', () => {
    const small = qrPicture([one({ text: 'A', scale: 2, x: 35, y: 35 })], { width: 70, height: 70 })
    fc.assert(
      fc.property(fc.nat({ max: small.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const found = codeOf(small.map((byte, index) => (index === at ? byte ^ change : byte)))
        if (!Array.isArray(found)) expect(found).toMatchObject({ code: expect.stringMatching(/^picture\./) })
      }),
      { numRuns: 300 },
    )
  })
})

test('an interlaced picture is read as any other', () => {
  // Grey, one byte a pixel; of a picture 8 by 8 the seven passes are 1, 1, 2, 4, 8, 16 and 32 pixels in 1, 1, 1, 2, 2, 4 and 4 rows.
  const interlaced = Buffer.concat([start, header(8, 8, { colour: 0, interlace: 1 }), pixels(64 + 15), end])
  expect(codeOf(interlaced)).toMatchObject({ code: 'picture.no-code' })
  expect(codeOf(Buffer.concat([start, header(8, 8, { colour: 0, interlace: 1 }), pixels(64 + 14), end]))).toMatchObject({
    code: 'picture.damaged',
  })
})
