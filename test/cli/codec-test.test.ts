import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cli, type Said } from '../support/cli.ts'
import { flowCodec, flowExamples, ModelFolder } from '../support/model-folder.ts'

let folder: ModelFolder

beforeEach(() => {
  folder = new ModelFolder()
})
afterEach(() => folder.remove())

const run = (line: string, given: Parameters<typeof cli>[1] = {}): Promise<Said> =>
  cli(['codec', 'test', ...line.split(' ').filter((word) => word !== ''), '--codecs', folder.codecs], given)

describe('ondine codec test', () => {
  test('a model that passes: one line with what was looked at, and 0', async () => {
    folder.put()
    const { code, out, err } = await run('acme/flow-2')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^✓ acme\/flow-2 {2}14 of 14 examples {2}lines covered 100 % {2}ChirpStack QuickJS: ok, strict mode ok {2}slowest decode [\d.]+ µs\n$/,
    )
  })

  test('an example that fails: which one, where, and why; 1', async () => {
    folder.put('acme/flow-2', { codec: flowCodec.replace('litres / 1000', 'litres') })
    const { code, out, err } = await run('acme/flow-2')
    expect(code).toBe(1)
    expect(err).toBe('1 of 1 models fail: see the lines with a cross.\n')
    expect(out).toContain('✗ acme/flow-2  example 1 "index"\n')
    expect(out).toMatch(/^ {4}volume_m3 +expected 12\.408 m³ +got 12408 m³ +a factor of 0\.001 is missing in codec\.js$/m)
    expect(out).toMatch(/^✗ acme\/flow-2 {2}11 of 14 examples/m)
    expect((await run('', { environment: { LANG: 'fr_FR' } })).out).toContain('il manque un facteur 0.001 dans codec.js')
  })

  test('a measure without its scale names the scale', async () => {
    const codec = flowCodec.replace('volume_m3: litres / 1000', 'volume_L: litres')
    const examples = [{ ...flowExamples[0], output: { volume_L: 12408 } }]
    folder.put('acme/flow-2', { codec, examples })
    folder.write('codecs/acme/flow-2/model.yaml', modelWithLitres)
    expect((await run('acme')).out).toMatch(/^ {4}volume +expected 12\.408 m³ +got 12408 m³ +scale in model\.yaml\? \(L → m³: 0\.001\)$/m)
  })

  test('what ChirpStack would refuse is told, with its line', async () => {
    folder.put('acme/flow-2', { codec: flowCodec.replace('const litres', 'litres') })
    const { code, out } = await run('acme/flow-2')
    expect(code).toBe(1)
    expect(out).toMatch(/^✗ acme\/flow-2 .*ChirpStack QuickJS refuses it: ReferenceError: litres is not defined \(codec\.js:8\)$/m)
    expect(out).toMatch(/^✗ acme\/flow-2 {2}14 of 14 examples/m)
  })

  test('no example at all proves nothing', async () => {
    folder.put('acme/flow-2', { examples: [] })
    const { code, out } = await run('acme/flow-2')
    expect(code).toBe(1)
    expect(out).toMatch(/^✗ acme\/flow-2 {2}examples\.json holds no example/)
  })

  test('what is no JavaScript is told once, with its line, and nothing of coverage', async () => {
    folder.put('acme/flow-2', { codec: flowCodec.replace('const litres =', 'const litres = =') })
    const { code, out } = await run('acme/flow-2')
    expect(code).toBe(1)
    expect(out).toBe("✗ acme/flow-2  codec.js, line 8: Unexpected token '='. Its examples were not run.\n")
  })

  test('a fault of model.yaml is told as lint tells it: line and what was probably meant', async () => {
    folder.put()
    folder.write('codecs/acme/flow-2/model.yaml', modelWithLitres.replace('family:', 'famly:').replace('name: volume', 'name: volum'))
    const { code, out } = await run('acme/flow-2')
    expect(code).toBe(1)
    expect(out).toMatch(
      /^✗ acme\/flow-2 {2}\S*model\.yaml:3 {2}mend famly: there is no such key; did you mean family\? {2}\[schema-near\]$/m,
    )
    expect(out).toMatch(/model\.yaml:9 {2}mend measures\[0\]\.name: .*did you mean volume\?/)
    const french = (await run('acme/flow-2', { environment: { LANG: 'fr_FR' } })).out
    expect(french).toContain('corriger famly : cette clé n’existe pas ; vouliez-vous dire family ?')
    expect(french).toContain('corriger measures[0].name : n’est pas un nom du vocabulaire')
    expect(JSON.parse((await run('--json')).out).models[0].findings).toContainEqual(
      expect.objectContaining({ rule: 'schema-near', line: 3 }),
    )
  })

  test.for([
    ['an endless loop', 'for (;;) {}'],
    ['one in native code', 'Array.from({ length: 4e9 })'],
  ])('%s: each of its examples is told to have run out of time, the others are tested', async ([, loop = '']) => {
    folder.put('acme/flow-2', { codec: flowCodec.replace('const litres', `${loop}\n  const litres`) })
    const { code, out } = await run('acme/flow-2')
    expect(code).toBe(1)
    expect(out.match(/does not come to its end: an endless loop\?/g)).toHaveLength(4)
    expect(out).not.toMatch(/disabled|ended its process|lines covered/)
    expect(out).toMatch(/^✗ acme\/flow-2 {2}10 of 14 examples/m)
  })

  test('of many models a line on standard error now and then, where no bar can be', async () => {
    for (let number = 0; number < 51; number++) folder.put(`acme/flow-${number}`, { examples: [] })
    expect((await run('')).err).toMatch(/^50 of 51: acme\/flow-\d+\n51 of 51 models fail/)
  })

  test('broken models are told by file and key, and stop no other', async () => {
    folder.put()
    folder.put('acme/broken')
    folder.write('codecs/acme/broken/model.yaml', 'title: 3')
    folder.put('acme/endless', { codec: 'for (;;) {}' })
    const { code, out } = await run('')
    expect(code).toBe(1)
    expect(out).toMatch(/^✗ acme\/broken {2}.*model\.yaml:1 {2}mend title: /m)
    expect(out).toMatch(/^✗ acme\/endless /m)
    expect(out).not.toMatch(/acme\/endless .*lines covered/)
    expect(out).toMatch(/^✓ acme\/flow-2 {2}14 of 14/m)
  })

  test('as JSON, for programs', async () => {
    folder.put('acme/flow-2', { codec: flowCodec.replace('volume_m3:', 'volumme_m3:') })
    const { code, out, err } = await run('--json')
    expect(code).toBe(1)
    expect(JSON.parse(err).error.code).toBe('kit.examples-fail')
    const [model] = JSON.parse(out).models
    expect(model).toMatchObject({ model: 'acme/flow-2', examples: 14, passed: 10, problem: null, chirpstack: [] })
    expect(model.failures[0].differences[0]).toMatchObject({
      path: 'volume_m3',
      hint: { code: 'misspelt', context: { name: 'volumme_m3' } },
    })
  })

  test('a model that is not there: what to do, and 3', async () => {
    folder.put()
    const { code, err } = await run('acme/flow-3')
    expect(code).toBe(3)
    expect(err).toMatch(/^There is no model acme\/flow-3 in .* Make one with: ondine codec new vendor\/model\n$/)
  })

  test('--watch runs again when a file is saved, and outlives one that is half saved', async () => {
    folder.put()
    const stop = new AbortController()
    let said = ''
    const ended = run('acme/flow-2 --watch', {
      interrupted: stop.signal,
      onOut: (out) => {
        said = out
      },
    })
    const times = (text: string) => said.split(text).length - 1
    await vi.waitFor(() => expect(times('watching')).toBe(1), { timeout: 30_000 })
    folder.write('codecs/acme/flow-2/examples.json', '[{')
    await vi.waitFor(() => expect(said).toContain('✗ acme/flow-2'), { timeout: 30_000 })
    folder.put('acme/flow-2', { codec: flowCodec.replace('/ 1000', '/ 100') })
    await vi.waitFor(() => expect(said).toContain('a factor of 0.1 is missing'), { timeout: 30_000 })
    // As many editors save: a new file that takes the place of the old one, twice.
    for (const [wrong, factor] of [
      ['/ 10', '0.01'],
      ['* 1', '0.001'],
    ] as const) {
      folder.write('codecs/acme/flow-2/codec.js~', flowCodec.replace('/ 1000', wrong))
      folder.rename('codecs/acme/flow-2/codec.js~', 'codecs/acme/flow-2/codec.js')
      await vi.waitFor(() => expect(said).toContain(`a factor of ${factor} is missing`), { timeout: 30_000 })
    }
    stop.abort()
    expect((await ended).code).toBe(0)
  })
})

const modelWithLitres = `title: Acme Flow 2
vendor: Acme
family: water-meter
version: 1.0.0
service: water
deviceProfile: acme/flow-2
expectedInterval: 3600
measures:
  - { field: volume_L, name: volume }
  - { field: temperature_Cel, name: waterTemperature }
`
