import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli } from '../support/cli.ts'
import { flowModel, ModelFolder } from '../support/model-folder.ts'

const folder = new ModelFolder()
const codecFile = join(folder.codecs, 'acme/flow-2/codec.js')

beforeAll(() => folder.put())
afterAll(() => folder.remove())

const codec = (...line: string[]) => cli(['codec', ...line, '--codecs', folder.codecs])

/** Lines in, lines out. */
async function batch(line: string[], input: AsyncIterable<string> | Iterable<string>): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await cli(['codec', ...line, '--batch', '--codecs', folder.codecs], { input: Readable.from(input) })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text))
}

const frame = (hex: string, more = {}) => `${JSON.stringify({ model: 'acme/flow-2', fPort: 2, hex, ...more })}\n`

describe('one frame', () => {
  test('fields and values of the vocabulary, with their units', async () => {
    const { code, out } = await codec('decode', 'acme/flow-2', '2', '30 78 09')
    expect(code).toBe(0)
    expect(out).toContain('volume_m3\t12.408 m³\ntemperature_Cel\t9 °C\n')
    expect(out).toMatch(/^main\t-\tvolume\t12\.408 m³\tvolume\t-$/m)
    expect((await codec('decode', 'acme/flow-2', '2', '307809', '--lang', 'fr')).out).toMatch(/température de l’eau/)
  })

  test('a refusal is an error, and so is a frame that is none', async () => {
    expect(await codec('decode', 'acme/flow-2', '9', '00')).toMatchObject({
      code: 1,
      err: 'The codec refuses it: fPort 9 is unknown, expected 2.\n',
    })
    expect(await codec('decode', 'acme/flow-2', '2', '3')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^hex is "3", and must be pairs/),
    })
    expect((await codec('decode', 'acme/flow-2')).err).toMatch(
      /^Something is missing: model, fPort, hex\. For example: ondine codec decode/,
    )
    expect((await codec('decode', 'acme/flow-3', '2', '00')).code).toBe(3)
  })

  test.for([
    [
      ['acme/flow-2', '307809', '2'],
      /^fPort is "307809", and must be a whole number from 1 to 223\. For example: ondine codec decode acme\/flow-2 2 /,
    ],
    [['2', 'acme/flow-2', '307809'], /^model is "2", and must be vendor\/model\./],
    [['acme/flow-2', '2', '30780g'], /^hex is "30780g", and must be pairs of hexadecimal digits\./],
    [['--codec', codecFile, '307809', '2'], /^fPort is "307809", .* For example: ondine codec decode --codec codec\.js 2 307809$/m],
  ] as const)('arguments in another order are told by their names: %s', async ([words, said]) => {
    expect(await codec('decode', ...words)).toMatchObject({ code: 2, err: expect.stringMatching(said) })
  })

  test('a bare codec file', async () => {
    const { out } = await codec('decode', '--codec', codecFile, '2', '307809', '--json')
    expect(JSON.parse(out)).toEqual({ data: { volume_m3: 12.408, temperature_Cel: 9 }, warnings: [] })
  })
})

describe('one command', () => {
  test.for([
    [['acme/flow-2', 'type=set-interval', 'seconds=600']],
    [['acme/flow-2', '{"type":"set-interval","seconds":600}']],
    [['acme/flow-2', '--command', 'set-interval', '--seconds', '600']],
    [['--codec', codecFile, 'type=set-interval', 'seconds=600']],
  ] as const)('%s', async ([words]) => {
    expect(await codec('encode', ...words)).toEqual({ code: 0, out: 'fPort 3  000258\n', err: '' })
  })

  test('limits of the model and of the codec, and what the device does not know', async () => {
    expect((await codec('encode', 'acme/flow-2', '--command', 'set-interval', '--seconds', '6')).err).toContain('60')
    expect((await codec('encode', 'acme/flow-2', 'type=set-interval', 'seconds=6')).err).toBe(
      'The codec refuses it: seconds from 60 to 86400.\n',
    )
    expect((await codec('encode', 'acme/flow-2', '--command', 'reboot')).err).toContain('set-interval')
    expect((await codec('encode', 'acme/flow-2')).code).toBe(2)
  })
})

describe('a model with variants', () => {
  const encoder = (port: number) => `function decodeUplink(input) { return { data: { volume_m3: ${port} } } }
function encodeDownlink(input) { return { fPort: ${port}, bytes: [1] } }
function decodeDownlink(input) { return { data: { type: 'v${port}' } } }`

  test('the firmware chooses the encoder, on the command line, in a batch and in examples', async () => {
    const example = (type: string, more: object) => ({ type, description: JSON.stringify(more), ...more })
    folder.put('acme/two', {
      codec: encoder(9),
      model: {
        ...flowModel,
        commands: {},
        variants: { v1: { codec: 'v1.js', firmware: ['1.*'] }, v2: { codec: 'v2.js' } },
        defaultVariant: 'v2',
      },
      examples: [
        example('downlink-encode', { input: { type: 'reboot' }, output: { fPort: 2, hex: '01' } }),
        example('downlink-encode', { firmware: '1.4', input: { type: 'reboot' }, output: { fPort: 1, hex: '01' } }),
        example('downlink-decode', { input: { fPort: 1, hex: '01', firmware: '1.4' }, output: { type: 'v1' } }),
        example('downlink-decode', { input: { fPort: 1, hex: '01' }, output: { type: 'v2' } }),
      ],
    })
    for (const port of [1, 2]) folder.write(`codecs/acme/two/v${port}.js`, encoder(port))
    expect((await codec('encode', 'acme/two', 'type=reboot')).out).toBe('fPort 2  01\n')
    expect((await codec('encode', 'acme/two', 'type=reboot', '--firmware', '1.4')).out).toBe('fPort 1  01\n')
    const line = `${JSON.stringify({ model: 'acme/two', data: { type: 'reboot' }, firmware: '1.4' })}\n`
    expect(await batch(['encode'], [line])).toMatchObject([{ fPort: 1 }])
    expect((await codec('test', 'acme/two')).out).toContain('4 of 4 examples')
  })
})

describe('batches: one line out for each line in, in order', () => {
  test('data, values per channel and time, warnings; lines that are wrong say why and stop no other', async () => {
    const lines = await batch(
      ['decode'],
      [frame('307809', { time: '2026-11-22T06:00:00Z' }), 'nonsense\n', '\n', frame('00'), frame('0', {}), frame('307809')],
    )
    expect(lines[0]).toEqual({
      data: { volume_m3: 12.408, temperature_Cel: 9 },
      values: [
        {
          channel: 'main',
          time: '2026-11-22T06:00:00.000Z',
          values: { volume: 12.408, waterTemperature: 9 },
          flags: {},
          quality: 'good',
        },
      ],
      warnings: [],
    })
    expect(lines.slice(1).map(({ reason }) => reason)).toEqual(['kit.bad-line', 'kit.bad-line', 'codec-error', 'kit.bad-line', undefined])
    expect(lines[3]).toEqual({ reason: 'codec-error', errors: ['1 bytes, 3 are needed'] })
  })

  test('a key that nobody reads is refused by its name, with the one that was probably meant', async () => {
    const line = (more: object) => `${JSON.stringify({ model: 'acme/flow-2', ...more })}\n`
    const told = (lines: Record<string, unknown>[]) => lines.map(({ errors }) => String(errors))
    expect(told(await batch(['decode'], [frame('307809', { recvTme: '2026-11-22T06:00:00Z' }), frame('307809', { colour: 1 })]))).toEqual([
      'There is no key recvTme; did you mean recvTime? Keys: model, codec, fPort, hex, time, recvTime, variables, parameters, firmware.',
      'There is no key colour. Keys: model, codec, fPort, hex, time, recvTime, variables, parameters, firmware.',
    ])
    const order = { type: 'set-interval', seconds: 600 }
    expect(told(await batch(['encode'], [line({ order, chanel: 'main' }), line({ order: { ...order, secnods: 1 } })]))).toEqual([
      expect.stringMatching(/^There is no key chanel; did you mean channel\?/),
      'There is no key order.secnods; did you mean seconds? Keys: type, seconds.',
    ])
  })

  test('a line may name a bare codec file of its own', async () => {
    const line = (more: object) => `${JSON.stringify({ fPort: 2, hex: '0001ff', ...more })}\n`
    expect(await batch(['decode'], [line({ codec: codecFile }), line({ codec: codecFile, model: 'acme/flow-2' }), line({})])).toMatchObject(
      [{ data: { volume_m3: 0.001 } }, { reason: 'kit.bad-line' }, { reason: 'kit.bad-line' }],
    )
  })

  test('pieces that end anywhere, a last line without its end, a line that is too long', async () => {
    const text = `${frame('307809')}${'x'.repeat(1_100_000)}\n${frame('0001ff')}${frame('000080').trim()}`
    const pieces = text.match(/[\s\S]{1,1000}/g) ?? []
    const lines = await batch(['decode'], pieces)
    expect(lines.map((line) => Object(line.data).volume_m3 ?? line.errors)).toEqual([12.408, ['the line: is too long.'], 0.001, 0])
  })

  test('orders: the encoder’s own input, or a standard command', async () => {
    const line = (order: object) => `${JSON.stringify({ model: 'acme/flow-2', ...order })}\n`
    const data = { type: 'set-interval', seconds: 600 }
    const lines = [{ data }, { command: data }, { order: data }, {}, { data, order: data }, { data: { type: 'x' } }].map(line)
    expect(await batch(['encode'], lines)).toEqual([
      { fPort: 3, hex: '000258', warnings: [] },
      { fPort: 3, hex: '000258', warnings: [] },
      { fPort: 3, hex: '000258', warnings: [] },
      { reason: 'kit.bad-line', errors: ['the line: needs one of data, command and order.'] },
      { reason: 'kit.bad-line', errors: ['the line: needs one of data, command and order.'] },
      { reason: 'codec-error', errors: ['unknown command x'] },
    ])
  })

  test('a bare codec takes lines without a model', async () => {
    const line = '{"fPort":2,"hex":"0001ff"}\n'
    expect(await batch(['decode', '--codec', codecFile], [line])).toEqual([
      { data: { volume_m3: 0.001, temperature_Cel: -1 }, warnings: [] },
    ])
  })

  test('many lines are read no faster than they are answered, and keep their order', async () => {
    let read = 0
    let answered = 0
    let ahead = 0
    async function* lines() {
      for (; read < 6_000; read += 50) {
        ahead = Math.max(ahead, read - answered)
        yield Array.from({ length: 50 }, (_, index) => frame((read + index).toString(16).padStart(4, '0').concat('00'))).join('')
      }
    }
    let seen = 0
    const said = await cli(['codec', 'decode', '--batch', '--codecs', folder.codecs], {
      input: lines(),
      onOut: (out) => {
        for (; seen < out.length; seen++) if (out[seen] === '\n') answered++
      },
    })
    const volumes = said.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).data.volume_m3)
    expect(volumes).toEqual(Array.from({ length: 6_000 }, (_, index) => index / 1000))
    expect(ahead).toBeLessThan(2_000)
  })
})
