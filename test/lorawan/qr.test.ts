import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { crc16Modbus } from '../../src/lorawan/qr/tr005.ts'
import { readLabel } from '../../src/lorawan/qr.ts'

const [joinEui, devEui, key] = ['24E124C0002A0001', '24E124713D100001', '8F3C61D20A97BE4455E1C0D97A6B1F02']
const [join, dev] = [joinEui.toLowerCase(), devEui.toLowerCase()]
const bytes = (text: string, between: string) => text.match(/../g)!.join(between)

/** Everything a label says, keys and tokens revealed: only for tests. */
function told(text: string, devicePrefixes: string[] = []) {
  const { owner, keys, ...rest } = readLabel(text, { devicePrefixes })
  const known = Object.fromEntries(Object.entries({ ...rest, owner: owner?.reveal() ?? null }).filter(([, value]) => value !== null))
  return { ...known, ...Object.fromEntries(Object.entries(keys).map(([field, secret]) => [field, secret.revealHex().toUpperCase()])) }
}

function refusal(text: string, devicePrefixes: string[] = []): OndineError {
  try {
    readLabel(text, { devicePrefixes })
  } catch (error) {
    if (error instanceof OndineError) return error
    throw error
  }
  throw new Error('was read')
}

/** The example of TR005 4.3. */
const example = 'LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C'

describe('TR005', () => {
  test('its own example, with its checksum', () => {
    expect(told(example)).toEqual({
      form: 'tr005',
      joinEui: '1122334455667788',
      devEui: 'aabbccddeeff0011',
      vendorId: 'aabb',
      profileId: '1122',
      owner: 'AABBCCDDEEFF',
      serial: 'YYWWNNNNNN',
    })
    expect(crc16Modbus(Buffer.from('123456789'))).toBe(0x4b37)
  })

  test.for([
    [`LW:D0:${joinEui}:${devEui}:00FF0102`, { vendorId: '00ff', profileId: '0102' }],
    [`lw:d0:${join}:${dev}:00ff0102\n`, { vendorId: '00ff', profileId: '0102' }],
    [`LW:D0:${joinEui}:${devEui}:00000000:S12345`, { serial: '12345' }],
    [`LW:D0:${joinEui}:${devEui}:00000000:O123456`, { owner: '123456' }],
    [`LW:D0:${joinEui}:${devEui}:00000000:P1:P2`, {}],
    [`LW:D0:0000000000000000:${devEui}:00000000`, { joinEui: '0000000000000000' }],
  ] as const)('%s', ([text, expected]) => {
    expect(told(text)).toEqual({ form: 'tr005', devEui: dev, joinEui: join, ...expected })
  })

  test.for([
    [`LW:D1:${joinEui}:${devEui}:00FF0102`, 'label.schema'],
    [`LW:D0:${joinEui}:${devEui}`, 'label.part'],
    [`LW:D0:${joinEui}:${devEui.slice(1)}:00FF0102`, 'label.part'],
    [`LW:D0:${joinEui}:24E124XXXXXXXXXX:00FF0102`, 'label.part'],
    [`LW:D0::${devEui}:00FF0102`, 'label.part'],
    [`LW:D0:${joinEui}:${devEui}:00FF`, 'label.part'],
    [`LW:D0:${joinEui}:0000000000000000:00FF0102`, 'label.zero'],
    [`LW:D0:${joinEui}:${devEui}:00FF0102:`, 'label.extension'],
    [`LW:D0:${joinEui}:${devEui}:00FF0102:O`, 'label.extension'],
    [`LW:D0:${joinEui}:${devEui}:00FF0102:TOKEN`, 'label.extension'],
    [`LW:D0:${joinEui}:${devEui}:00FF0102:S1:S2`, 'label.twice'],
    [`LW:D0:${joinEui}:${devEui}:00FF0102:S${key}`, 'label.key-unnamed'],
    [example.replace('CAF2C', 'CAF2D'), 'label.checksum'],
    [example.replace('CAF2C', 'CAF2C:P1'), 'label.extension'],
    [example.replace('0011', '0012'), 'label.checksum'],
  ] as const)('refused: %s', ([text, code]) => {
    expect(refusal(text).code).toBe(code)
  })

  test.for([
    `URN:DEV:LW:${joinEui}_${devEui}_00FF0102_V0102_SSERIAL_PPROPRIETARY`,
    `URN:LW:DP:${joinEui}:${devEui}:00FF0102:%V0102%SSERIAL%PPROPRIETARY`,
  ])('the draft %s', (text) => {
    const expected = {
      form: 'tr005-draft',
      devEui: dev,
      joinEui: join,
      vendorId: '00ff',
      profileId: '0102',
      owner: '0102',
      serial: 'SERIAL',
    }
    expect(told(text)).toEqual(expected)
  })

  test('the drafts without extensions, and refused ones', () => {
    expect(told(`URN:DEV:LW:${joinEui}_${devEui}_00000000`)).toEqual({ form: 'tr005-draft', devEui: dev, joinEui: join })
    expect(refusal(`URN:DEV:LW:${joinEui}_${devEui}_${key}`).code).toBe('label.part')
    expect(refusal(`URN:LW:DP:${joinEui}:${devEui}:00FF0102:V0102`).code).toBe('label.extension')
  })

  test('Gemtek’s LWDP: the join EUI comes first', () => {
    expect(told('URN:LWDP:58A0CB0000210000:58A0CBFFFFFEFFFF:tbms100915:4D4483B1')).toEqual({
      form: 'lwdp',
      joinEui: '58a0cb0000210000',
      devEui: '58a0cbfffffeffff',
    })
    expect(refusal('URN:LWDP:58A0CB0000210000:E8E1E1XXXXXXXXXX:TBOL100868:XXXXXXXX').code).toBe('label.part')
  })
})

describe('fields with names', () => {
  const all = { devEui: dev, joinEui: join, appKey: key }
  test.for([
    [`DevEUI=${devEui}\nAppEUI=${joinEui}\nAppKey=${key}`, 'named', all],
    [`DevEUI:${devEui},AppKey:${key},AppEUI:${joinEui}`, 'named', all],
    [`DevEui:${devEui}\r\nAppEui:${joinEui}\r\nOta:true\r\nAppKey:${key}\r\nSplPer:600\r\n`, 'named', all],
    [`DEV EUI: ${bytes(devEui, ' ')}\nAPP EUI: ${bytes(joinEui, ' ')}\nAPP KEY: ${bytes(key, ' ')}`, 'named', all],
    [`DevEUI: ${bytes(devEui, ':')} JoinEUI: ${bytes(joinEui, ':')} AppKey: ${bytes(key, ':')}`, 'named', all],
    [`Milesight EM300-TH\nSN: 6136B0123456\nDevEUI: ${devEui}`, 'named', { devEui: dev, serial: '6136B0123456' }],
    [`N° de série : FR-12;Clé OTAA : ${key};Dev-EUI : ${devEui}`, 'named', { devEui: dev, serial: 'FR-12', appKey: key }],
    [
      `DevEUI=${devEui};NwkKey=${key};AppKey=${[...key].reverse().join('')}`,
      'named',
      { devEui: dev, nwkKey: key, appKey: [...key].reverse().join('') },
    ],
    [`DevEUI=${devEui};DevAddr=26011234;AppSKey=${key};NwkSKey=${key}`, 'named', { devEui: dev }],
    [`DevEUI=${devEui};AppEUI=;AppKey=`, 'named', { devEui: dev }],
    [`DevEUI=${devEui};DevEUI=${dev};ProfileID=00FF0102`, 'named', { devEui: dev, vendorId: '00ff', profileId: '0102' }],
    [JSON.stringify({ DevEUI: devEui, AppEUI: joinEui, AppKey: key }), 'json', all],
    [
      JSON.stringify({ dev_eui: bytes(dev, '-'), 'JOIN-EUI': joinEui, app_key: key, sn: 4711, model: 'X', extra: null }),
      'json',
      { ...all, serial: '4711' },
    ],
    [`https://example.org/d?deveui=${devEui}&appkey=${key}`, 'url', { devEui: dev, appKey: key }],
    [`HTTPS://WWW.MILESIGHT-IOT.COM/X?P=EM300&SN=${devEui}`, 'url', { devEui: dev }],
    [`HTTPS://WWW.MILESIGHT-IOT.COM/X&SN=${devEui}`, 'url', { devEui: dev }],
  ] as const)('%s', ([text, form, expected]) => {
    expect(told(text)).toEqual({ form, ...expected })
  })

  test.for([
    [`AppEUI=${joinEui}\nAppKey=${key}`, 'label.no-dev-eui'],
    [`DevEUI=${devEui}\nDevEUI=${joinEui}`, 'label.twice'],
    [`DevEUI=${devEui}\nKey=${key}`, 'label.key-unnamed'],
    [`DevEUI=${devEui}\nSN=${key}`, 'label.key-unnamed'],
    [`DevEUI=${devEui}\n${key}`, 'label.mixed'],
    [`DevEUI=${devEui}\n${joinEui}`, 'label.mixed'],
    [`DevEUI=${devEui}\nAppKey=${key.slice(1)}`, 'label.part'],
    [`DevEUI=${devEui.slice(1)}`, 'label.part'],
    ['DevEUI=2,4E+15', 'label.part'],
    [`DevEUI=0000000000000000`, 'label.zero'],
    [`{"DevEUI":"${devEui}"`, 'label.json-invalid'],
    [`[{"DevEUI":"${devEui}"}]`, 'label.json-no-object'],
    [`{"device":{"DevEUI":"${devEui}"}}`, 'label.json-nested'],
    [`{"DevEUI":"${devEui}","DevEUI":"${joinEui}"}`, 'label.json-twice'],
    ['{"DevEUI":2412471310000123}', 'label.json-number'],
    [`{"DevEUI":"${devEui}","key":"${key}"}`, 'label.key-unnamed'],
    ['https://example.org/product?id=12', 'label.url'],
    ['HTTPS://WWW.MILESIGHT-IOT.COM/X?SN=6136B0123456', 'label.url'],
  ] as const)('refused: %s', ([text, code]) => {
    expect(refusal(text).code).toBe(code)
  })
})

describe('values without names', () => {
  test.for([
    [devEui, { form: 'eui', devEui: dev }],
    [bytes(devEui, '-'), { form: 'eui', devEui: dev }],
    [bytes(devEui, ':'), { form: 'eui', devEui: dev }],
    [devEui.match(/.{4}/g)!.join('-'), { form: 'eui', devEui: dev }],
    ['647FDA00000073C6:647FDA8010000000', { form: 'tektelic', devEui: '647fda00000073c6', joinEui: '647fda8010000000' }],
    [
      '2CF7F1C04490010D8FA012C179CF2BD9:0:1000468:114992868224900030',
      { form: 'sensecap', devEui: '2cf7f1c04490010d', joinEui: '8fa012c179cf2bd9', serial: '114992868224900030' },
    ],
    [`${devEui};${joinEui};${key}`, { form: 'positional', devEui: dev, joinEui: join, appKey: key }],
    [`${devEui};;${key};`, { form: 'positional', devEui: dev, appKey: key }],
    [`${devEui},${key}`, { form: 'positional', devEui: dev, appKey: key }],
    [`DS026349738;${devEui};${joinEui};${key}`, { form: 'positional', serial: 'DS026349738', devEui: dev, joinEui: join, appKey: key }],
    [
      `${bytes(devEui, '-')}\n${bytes(joinEui, '-')}\n${bytes(key, '-')}\n`,
      { form: 'positional', devEui: dev, joinEui: join, appKey: key },
    ],
  ] as const)('%s', ([text, expected]) => {
    expect(told(text)).toEqual(expected)
  })

  test.for([
    ['', 'label.empty'],
    ['   \n', 'label.empty'],
    ['x'.repeat(5000), 'label.too-long'],
    ['hello', 'label.unknown'],
    ['WIFI:S:guest;T:WPA;P:secret;;', 'label.unknown'],
    [key, 'label.ambiguous'],
    [`;${joinEui};${key}`, 'label.ambiguous'],
    [`DS026349738;;${joinEui};${key}`, 'label.ambiguous'],
    [devEui + joinEui, 'label.ambiguous'],
    [`${devEui};${joinEui}`, 'label.ambiguous'],
    [`${devEui}:${joinEui}`, 'label.ambiguous'],
    [`${devEui} ${joinEui} ${key}`, 'label.ambiguous'],
    [`${key};${devEui};${joinEui}`, 'label.ambiguous'],
    [`${devEui};${joinEui};${key};${key}`, 'label.ambiguous'],
    [`${devEui};${joinEui};x${key};${key}`, 'label.ambiguous'],
    [`${devEui}0;${joinEui};${key}`, 'label.ambiguous'],
    [`2CF7F2C04490010D8FA012C179CF2BD9:0:1000468:114992868224900030`, 'label.ambiguous'],
    ['0000000000000000', 'label.zero'],
  ] as const)('refused: %s', ([text, code]) => {
    expect(refusal(text).code).toBe(code)
  })

  test('what was seen is counted', () => {
    expect(refusal(`${devEui} ${joinEui} ${key}`)).toMatchObject({
      context: { euis: 2, keys: 1 },
      message: expect.stringContaining('2 groups of 16 digits, 1 of 32'),
    })
  })

  test('two EUIs in the wrong order are refused where the prefixes of devices are known', () => {
    const text = `0018B20000000101;${devEui};${key}`
    expect(refusal(text, ['24e124']).code).toBe('label.order')
    expect(told(text, ['0018b2', '24e124']).devEui).toBe('0018b20000000101')
    expect(told(text, []).devEui).toBe('0018b20000000101')
  })
})

const eui = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map((value) => value.toString(16).padStart(16, '0'))
const digits = (length: number) =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map((list) => list.join(''))
const token = fc.stringMatching(/^[0-9A-Z./+*$%-]{1,20}$/)

describe('whatever is written', () => {
  test('a TR005 label says what was put into it, with or without its checksum, in any case', () => {
    const parts = fc.record({
      joinEui: digits(16),
      devEui: eui,
      profile: digits(8),
      owner: fc.option(token),
      serial: fc.option(token),
      other: fc.option(token),
      check: fc.boolean(),
      upper: fc.boolean(),
    })
    fc.assert(
      fc.property(parts, ({ joinEui, devEui, profile, owner, serial, other, check, upper }) => {
        const hex = (text: string) => (upper ? text.toUpperCase() : text)
        const extensions = [
          owner === null ? [] : `O${owner}`,
          serial === null ? [] : `S${serial}`,
          other === null ? [] : `P${other}`,
        ].flat()
        const text = ['LW:D0', hex(joinEui), hex(devEui), hex(profile), ...extensions].join(':')
        const sum = crc16Modbus(Buffer.from(text)).toString(16).padStart(4, '0')
        const label = readLabel(check ? `${text}:C${hex(sum)}` : text)
        expect(label).toMatchObject({ form: 'tr005', joinEui, devEui, serial })
        expect(label.owner?.reveal() ?? null).toBe(owner)
        expect(`${label.vendorId ?? '0000'}${label.profileId ?? '0000'}`).toBe(profile)
      }),
    )
  })

  test('one changed sign of a label with a checksum is refused', () => {
    fc.assert(
      fc.property(fc.nat({ max: example.length - 7 }), fc.constantFrom(...'0123456789ABCDEFXYZ:'), (at, sign) => {
        const text = `${example.slice(0, at)}${sign}${example.slice(at + 1)}`
        if (text !== example) refusal(text)
      }),
    )
  })

  test('named fields in any order, with any known separators', () => {
    const writing = fc.record({
      between: fc.constantFrom('\n', '\r\n', ';', ',', '|', '&', '\t'),
      is: fc.constantFrom('=', ':', ': ', ' = '),
      order: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
    })
    fc.assert(
      fc.property(eui, digits(16), digits(32), writing, (devEui, joinEui, appKey, { between, is, order }) => {
        const fields = [`DevEUI${is}${devEui}`, `JoinEUI${is}${joinEui}`, `AppKey${is}${appKey}`]
        expect(told(order.map((index) => fields[index]).join(between))).toEqual({
          form: 'named',
          devEui,
          joinEui,
          appKey: appKey.toUpperCase(),
        })
      }),
    )
  })

  const pieces = fc.oneof(
    eui,
    digits(32),
    digits(16),
    token,
    fc.constantFrom(':', ';', ',', '\n', '=', '{', '"', 'LW:D0:', 'URN:DEV:LW:', 'DevEUI', 'AppKey', 'https://', '?', '&', '_', ' '),
    fc.string({ maxLength: 6 }),
  )
  const anything = fc.array(pieces, { maxLength: 12 }).map((list) => list.join(''))

  test('any text is read or refused by one of our sentences, soon', () => {
    fc.assert(
      fc.property(anything, (text) => {
        try {
          expect(readLabel(text).devEui).toMatch(/^(?!0+$)[0-9a-f]{16}$/)
        } catch (error) {
          expect(error).toBeInstanceOf(OndineError)
          expect((error as OndineError).code).toMatch(/^label\./)
        }
      }),
      { numRuns: 2000 },
    )
    for (const text of [
      ' '.repeat(4290),
      'a='.repeat(2000),
      `"${'\\'.repeat(4000)}`,
      'ab:'.repeat(1400),
      `a${' '.repeat(4200)}b`,
      `a=${' '.repeat(4200)}b`,
    ]) {
      refusal(text)
    }
  })

  test('neither a label nor a refusal shows a key or a token', () => {
    fc.assert(
      fc.property(
        anything,
        digits(32),
        fc.constantFrom(';', '\n', ':', ' ', ',AppKey=', '\nNwkKey:', ':O', ':P', '_V', '":"', '&key='),
        (text, secret, between) => {
          const written = `${text}${between}${secret}`
          let said: unknown
          try {
            said = readLabel(written)
          } catch (error) {
            said = error
          }
          const shown = `${inspect(said, { depth: 9, showHidden: true })}${JSON.stringify(said)}`.toLowerCase()
          expect(shown).not.toContain(secret.slice(0, 20))
          expect(shown).not.toContain(secret.slice(12))
        },
      ),
      { numRuns: 2000 },
    )
  })
})
