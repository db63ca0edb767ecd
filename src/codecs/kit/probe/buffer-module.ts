/** The module `buffer` that ChirpStack offers to codecs: as much of Node's Buffer as they use, over QuickJS's own types. */
export const bufferModule = `
const hexDigits = '0123456789abcdef'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
function fromText(text, encoding) {
  if (encoding === 'hex') return (text.match(/[0-9a-f]{2}/gi) || []).map((pair) => parseInt(pair, 16))
  if (encoding === 'base64') {
    const bytes = []
    let bits = 0
    let held = 0
    for (const letter of text.replace(/[^A-Za-z0-9+/]/g, '')) {
      held = (held << 6) | letters.indexOf(letter)
      bits += 6
      if (bits >= 8) {
        bits -= 8
        bytes.push((held >> bits) & 255)
      }
    }
    return bytes
  }
  const raw = encoding === 'ascii' || encoding === 'latin1' || encoding === 'binary' ? text : unescape(encodeURIComponent(text))
  return Array.from(raw, (letter) => letter.charCodeAt(0) & 255)
}
export function Buffer(value, encoding) {
  return typeof value === 'number' ? Buffer.alloc(value) : Buffer.from(value, encoding)
}
Object.setPrototypeOf(Buffer.prototype, Uint8Array.prototype)
Object.setPrototypeOf(Buffer, Uint8Array)
const made = (array) => Object.setPrototypeOf(array, Buffer.prototype)
Buffer.from = (value, encoding, length) => {
  if (typeof value === 'string') return made(Uint8Array.from(fromText(value, encoding)))
  if (value instanceof ArrayBuffer) return made(new Uint8Array(value, encoding, length))
  return made(Uint8Array.from(value, (byte) => byte & 255))
}
Buffer.alloc = (size, fill) => made(new Uint8Array(size).fill(fill || 0))
Buffer.allocUnsafe = (size) => Buffer.alloc(size)
Buffer.isBuffer = (value) => value instanceof Buffer
Buffer.concat = (list) => Buffer.from([].concat(...list.map((part) => Array.from(part))))
Buffer.byteLength = (value, encoding) => Buffer.from(value, encoding).length
const view = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
function need(buffer, at, size) {
  if (!(at >= 0 && at + size <= buffer.length)) throw new RangeError('Attempt to access memory outside buffer bounds')
}
function define(names, size, read, write) {
  for (const name of names) {
    Buffer.prototype['read' + name] = function (at = 0) {
      need(this, at, size)
      return read(view(this), at)
    }
    Buffer.prototype['write' + name] = function (value, at = 0) {
      need(this, at, size)
      write(view(this), at, value)
      return at + size
    }
  }
}
for (const [end, little] of [['LE', true], ['BE', false]]) {
  define(['UInt16' + end, 'Uint16' + end], 2, (v, at) => v.getUint16(at, little), (v, at, x) => v.setUint16(at, x, little))
  define(['Int16' + end], 2, (v, at) => v.getInt16(at, little), (v, at, x) => v.setInt16(at, x, little))
  define(['UInt32' + end, 'Uint32' + end], 4, (v, at) => v.getUint32(at, little), (v, at, x) => v.setUint32(at, x, little))
  define(['Int32' + end], 4, (v, at) => v.getInt32(at, little), (v, at, x) => v.setInt32(at, x, little))
  define(['Float' + end], 4, (v, at) => v.getFloat32(at, little), (v, at, x) => v.setFloat32(at, x, little))
  define(['Double' + end], 8, (v, at) => v.getFloat64(at, little), (v, at, x) => v.setFloat64(at, x, little))
  for (const kind of ['UInt', 'Uint', 'Int']) {
    Buffer.prototype['read' + kind + end] = function (at, size) {
      need(this, at, size)
      let value = 0
      for (let step = 0; step < size; step++) value = value * 256 + this[little ? at + size - 1 - step : at + step]
      return kind === 'Int' && value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value
    }
    Buffer.prototype['write' + kind + end] = function (value, at, size) {
      need(this, at, size)
      let rest = value < 0 ? value + 2 ** (8 * size) : value
      for (let step = 0; step < size; step++) {
        this[little ? at + step : at + size - 1 - step] = rest % 256
        rest = Math.floor(rest / 256)
      }
      return at + size
    }
  }
}
define(['UInt8', 'Uint8'], 1, (v, at) => v.getUint8(at), (v, at, x) => v.setUint8(at, x))
define(['Int8'], 1, (v, at) => v.getInt8(at), (v, at, x) => v.setInt8(at, x))
Buffer.prototype.slice = function (from, to) {
  return made(this.subarray(from, to))
}
Buffer.prototype.equals = function (other) {
  return this.length === other.length && this.every((byte, index) => byte === other[index])
}
Buffer.prototype.copy = function (target, at = 0, from = 0, to = this.length) {
  target.set(this.subarray(from, to), at)
  return to - from
}
Buffer.prototype.toJSON = function () {
  return { type: 'Buffer', data: Array.from(this) }
}
Buffer.prototype.toString = function (encoding, from = 0, to = this.length) {
  const bytes = Array.from(this.subarray(from, to))
  if (encoding === 'hex') return bytes.map((byte) => hexDigits[byte >> 4] + hexDigits[byte & 15]).join('')
  if (encoding === 'base64') {
    let text = ''
    for (let at = 0; at < bytes.length; at += 3) {
      const held = (bytes[at] << 16) | ((bytes[at + 1] || 0) << 8) | (bytes[at + 2] || 0)
      const part = [18, 12, 6, 0].map((shift) => letters[(held >> shift) & 63]).join('')
      text += part.slice(0, bytes.length - at + 1).padEnd(4, '=')
    }
    return text
  }
  const raw = String.fromCharCode(...bytes)
  if (encoding === 'ascii' || encoding === 'latin1' || encoding === 'binary') return raw
  try {
    return decodeURIComponent(escape(raw))
  } catch {
    return raw
  }
}
`
