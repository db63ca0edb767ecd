/**
 * What codecs written for other platforms expect to find: a console that is silent, `module` and `exports`, and, made when
 * they are asked for, `Buffer`, `require('buffer')`, base64 and UTF-8 tools. A codec may declare any of these names itself.
 * Its text is compiled inside the realm, before the codec; it may use nothing from outside its own body.
 */
export function addTools(makeBuffer: () => unknown): void {
  const scope: Record<string, unknown> = globalThis as never
  const { defineProperty } = Object
  const silent = () => {}
  scope.console = { log: silent, info: silent, warn: silent, error: silent, debug: silent, trace: silent }
  const module = { exports: {} }
  scope.module = module
  scope.exports = module.exports

  type Bytes = Uint8Array & { toString: (encoding: string) => string }
  type BufferShim = { from: (given: unknown, encoding?: string) => Bytes }
  let shim: BufferShim | undefined
  function buffer(): BufferShim {
    shim ??= makeBuffer() as BufferShim
    return shim
  }

  function offer(name: string, make: () => unknown): void {
    const define = (value: unknown) => defineProperty(scope, name, { value, writable: true, configurable: true })
    defineProperty(scope, name, {
      get() {
        define(make())
        return scope[name]
      },
      set: define,
      configurable: true,
    })
  }

  offer('Buffer', buffer)
  offer('atob', () => (text: string) => buffer().from(text, 'base64').toString('latin1'))
  offer('btoa', () => (text: string) => buffer().from(text, 'latin1').toString('base64'))
  offer(
    'TextEncoder',
    () =>
      class TextEncoder {
        encode(text = '') {
          return new Uint8Array(buffer().from(text))
        }
      },
  )
  offer(
    'TextDecoder',
    () =>
      class TextDecoder {
        encoding: string
        constructor(encoding = 'utf-8') {
          this.encoding = encoding
        }
        decode(bytes: Uint8Array = new Uint8Array(0)) {
          return buffer().from(bytes).toString(this.encoding)
        }
      },
  )
  scope.require = function require(name: string) {
    if (name === 'buffer' || name === 'node:buffer') return { Buffer: buffer() }
    throw new Error(`require('${name}'): a codec is one file, and of Node's modules only buffer is there`)
  }
}
