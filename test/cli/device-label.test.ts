import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cli } from '../support/cli.ts'
import { qrPicture } from '../support/qr-code.ts'

const folder = mkdtempSync(join(tmpdir(), 'ondine-label-'))
afterAll(() => rmSync(folder, { recursive: true }))

const [joinEui, devEui, key] = ['24E124C0002A0001', '24E124713D100001', '8F3C61D20A97BE4455E1C0D97A6B1F02']
const tr005 = `LW:D0:${joinEui}:${devEui}:00FF0102:OTOKEN123:SABC`
const named = `DevEUI=${devEui};AppEUI=${joinEui};AppKey=${key};SN=6136B0123456`

function picture(name: string, ...texts: string[]): string {
  const codes = texts.map((text, index) => ({ text, scale: 3, x: 110 + 210 * index, y: 110 }))
  const file = join(folder, name)
  writeFileSync(file, qrPicture(codes, { width: 210 * texts.length + 10, height: 220 }))
  return file
}

const pasted = (text: string, ...options: string[]) =>
  cli(['device', 'label', '-', ...options], {
    input: (async function* () {
      yield `${text}\n`
    })(),
  })

describe('ondine device label', () => {
  test.for([[[]], [['--lang', 'fr']], [['--json']]] as const)(
    'a key is not taken from the command line, where the shell keeps it %j',
    async ([options]) => {
      const typed = await cli(['device', 'label', named, ...options])
      expect(typed).toMatchObject({ code: 2, out: '' })
      expect(typed.err).toMatch(/or - and paste it|ou - puis collez-la/)
      expect(typed.err.toUpperCase()).not.toContain(key)
      expect((await cli(['device', 'label', tr005])).code).toBe(0)
    },
  )

  test('says what a label says, in either language', async () => {
    const english = await pasted(named)
    expect(english).toMatchObject({ code: 0, err: '' })
    expect(english.out).toMatch(/^24e124713d100001\n/)
    for (const line of [
      /joinEui +24e124c0002a0001/,
      /serial number +6136B0123456/,
      /a key +yes \(appKey\)/,
      /owner token +no/,
      /model +one of \d+ .*milesight\//,
    ]) {
      expect(english.out).toMatch(line)
    }
    const french = await pasted(named, '--lang', 'fr')
    for (const line of [/écrit en +champs avec des noms/, /une clé +oui \(appKey\)/, /n° de série +6136B0123456/, /modèle +un des \d+/]) {
      expect(french.out).toMatch(line)
    }
  })

  test('for programs', async () => {
    const { out, code } = await cli(['device', 'label', tr005, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      form: 'tr005',
      devEui: '24e124713d100001',
      joinEui: '24e124c0002a0001',
      vendorId: '00ff',
      profileId: '0102',
      serial: 'ABC',
      owner: true,
      keys: [],
      models: { by: 'prefix', slugs: expect.arrayContaining(['milesight/em300-th']) },
      // No server is there to ask.
      known: null,
    })
  })

  test.for([
    tr005,
    named,
    `${devEui};${joinEui};${key}`,
    JSON.stringify({ DevEUI: devEui, AppKey: key }),
    `${devEui} ${joinEui} ${key}`,
    `${joinEui};${devEui};${key};${key}`,
    `DevEUI=${devEui};Key=${key}`,
    key,
    `{"AppKey":"${key}"`,
    `https://example.org/${key}?key=${key}`,
  ])('never shows the key or the token of %s', async (text) => {
    for (const more of [
      ['--json', '--debug'],
      ['--lang', 'fr'],
    ]) {
      for (const { out, err } of [await cli(['device', 'label', text, ...more]), await pasted(text, ...more)]) {
        expect(out + err).not.toBe('')
        expect((out + err).toUpperCase()).not.toContain(key.slice(0, 8))
        expect(out + err).not.toContain('TOKEN123')
      }
    }
  })

  test('out of a picture', async () => {
    const { out, code, err } = await cli(['device', 'label', picture('label.png', named), '--json'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toMatchObject({ form: 'named', devEui: '24e124713d100001', keys: ['appKey'] })
  })

  test('of two codes on one device the one that says more; a shop’s address is passed over', async () => {
    const both = await cli(['device', 'label', picture('both.png', devEui, tr005), '--json'])
    expect(JSON.parse(both.out)).toMatchObject({ form: 'tr005', owner: true })
    const shop = await cli(['device', 'label', picture('shop.png', 'https://example.org/shop', devEui), '--json'])
    expect(JSON.parse(shop.out)).toMatchObject({ form: 'eui', models: { by: 'prefix' } })
  })

  test('the labels of two devices are refused', async () => {
    const { code, err } = await cli(['device', 'label', picture('two.png', devEui, '0018B20000001A2B')])
    expect(code).toBe(4)
    expect(err).toMatch(/several devices \(0018b20000001a2b, 24e124713d100001\)/)
  })

  test.for<[() => string, number, RegExp]>([
    [() => 'hello', 4, /not the label of a LoRaWAN device/],
    [() => 'missing.png', 3, /missing\.png cannot be opened: ENOENT/],
    [() => 'photo.jpeg', 3, /ENOENT/],
    [() => picture('other.png', 'https://example.org/shop'), 4, /example\.org that names no DevEUI/],
    [() => picture('empty.png'), 4, /No QR code is seen/],
    [() => `${joinEui}:${devEui}`, 4, /2 groups of 16 digits/],
  ])('%s is refused in one sentence', async ([given, code, sentence]) => {
    const said = await cli(['device', 'label', given()])
    expect(said).toMatchObject({ code, out: '', err: expect.stringMatching(sentence) })
    expect(said.err.trim().split('\n')).toHaveLength(1)
  })
  test('two EUIs in the wrong order are told where the second is of a device that is known here', async () => {
    const said = await pasted(`1122334455667788;${devEui};${key}`)
    expect(said).toMatchObject({ code: 4, out: '', err: expect.stringMatching(/second, not the first/) })
  })
})
