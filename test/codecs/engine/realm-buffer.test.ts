import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeBuffer } from '../../../src/codecs/engine/realm-buffer.ts'

const Shim = makeBuffer() as typeof Buffer
/** One expression with Node's Buffer and with ours: a value, or that it throws. */
function both(expression: string, values: Record<string, unknown> = {}): void {
  const outcome = (buffer: unknown) => {
    try {
      const names = Object.keys(values)
      const value = new Function(
        'Buffer',
        ...names,
        `const value = ${expression}; return value instanceof Buffer ? Array.from(value) : value`,
      )(buffer, ...names.map((name) => values[name]))
      return typeof value === 'bigint' ? `${value}n` : JSON.parse(JSON.stringify({ value }))
    } catch (thrown) {
      return (thrown as Error).name
    }
  }
  expect(outcome(Shim), expression).toEqual(outcome(Buffer))
}

describe('the Buffer of codecs does what Node’s does', () => {
  test.for([
    `Buffer.from('48656c6c6f', 'hex')`,
    `Buffer.from('4865zz6c', 'hex')`,
    `Buffer.from('123', 'hex')`,
    `Buffer.from('SGVsbG8=', 'base64')`,
    `Buffer.from('SGVsbG8', 'base64').toString()`,
    `Buffer.from('-_-_', 'base64')`,
    `Buffer.from([1, 256, -1, 1.5])`,
    `Buffer.from(Buffer.from([1, 2]))`,
    `Buffer.from({ type: 'Buffer', data: [1, 2] })`,
    `Buffer.from(new Uint8Array([1, 2, 3]).buffer, 1, 2)`,
    `Buffer.from([0xff, 0x41, 0xe9, 0x80]).toString('latin1')`,
    `Buffer.from('héllo', 'utf16le').toString('utf16le')`,
    `Buffer.from([104, 105]).toString('hex')`,
    `Buffer.from('hello').toString('utf8', 1, 3)`,
    `Buffer.from('x').toString('klingon')`,
    `Buffer.alloc(3)`,
    `Buffer.alloc(5, 'ab')`,
    `Buffer.alloc(3).fill(7)`,
    `Buffer.concat([Buffer.from([1]), Buffer.from([2, 3])])`,
    `Buffer.concat([Buffer.from([1]), Buffer.from([2, 3])], 2)`,
    `Buffer.isBuffer(Buffer.alloc(1)) && !Buffer.isBuffer([])`,
    `Buffer.byteLength('héé')`,
    `Buffer.isEncoding('HEX')`,
    `Buffer.compare(Buffer.from([1, 2]), Buffer.from([1, 3]))`,
    `Buffer.from([1, 2]).equals(Buffer.from([1, 2]))`,
    `Buffer.from('hello world').indexOf('wor')`,
    `Buffer.from([1, 2, 3, 2]).indexOf(2, 2)`,
    `Buffer.from([1, 2]).includes(3)`,
    `(() => { const b = Buffer.from([1, 2, 3, 4]); b.slice(1, 3)[0] = 9; return b })()`,
    `(() => { const b = Buffer.from([1, 2, 3, 4]); b.subarray(-2)[0] = 9; return b })()`,
    `(() => { const b = Buffer.alloc(4); Buffer.from([1, 2, 3]).copy(b, 2); return b })()`,
    `(() => { const b = Buffer.alloc(6); return [b.write('héy', 1), Array.from(b)] })()`,
    `(() => { const b = Buffer.alloc(4); return [b.write('ff00', 'hex'), Array.from(b)] })()`,
    `Buffer.from([1, 2, 3]).map((x) => x * 2)`,
    `Buffer.from([3, 4]).reduce((a, b) => a + b)`,
    `[...Buffer.from([3, 4])]`,
    `JSON.stringify(Buffer.from([1]))`,
    `new Buffer([1, 2]).length`,
    `Buffer('ab').length`,
    `Buffer.from([1]).readUInt16BE(0)`,
    `Buffer.from([1]).readUInt8(-1)`,
    `Buffer.from([1, 2, 3]).readUint16LE()`,
    `Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]).readBigInt64BE(0)`,
    `Buffer.from([0x80, 0, 1]).readIntBE(0, 3)`,
    `Buffer.from([0x80, 0, 1, 255, 255, 255]).readUIntLE(0, 6)`,
    `(() => { const b = Buffer.alloc(3); b.writeIntBE(-2, 0, 3); return b })()`,
    `(() => { const b = Buffer.alloc(9); return [b.writeUInt16LE(513, 0), b.writeInt16BE(-2, 2), b.writeFloatLE(1.5, 4), Array.from(b)] })()`,
  ])('%s', (expression) => both(expression))

  test('reads any numbers and decodes any text', () => {
    const readers = [
      'Int8',
      'UInt8',
      ...['Int16', 'UInt16', 'Int32', 'UInt32', 'Float', 'Double'].flatMap((name) => [`${name}LE`, `${name}BE`]),
    ]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 0, max: 20 }), fc.constantFrom(...readers), (bytes, at, reader) => {
        both(`Buffer.from(bytes).read${reader}(at)`, { bytes, at })
        both('Buffer.from(bytes).toString()', { bytes })
        both(`Buffer.from(Buffer.from(bytes).toString('hex'), 'hex')`, { bytes })
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('utf8', 'latin1', 'utf16le'), (text, encoding) => {
        both('Buffer.from(text, encoding)', { text, encoding })
        both('Buffer.from(text).toString(encoding)', { text, encoding })
        both(`Buffer.from(Buffer.from(text).toString('base64'), 'base64')`, { text })
      }),
    )
  })
})
