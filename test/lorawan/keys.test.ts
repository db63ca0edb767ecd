import { inspect } from 'node:util'
import { serialize } from 'node:v8'
import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { keyWeakness, parseKey, readKey, SecretKey, SeenKeys } from '../../src/lorawan/keys.ts'
import { chirpstackKeys, keysOf, rootKeysOf } from '../../src/lorawan/root-keys.ts'
import { SecretText } from '../../src/lorawan/secret.ts'

const hex = '8f3c61d20a97be4455e1c0d97a6b1f02'
const key = parseKey(hex)
const hexKey = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'))

/** Every usual way in which a value leaves a program. */
const ways: [string, (value: unknown) => unknown][] = [
  ['template', (value) => `${value}`],
  ['concatenation', (value) => `key ${String(value)}`],
  ['JSON', (value) => JSON.stringify(value)],
  ['JSON of an object', (value) => JSON.stringify({ device: { appKey: value }, list: [value] })],
  ['inspect', (value) => inspect(value)],
  [
    'inspect of an object',
    (value) => inspect({ deep: { list: [value] }, map: new Map([['key', value]]), set: new Set([value]) }, { depth: 9 }),
  ],
  ['inspect of what is hidden', (value) => inspect(value, { showHidden: true, customInspect: false, getters: true, depth: 9 })],
  ['error message', (value) => inspect(new Error(`wrong ${value}`))],
  ['error cause', (value) => inspect(new Error('wrong', { cause: value }))],
  ['error cause in an object', (value) => inspect(new Error('wrong', { cause: { key: value } }), { depth: 9, showHidden: true })],
  ['our error', (value) => inspect(new OndineError('unexpected', { reason: String(value) }, { cause: value }))],
  ['aggregate', (value) => inspect(new AggregateError([value]))],
  ['structuredClone', (value) => inspect(structuredClone(value), { showHidden: true })],
  ['structuredClone of an object', (value) => JSON.stringify(structuredClone({ key: value }))],
  ['spread', (value) => inspect({ ...(value as object) }, { showHidden: true })],
  ['own properties', (value) => inspect(Reflect.ownKeys(value as object).map((name) => Reflect.get(value as object, name)))],
  ['entries', (value) => inspect(Object.entries(Object.getOwnPropertyDescriptors(value as object)))],
  ['v8', (value) => serialize(value).toString('latin1') + serialize(value).toString('hex')],
  ['join', (value) => [value, value].join()],
  ['locale', (value) => [value].toLocaleString()],
  ['number', (value) => `${Number(value as never)}`],
  ['console format', (value) => inspect(value, { compact: false, colors: true })],
  ['form', (value) => new URLSearchParams([['key', value as string]]).toString()],
  ['error of a wrong key', () => inspect(caught(() => parseKey(`${hex}0`)))],
  ['pino', (value) => logged(value)],
]

function logged(value: unknown): string {
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line) => void lines.push(line) })
  logger.info({ key: value, nested: { list: [value] } }, `key ${value}`)
  logger.info(value as object)
  Reflect.apply(logger.info, logger, ['%s %o %O %j', value, value, value, value])
  logger.error(new Error('wrong', { cause: value }))
  logger.error({ err: new OndineError('unexpected', { reason: `${value}` }, { cause: value }) })
  logger.child({ key: value }).warn('child')
  return lines.join('')
}

function caught(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

/** As text, and as the list of bytes that an inspection of memory prints: `8f 3c 61`, `143, 60, 97`. */
function shows(said: unknown, digits: string): boolean {
  const text = String(said).toLowerCase().replace(/ +/g, ' ')
  const bytes = [...Buffer.from(digits, 'hex')]
  const parts = [digits.slice(0, 8), digits.slice(-8), bytes.slice(0, 4).join(', '), bytes.slice(0, 4).join(',')]
  parts.push(digits.slice(0, 8).match(/../g)?.join(' ') ?? digits, Buffer.from(digits, 'hex').toString('base64').slice(0, 8).toLowerCase())
  parts.push(Buffer.from(bytes.slice(0, 4)).toString('latin1').toLowerCase())
  return parts.some((part) => text.includes(part))
}

describe('a key does not get out', () => {
  test.for(ways)('by %s', ([, way]) => {
    expect(shows(way(key), hex)).toBe(false)
  })

  test('and the check would see it', () => {
    for (const leak of [
      hex,
      hex.toUpperCase(),
      inspect(Buffer.from(hex, 'hex')),
      inspect(key.revealBytes()),
      serialize(key.revealBytes()).toString('latin1'),
    ]) {
      expect(shows(leak, hex)).toBe(true)
    }
  })

  test('it says [key] instead', () => {
    expect([`${key}`, JSON.stringify({ key }), inspect({ key })]).toEqual(['[key]', '{"key":"[key]"}', '{ key: [key] }'])
  })

  test.for(ways.slice(0, -2))('an owner token neither, by %s', ([, way]) => {
    expect(String(way(new SecretText('UNMISTAKABLE')))).not.toContain('UNMISTAKABLE')
  })

  test('what was given and what is revealed are copies', () => {
    const bytes = Buffer.from(hex, 'hex')
    const copy = new SecretKey(bytes)
    bytes.fill(0)
    copy.revealBytes().fill(0)
    expect(copy.revealHex()).toBe(hex)
    expect(copy.revealBytes().buffer.byteLength).toBe(16)
  })
})

describe('reading', () => {
  test.for([
    hex,
    hex.toUpperCase(),
    `0x${hex}`,
    ` ${hex}\n`,
    hex.match(/../g)!.join(':'),
    hex.match(/../g)!.join('-'),
    hex.match(/../g)!.join(' '),
    hex.match(/.{4}/g)!.join('-'),
    hex.match(/.{8}/g)!.join(' '),
    hex.match(/../g)!.join(', '),
    hex
      .match(/../g)!
      .map((byte) => `0x${byte}`)
      .join(', '),
    hex
      .match(/../g)!
      .map((byte) => `0x${byte}`)
      .join(' '),
  ])('%s', (text) => {
    expect(parseKey(text).revealHex()).toBe(hex)
  })

  test.for([
    ['', 0],
    [hex.slice(1), 31],
    [`${hex}0`, 33],
    [hex.replace('8', 'g'), 31],
    ['8.F3C61D20A97E+31', 15],
    [hex.match(/../g)!.join(':').replace(':', '-'), 32],
    [`${hex.slice(0, 15)} ${hex.slice(15)}`, 32],
  ] as const)('not %s', ([text, digits]) => {
    expect(readKey(text)).toBeUndefined()
    expect(caught(() => parseKey(text))).toMatchObject({ code: 'key.malformed', context: { digits } })
  })

  test('whatever the writing, the same key', () => {
    fc.assert(
      fc.property(
        hexKey,
        fc.constantFrom(2, 4, 8),
        fc.constantFrom(':', '-', '.', ' ', '_', ', '),
        fc.boolean(),
        (digits, size, between, upper) => {
          const text = digits.match(new RegExp(`.{${size}}`, 'g'))!.join(between)
          expect(parseKey(upper ? text.toUpperCase() : text).equals(parseKey(digits))).toBe(true)
        },
      ),
    )
  })

  test('equality is that of the digits', () => {
    fc.assert(fc.property(hexKey, hexKey, (a, b) => parseKey(a).equals(parseKey(b)) === (a === b)))
  })

  test('an error never holds a digit of what was given', () => {
    fc.assert(
      fc.property(hexKey, fc.string({ maxLength: 4 }), (digits, more) => {
        const error = caught(() => parseKey(`${digits}${more}!`))
        expect(shows(inspect(error, { depth: 9 }).split('\n')[0], digits)).toBe(false)
      }),
    )
  })
})

describe('weak keys', () => {
  const devEui = '24e124713d100001'
  const joinEui = '24e124c0002a0001'
  test.for([
    ['0'.repeat(32), 'key-zero'],
    ['f'.repeat(32), 'key-well-known'],
    ['2B7E151628AED2A6ABF7158809CF4F3C', 'key-well-known'],
    ['5572404C696E6B4C6F52613230313823', 'key-well-known'],
    [devEui + devEui, 'key-equals-eui'],
    [joinEui + devEui, 'key-equals-eui'],
    [devEui + '0'.repeat(16), 'key-equals-eui'],
    ['0'.repeat(16) + devEui, 'key-equals-eui'],
    ['0100103d7124e124'.repeat(2), 'key-equals-eui'],
    [hex, null],
    [devEui + hex.slice(16), null],
    ['01020304050607080910111213141516', 'key-well-known'],
  ] as const)('%s: %s', ([text, expected]) => {
    expect(keyWeakness(parseKey(text), { devEui, joinEui })).toBe(expected)
  })

  test('a join EUI of zeros or none makes no key weak', () => {
    for (const zeros of ['0'.repeat(16), null]) {
      expect(keyWeakness(parseKey(`${'0'.repeat(16)}${hex.slice(16)}`), { devEui, joinEui: zeros })).toBeNull()
    }
    expect(keyWeakness(key, { devEui })).toBeNull()
  })

  test('no random key is weak', () => {
    const random = hexKey.filter((digits) => new Set(digits.match(/../g)).size > 10)
    fc.assert(fc.property(random, (digits) => keyWeakness(parseKey(digits), { devEui, joinEui }) !== 'key-zero'))
    fc.assert(fc.property(random, (digits) => keyWeakness(parseKey(digits), { devEui, joinEui }) !== 'key-equals-eui'))
  })

  test('repeated ones are found, with the place of the first', () => {
    const seen = new SeenKeys()
    expect([seen.add(key, 5), seen.add(parseKey('1'.repeat(32)), 6), seen.add(parseKey(hex.toUpperCase()), 7), seen.add(key, 8)]).toEqual([
      undefined,
      undefined,
      5,
      5,
    ])
    expect(inspect(seen, { showHidden: true })).toBe('SeenKeys {}')
  })
})

describe('where keys belong', () => {
  const other = parseKey('00f1e2d3c4b5a69788796a5b4c3d2e1f')
  const zero = '0'.repeat(32)
  const shown = (version: string, keys: Parameters<typeof chirpstackKeys>[1]) => {
    const { nwkKey, appKey, genAppKey } = chirpstackKeys(version, keys)
    return [nwkKey, appKey, genAppKey].map((each) => each.revealHex())
  }

  test.for(['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4'])('LoRaWAN %s: the AppKey goes into nwk_key', (version) => {
    expect(keysOf(version).needed).toEqual(['appKey'])
    expect(shown(version, { appKey: key })).toEqual([hex, zero, zero])
    expect(shown(version, { appKey: key, genAppKey: other })).toEqual([hex, zero, other.revealHex()])
  })

  test('LoRaWAN 1.1: each in its own', () => {
    expect(shown('1.1.0', { appKey: key, nwkKey: other })).toEqual([other.revealHex(), hex, zero])
  })

  test.for([
    ['1.0.3', { appKey: key }],
    ['1.0.4', { appKey: key, genAppKey: other }],
    ['1.1.0', { appKey: key, nwkKey: other }],
  ] as const)('LoRaWAN %s: they are found again', ([version, keys]) => {
    const found = rootKeysOf(version, chirpstackKeys(version, keys))
    const hexOf = (of: typeof found) => Object.fromEntries(Object.entries(of).map(([field, each]) => [field, each.revealHex()]))
    expect(hexOf(found)).toEqual(hexOf(keys))
  })

  test.for([
    ['1.0.3', {}, 'key.missing'],
    ['1.0.3', { nwkKey: key }, 'key.missing'],
    ['1.0.3', { appKey: key, nwkKey: key }, 'key.not-of-version'],
    ['1.1.0', { appKey: key }, 'key.missing'],
    ['1.1.0', { appKey: key, nwkKey: key, genAppKey: key }, 'key.not-of-version'],
    ['1.2.0', { appKey: key }, 'key.version-unknown'],
    ['', { appKey: key }, 'key.version-unknown'],
  ] as const)('LoRaWAN %s with %o: %s', ([version, keys, code]) => {
    expect(caught(() => chirpstackKeys(version, keys))).toMatchObject({ code })
  })
})
