import { readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CodecEngine } from '../../../src/codecs/engine/codec-engine.ts'
import { lintModel } from '../../../src/codecs/kit/lint/lint-model.ts'
import { findModels } from '../../../src/codecs/kit/model-folders.ts'
import { Probe } from '../../../src/codecs/kit/probe/probe.ts'
import { flowCodec, flowExamples, flowModel, ModelFolder } from '../../support/model-folder.ts'

const runner = new CodecEngine({ logger: pino({ level: 'silent' }), processes: 1 })
const probe = new Probe()
let folder: ModelFolder

beforeAll(() => runner.start())
afterAll(async () => {
  probe.stop()
  await runner.stop()
})
beforeEach(() => {
  folder = new ModelFolder()
})
afterEach(() => folder.remove())

/** `rule file:line` of all that is found. */
async function found(): Promise<string[]> {
  const folders = await findModels('acme/flow-2', folder.codecs)
  const findings = await lintModel(folders, 'acme/flow-2', { runner, probe })
  return findings.map(({ rule, file, line }) => `${rule} ${basename(file)}:${line ?? ''}`)
}

/** Of the model with a change to its codec. */
function inCodec(from: string, to: string): Promise<string[]> {
  expect(flowCodec).toContain(from)
  folder.put('acme/flow-2', { codec: flowCodec.replace(from, to) })
  return found()
}

/** Of the model with one text of a file changed. */
function inFile(name: string, from: string | RegExp, to: string): Promise<string[]> {
  folder.put()
  const text = readFileSync(join(folder.root, name), 'utf8')
  expect(text).toMatch(from)
  folder.write(name, text.replace(from, to))
  return found()
}

const yaml = 'codecs/acme/flow-2/model.yaml'

test('a model that is as it should be', async () => {
  folder.put()
  expect(await found()).toEqual([])
})

describe('the files', () => {
  test.for([
    ['a key that is misspelt', yaml, 'field: volume', 'feild: volume', ['schema model.yaml:9', 'schema-near model.yaml:9']],
    ['a name that is not in the vocabulary', yaml, 'name: volume', 'name: volum', ['schema-near model.yaml:10']],
    ['a family that is none', yaml, 'water-meter', 'watermeter', ['schema-near model.yaml:3']],
    ['what is no YAML', yaml, 'vendor: Acme', 'vendor: : Acme', ['unreadable model.yaml:2']],
    ['a service that is unusual', yaml, 'service: water', 'service: waste', ['service model.yaml:5']],
    ['a title without the vendor', yaml, 'title: Acme', 'title: Our', ['vendor-title model.yaml:1']],
    ['another interval than in the profile', yaml, 'expectedInterval: 3600', 'expectedInterval: 60', ['interval model.yaml:7']],
    ['a profile that is not there', yaml, 'acme/flow-2', 'acme/flow-3', ['missing-file model.yaml:6']],
    ['a port that is a text', 'codecs/acme/flow-2/examples.json', '"fPort": 2', '"fPort": "2"', ['schema examples.json:6']],
    ['a profile with a wrong region', 'device-profiles/acme/flow-2.yaml', 'EU868', 'EU-868', ['schema-near flow-2.yaml:2']],
  ] as const)('%s', async ([, file, from, to, expected]) => {
    expect((await inFile(file, from, to)).sort()).toEqual([...expected])
  })

  test('files that are not there', async () => {
    folder.put()
    for (const file of ['README.md', 'examples.json']) rmSync(join(folder.codecs, 'acme/flow-2', file))
    expect(await found()).toEqual(['missing-file examples.json:', 'missing-file README.md:'])
  })
})

describe('the mapping', () => {
  const withMeasures = (measures: object[], codec = flowCodec) => {
    const examples = flowExamples.map((example) => ('normalized' in example ? { ...example, output: undefined } : example))
    folder.put('acme/flow-2', { codec, examples, model: { ...flowModel, measures } })
    return found().then((all) => all.filter((one) => !one.startsWith('example-')))
  }
  const [volume, temperature] = flowModel.measures

  test('a scale that does not fit the unit in the key', async () => {
    const litres = flowCodec.replace('volume_m3: litres / 1000', 'volume_L: litres')
    const field = 'volume_L'
    expect(await withMeasures([{ field, name: 'volume', scale: 0.01 }, temperature!], litres)).toEqual(['unit-scale model.yaml:9'])
    expect(await withMeasures([{ field, name: 'volume', scale: 0.001 }, temperature!], litres)).toEqual([])
    expect(await withMeasures([{ field, name: 'waterTemperature' }], litres)).toContain('unit-mismatch model.yaml:9')
  })

  test('a key without a unit, a field that nothing maps, a measure that no example shows, a name mapped twice', async () => {
    expect(await withMeasures([volume!, { field: 'temperature', name: 'waterTemperature' }])).toEqual([
      'unit-unsaid model.yaml:11',
      'unmapped model.yaml:9',
      'unproven model.yaml:11',
    ])
    const twice = flowCodec.replace('return { data: { ', 'return { data: { total_m3: litres / 500, ')
    expect(await withMeasures([volume!, temperature!, { field: 'total_m3', name: 'volume' }], twice)).toEqual([
      'mapped-twice model.yaml:13',
    ])
  })
})

describe('a name that several measures give', () => {
  const first = (field: string, more = {}) => ({ field, name: 'leak', ...more })
  const withAlarms = (data: string, measures: object[]) => {
    const examples = flowExamples.filter(({ description }) => description === 'index').map((one) => ({ ...one, output: {} }))
    const codec = flowCodec.replace('return { data: { ', `return { data: { ${data}, `)
    folder.put('acme/flow-2', { codec, examples, model: { ...flowModel, commands: {}, measures: [...flowModel.measures, ...measures] } })
    return found().then((all) => all.filter((one) => one.startsWith('mapped-twice')))
  }

  test('an alarm of two causes is raised by one of them, and lost where the first says no', async () => {
    expect(await withAlarms('a: true, b: false', [first('a'), first('b')])).toEqual([])
    expect(await withAlarms('a: false, b: true', [first('a'), first('b')])).toEqual(['mapped-twice model.yaml:15'])
    expect(await withAlarms('a: false, b: true', [first('a', { raises: true }), first('b')])).toEqual([])
  })

  test('states that values does not name give nothing', async () => {
    const measures = [...flowModel.measures, first('a', { values: { burst: true, ok: false } })]
    folder.put('acme/flow-2', { codec: flowCodec.replace('{ data: { ', '{ data: { a: "fine", '), model: { ...flowModel, measures } })
    expect(await found()).toEqual(['unread model.yaml:13'])
  })
})

describe('the commands', () => {
  const lint = async (change: object, measures = flowModel.measures) => {
    const commands = { 'set-interval': { ...flowModel.commands['set-interval'], ...change } }
    folder.put('acme/flow-2', { model: { ...flowModel, measures, commands } })
    return found()
  }

  test.for([
    ['a key that the encoder does not know', { input: { type: 'set-interval', second: '$seconds' } }],
    ['a limit beyond the encoder’s', { limits: { seconds: [60, 86_401] } }],
    ['a type that it does not know', { input: { type: 'interval', seconds: '$seconds' } }],
  ] as const)('%s is refused before anyone orders it', async ([, change]) => {
    expect(await lint(change)).toContain('command-refused model.yaml:15')
  })

  test('each variant is ordered too, and told by its file', async () => {
    const model = {
      ...flowModel,
      variants: { old: { codec: 'old.js', firmware: ['1.*'] }, new: { codec: 'codec.js' } },
      defaultVariant: 'new',
    }
    const write = (old: string) => {
      folder.put('acme/flow-2', { model })
      folder.write('codecs/acme/flow-2/old.js', old)
    }
    const refused = async () => {
      const findings = await lintModel(await findModels('acme/flow-2', folder.codecs), 'acme/flow-2', { runner, probe })
      return findings.flatMap((one) => (one.rule === 'command-refused' ? [one.context] : []))
    }
    write(flowCodec)
    expect(await refused()).toEqual([])
    write(flowCodec.replace('<= 86400', '<= 3600'))
    const [first, ...others] = await refused()
    expect(first).toMatchObject({ command: 'set-interval', codec: 'old.js', error: 'seconds from 60 to 86400' })
    expect(others).toEqual([])
    // Without an encoder there is nothing to order, and that is told as such.
    write(flowCodec.replace('function encodeDownlink', 'function encodes'))
    expect(await refused()).toEqual([])
    expect(await found()).toContain('encoder-missing old.js:')
  })

  test('a proof that no measure gives', async () => {
    expect(await lint({ proof: { name: 'valveOpen', equals: true } })).toEqual([expect.stringMatching(/^proof-never model.yaml:\d+/)])
  })
})

describe('the script', () => {
  test.for([
    ['does not load', 'function decodeUplink', 'function decode Uplink', ['does-not-load codec.js:3']],
    ['has no decodeUplink', 'function decodeUplink(', 'function decodeUplinks(', ['no-entry codec.js:', 'coverage codec.js:3']],
    [
      'has a former entry point',
      'function decodeUplink(input) {',
      'function Decoder(bytes, fPort) {\n  const input = { bytes, fPort }',
      ['legacy-entry codec.js:'],
    ],
    [
      'has no encodeDownlink',
      'function encodeDownlink(',
      'function encodeDownlinks(',
      ['encoder-missing codec.js:', 'coverage codec.js:13'],
    ],
    ['returns data and errors', 'return { errors: [input.bytes', 'return { data: {}, errors: [input.bytes', ['data-and-errors codec.js:']],
    ['returns nothing', 'return { data: { volume', 'const unused = { data: { volume', ['no-data-no-errors codec.js:']],
    [
      'returns a text as error',
      "errors: [input.bytes.length + ' bytes, 3 are needed']",
      "errors: input.bytes.length + ' bytes, 3 are needed'",
      ['returned-type codec.js:', 'no-data-no-errors codec.js:'],
    ],
    ['returns a key that TS013 does not know', 'return { data: { volume', 'return { fPort: 2, data: { volume', ['returned-key codec.js:']],
    [
      'returns no port',
      'return { fPort: 3, bytes',
      'return { port: 3, bytes',
      ['returned-key codec.js:', 'returned-type codec.js:', 'command-refused model.yaml:15'],
    ],
    ['assigns a name that it never declares', 'const litres', 'litres', ['undeclared codec.js:8']],
    ['has an octal number', 'LENGTH = 3', 'LENGTH = 03', ['octal codec.js:1']],
    [
      'uses what ChirpStack does not have',
      'const litres',
      'console.log(1)\n  const litres',
      ['chirpstack-refuses codec.js:8', 'not-in-chirpstack codec.js:8'],
    ],
    [
      'asks the clock',
      'const litres',
      'const now = Date.now()\n  if (now % 2) return { data: { a: 1 } }\n  const litres',
      ['clock codec.js:8'],
    ],
    ['asks chance', 'litres / 1000', 'litres / 1000 + Math.random() / 1e9', ['chance codec.js:10']],
    [
      'keeps something between frames',
      'const litres =',
      'globalThis.n = (globalThis.n || 0) + 1\n  const litres = 1e-12 * globalThis.n +',
      ['state codec.js:'],
    ],
    [
      'has lines that no example runs',
      'const litres',
      `if (input.bytes[0] === 77) {\n${'    input.bytes[1] += 1\n'.repeat(9)}  }\n  const litres`,
      ['coverage codec.js:9'],
    ],
    ['is long', 'const LENGTH', `// ${'x'.repeat(100_000)}\nconst LENGTH`, ['size codec.js:']],
  ] as const)('%s', async ([, from, to, expected]) => {
    const all = await inCodec(from, to)
    expect(all).toEqual(expect.arrayContaining([...expected]))
    const others = all.filter((one) => !expected.some((wanted) => wanted === one))
    expect(others.filter((one) => !/^(example-fails|unproven|unmapped|undeclared|chirpstack-(refuses|differs)) /.test(one))).toEqual([])
  })

  test('a loop that never ends, wherever it is, ends the lint of this model only', async () => {
    expect(await inCodec('const litres', 'if (input.bytes[0] === 48) for (;;) {}\n  const litres')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^chirpstack-slow codec.js:/), 'example-fails examples.json:2']),
    )
    folder.put()
    expect(await found()).toEqual([])
  })
})

describe('the examples', () => {
  const without = async (description: string) => {
    folder.put('acme/flow-2', { examples: flowExamples.filter((example) => !String(example.description).includes(description)) })
    return found()
  }

  test.for([
    ['empty', ['no-empty-frame examples.json:']],
    ['short', ['no-short-frame examples.json:', 'no-empty-frame examples.json:']],
    ['other port', ['no-wrong-port examples.json:']],
    ['greatest', ['no-limit-example examples.json:']],
  ] as const)('%s is missing', async ([description, expected]) => {
    for (const one of await without(description)) expect(expected).toContain(one)
  })

  test('a codec that reads any port has an example on a second one', async () => {
    const codec = flowCodec.replace('input.fPort !== 2', 'input.fPort < 0')
    const [index, ...others] = flowExamples.filter(({ description }) => description !== 'other port')
    folder.put('acme/flow-2', { codec, examples: [index!, ...others] })
    const missed = await found()
    expect(missed.filter((one) => !one.startsWith('coverage'))).toEqual(['no-wrong-port examples.json:'])
    folder.put('acme/flow-2', { codec, examples: [index!, ...others, { ...index, input: { fPort: 7, hex: '307809' } }] })
    expect((await found()).filter((one) => !one.startsWith('coverage'))).toEqual([])
  })

  test('none of a command, none that is refused', async () => {
    folder.put('acme/flow-2', { examples: flowExamples.filter(({ type }) => type !== 'downlink-encode') })
    const all = await found()
    expect(all).toEqual(expect.arrayContaining(['no-command-example examples.json:', 'no-refused-command examples.json:']))
  })
})
