/**
 * Node's Buffer as far as codecs use it, small and on Uint8Array. Its text is compiled inside the realm and run when a codec
 * asks for `Buffer`; it may use nothing from outside its own body. It is the codec's like any other code of its realm.
 */
export function makeBuffer(): unknown {
  type Bytes = Uint8Array & Record<string, unknown>
  type Encoding = string | undefined

  function Buffer(this: unknown, given: never, second?: never, third?: never): Bytes {
    return typeof given === 'number' ? alloc(given) : from(given, second, third)
  }
  Buffer.prototype = Object.create(Uint8Array.prototype, { constructor: { value: Buffer, writable: true, configurable: true } })
  // What Uint8Array's methods make is a Buffer too.
  Object.setPrototypeOf(Buffer, Uint8Array)
  const own = (bytes: Uint8Array): Bytes => Object.setPrototypeOf(bytes, Buffer.prototype)

  function alloc(size: number, fill?: never, encoding?: Encoding): Bytes {
    const bytes = own(new Uint8Array(size))
    return fill === undefined ? bytes : (bytes as never as { fill: (...given: unknown[]) => Bytes }).fill(fill, 0, size, encoding)
  }

  function from(given: never, second?: never, third?: never): Bytes {
    if (typeof given === 'string') return own(encode(given, second))
    if ((given as unknown) instanceof ArrayBuffer) return own(new Uint8Array(given, second, third))
    const { type, data } = Object(given)
    return own(new Uint8Array(type === 'Buffer' ? data : given))
  }

  function encode(text: string, encoding: Encoding): Uint8Array {
    switch (nameOf(encoding)) {
      case 'hex':
        return fromHex(text)
      case 'base64':
        return fromBase64(text)
      case 'latin1':
        return Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
      case 'utf16le':
        return Uint8Array.from({ length: text.length * 2 }, (_, index) => text.charCodeAt(index >> 1) >> ((index & 1) * 8))
    }
    const bytes: number[] = []
    for (const char of text) {
      let point = char.codePointAt(0) ?? 0
      // Half of a surrogate pair is no character.
      if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd
      if (point < 0x80) bytes.push(point)
      else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63))
      else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
      else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
    }
    return Uint8Array.from(bytes)
  }

  function decode(bytes: Uint8Array, encoding: Encoding): string {
    const list = Array.from(bytes)
    switch (nameOf(encoding)) {
      case 'hex':
        return list.map((byte) => byte.toString(16).padStart(2, '0')).join('')
      case 'base64':
        return toBase64(list)
      case 'latin1':
        return list.map((byte) => String.fromCharCode(byte)).join('')
      case 'utf16le':
        return list.map((byte, index) => (index % 2 ? String.fromCharCode((list[index - 1] ?? 0) | (byte << 8)) : '')).join('')
    }
    let text = ''
    for (let at = 0; at < list.length; ) {
      const first = list[at++] ?? 0
      if (first < 0x80) {
        text += String.fromCharCode(first)
        continue
      }
      const more = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3
      // What may follow the first byte: neither a longer form than needed, nor half of a surrogate pair (RFC 3629 §4).
      let lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
      let highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
      let point = first & (0x3f >> more)
      let left = more
      for (; left > 0; left--) {
        const next = list[at] ?? 0
        if (next < lowest || next > highest) break
        point = (point << 6) | (next & 0x3f)
        at += 1
        lowest = 0x80
        highest = 0xbf
      }
      text += more > 0 && left === 0 ? String.fromCodePoint(point) : '\ufffd'
    }
    return text
  }

  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

  function fromHex(text: string): Uint8Array {
    const whole = /^(?:[0-9a-f]{2})*/i.exec(text)?.[0] ?? ''
    return Uint8Array.from({ length: whole.length / 2 }, (_, index) => Number.parseInt(whole.slice(index * 2, index * 2 + 2), 16))
  }

  function fromBase64(text: string): Uint8Array {
    const bytes: number[] = []
    let bits = 0
    let count = 0
    for (const char of text.replace(/-/g, '+').replace(/_/g, '/')) {
      if (char === '=') break
      const value = letters.indexOf(char)
      if (value < 0) continue
      bits = ((bits << 6) | value) & 0xffffff
      count += 6
      if (count < 8) continue
      count -= 8
      bytes.push((bits >> count) & 255)
    }
    return Uint8Array.from(bytes)
  }

  function toBase64(list: readonly number[]): string {
    let text = ''
    for (let at = 0; at < list.length; at += 3) {
      const [a = 0, b = 0, c = 0] = list.slice(at, at + 3)
      const bits = (a << 16) | (b << 8) | c
      for (let part = 0; part < 4; part++) text += at + part > list.length ? '=' : letters[(bits >> (18 - part * 6)) & 63]
    }
    return text
  }

  function nameOf(encoding: Encoding): string {
    const name = String(encoding ?? 'utf8').toLowerCase()
    const known: Record<string, string> = {
      'utf-8': 'utf8',
      binary: 'latin1',
      ascii: 'latin1',
      ucs2: 'utf16le',
      'utf-16le': 'utf16le',
      base64url: 'base64',
    }
    const plain = known[name] ?? name
    if (!['utf8', 'hex', 'base64', 'latin1', 'utf16le'].includes(plain)) throw new TypeError(`Unknown encoding: ${name}`)
    return plain
  }

  const bytesOf = (value: unknown, encoding?: Encoding): Uint8Array =>
    typeof value === 'string' ? encode(value, encoding) : typeof value === 'number' ? Uint8Array.of(value) : (value as Uint8Array)
  const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

  function compare(left: Uint8Array, right: Uint8Array): number {
    for (let index = 0; index < left.length && index < right.length; index++) {
      if (left[index] !== right[index]) return (left[index] ?? 0) < (right[index] ?? 0) ? -1 : 1
    }
    return Math.sign(left.length - right.length)
  }

  const methods: Record<string, (this: Uint8Array, ...given: never[]) => unknown> = {
    toString(encoding?: Encoding, start = 0, end?: number) {
      return decode(Uint8Array.prototype.subarray.call(this, start, end), encoding)
    },
    toJSON() {
      return { type: 'Buffer', data: Array.from(this) }
    },
    // Both share their memory, unlike an array's slice.
    slice(start?: number, end?: number) {
      return own(Uint8Array.prototype.subarray.call(this, start, end))
    },
    subarray(start?: number, end?: number) {
      return own(Uint8Array.prototype.subarray.call(this, start, end))
    },
    equals(other: Uint8Array) {
      return compare(this, other) === 0
    },
    compare(other: Uint8Array) {
      return compare(this, other)
    },
    copy(target: Uint8Array, targetStart = 0, start = 0, end?: number) {
      const part = Uint8Array.prototype.slice.call(this, start, Math.min(end ?? this.length, start + target.length - targetStart))
      target.set(part, targetStart)
      return part.length
    },
    write(text: string, offset?: number | string, length?: number | string, encoding?: Encoding) {
      const given = [offset, length, encoding].find((value) => typeof value === 'string') as Encoding
      const at = typeof offset === 'number' ? offset : 0
      const part = encode(text, given).subarray(0, Math.min(this.length - at, typeof length === 'number' ? length : this.length))
      this.set(part, at)
      return part.length
    },
    fill(value: unknown, start: number | string = 0, end?: number, encoding?: Encoding) {
      const from = typeof start === 'number' ? start : 0
      const pattern = bytesOf(value, typeof start === 'string' ? start : encoding)
      for (let index = from; index < (end ?? this.length); index++) this[index] = pattern[(index - from) % pattern.length] ?? 0
      return this
    },
    indexOf(value: unknown, from = 0, encoding?: Encoding) {
      const wanted = bytesOf(value, encoding)
      for (let at = from < 0 ? Math.max(0, this.length + from) : from; at + wanted.length <= this.length; at++) {
        if (wanted.every((byte, index) => this[at + index] === byte)) return at
      }
      return -1
    },
    includes(value: unknown, from = 0, encoding?: Encoding) {
      return (
        (methods.indexOf as typeof methods.indexOf & ((...given: unknown[]) => number)).call(
          this,
          value as never,
          from as never,
          encoding as never,
        ) !== -1
      )
    },
  }

  // readInt16LE(offset), writeInt16LE(value, offset) and the like; the bounds are DataView's own.
  for (const [name, kind, size] of [
    ['Int8', 'Int8', 1],
    ['UInt8', 'Uint8', 1],
    ['Int16', 'Int16', 2],
    ['UInt16', 'Uint16', 2],
    ['Int32', 'Int32', 4],
    ['UInt32', 'Uint32', 4],
    ['Float', 'Float32', 4],
    ['Double', 'Float64', 8],
    ['BigInt64', 'BigInt64', 8],
    ['BigUInt64', 'BigUint64', 8],
  ] as const) {
    for (const order of size === 1 ? [''] : ['LE', 'BE']) {
      methods[`read${name}${order}`] = function read(offset = 0) {
        return viewOf(this)[`get${kind}`](offset, order === 'LE')
      }
      methods[`write${name}${order}`] = function write(value: never, offset = 0) {
        viewOf(this)[`set${kind}`](offset, value, order === 'LE')
        return offset + size
      }
    }
  }
  // readUIntBE(offset, length) and the like, 1 to 6 bytes.
  for (const order of ['LE', 'BE']) {
    const place = (index: number, length: number) => (order === 'LE' ? index : length - 1 - index)
    const unsigned = (bytes: Uint8Array, offset: number, length: number) => {
      const view = viewOf(bytes)
      let value = 0
      for (let index = 0; index < length; index++) value += view.getUint8(offset + place(index, length)) * 256 ** index
      return value
    }
    methods[`readUInt${order}`] = function read(offset: number, length: number) {
      return unsigned(this, offset, length)
    }
    methods[`readInt${order}`] = function read(offset: number, length: number) {
      const value = unsigned(this, offset, length)
      return value >= 2 ** (length * 8 - 1) ? value - 2 ** (length * 8) : value
    }
    for (const name of ['writeUInt', 'writeInt']) {
      methods[`${name}${order}`] = function write(value: number, offset: number, length: number) {
        const view = viewOf(this)
        for (let index = 0; index < length; index++) view.setUint8(offset + place(index, length), Math.floor(value / 256 ** index) & 255)
        return offset + length
      }
    }
  }
  for (const [name, value] of Object.entries(methods)) {
    for (const alias of new Set([name, name.replace('UInt', 'Uint')])) {
      Object.defineProperty(Buffer.prototype, alias, { value, writable: true, configurable: true })
    }
  }

  return Object.assign(Buffer, {
    from,
    alloc,
    allocUnsafe: (size: number) => alloc(size),
    compare,
    concat(list: readonly Uint8Array[], size = list.reduce((sum, { length }) => sum + length, 0)) {
      const all = alloc(size)
      let at = 0
      for (const part of list) {
        all.set(part.subarray(0, Math.max(0, size - at)), at)
        at = Math.min(size, at + part.length)
      }
      return all
    },
    isBuffer: (value: unknown) => value instanceof Buffer,
    isEncoding: (name: string) => {
      try {
        return nameOf(name) !== ''
      } catch {
        return false
      }
    },
    byteLength: (value: string | Uint8Array, encoding?: Encoding) => bytesOf(value, encoding).length,
  })
}
