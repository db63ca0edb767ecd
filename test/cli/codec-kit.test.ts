import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { cli } from '../support/cli.ts'
import { ModelFolder } from '../support/model-folder.ts'

const folder = new ModelFolder()
const codec = (...line: string[]) => cli(['codec', ...line])

beforeAll(() => folder.put())
afterAll(() => folder.remove())

test('new: what is made, what comes next; missing words are wrong use where nobody can be asked', async () => {
  const made = await codec('new', 'acme/wind', '--family', 'weather', '--codecs', folder.codecs)
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toContain('ondine codec test acme/wind --watch')
  expect(existsSync(join(folder.codecs, 'acme/wind/codec.js'))).toBe(true)
  expect(await codec('new', 'acme/wind', '--family', 'weather', '--codecs', folder.codecs)).toMatchObject({ code: 2 })
  expect((await codec('new', 'acme/gust')).err).toBe(
    'Something is missing: --family. For example: ondine codec new acme/gust --family water-meter\n',
  )
})

test('new: from within a model, a vendor or the folder of models it is made beside the others, never inside one', async () => {
  const here = vi.spyOn(process, 'cwd')
  try {
    for (const [place, name] of [
      ['codecs/acme/flow-2', 'one'],
      ['codecs/acme', 'two'],
      ['codecs', 'three'],
    ] as const) {
      here.mockReturnValue(join(folder.root, place))
      const { code, out } = await codec('new', `acme/${name}`, '--family', 'weather')
      expect({ place, code }).toEqual({ place, code: 0 })
      expect(out).toContain(`beside the other models, in ${folder.codecs}\n`)
      expect(existsSync(join(folder.codecs, 'acme', name, 'codec.js'))).toBe(true)
      const [, path = ''] = /ondine codec test (\S+)/.exec(out) ?? []
      expect(resolve(path)).toBe(join(folder.codecs, 'acme', name))
    }
  } finally {
    here.mockRestore()
  }
  const inside = join(folder.codecs, 'acme/flow-2/codecs')
  const { code, err } = await codec('new', 'acme/four', '--family', 'weather', '--codecs', inside)
  expect(code).toBe(2)
  expect(err).toContain(
    `lies in the folder of the model acme/flow-2: a model in a model would not be found. Give --codecs ${folder.codecs}`,
  )
  expect(existsSync(inside)).toBe(false)
})

test('lint: rule, file and line of each finding; errors end with 1', async () => {
  folder.put('acme/worse')
  folder.write('codecs/acme/worse/model.yaml', 'titel: x\n')
  const { code, out, err } = await codec('lint', 'acme', '--codecs', folder.codecs)
  expect(code).toBe(1)
  expect(out).toMatch(/^✓ acme\/flow-2 {2}nothing to mend$/m)
  expect(out).toMatch(/^✗ .*acme\/worse\/model\.yaml:1 {2}mend titel: there is no such key; did you mean title\? {2}\[schema-near\]$/m)
  expect(err).toMatch(/errors to mend/)
  const json = JSON.parse((await codec('lint', 'acme/worse', '--codecs', folder.codecs, '--json')).out)
  expect(json.models[0].findings[0]).toMatchObject({ severity: 'error', rule: expect.stringContaining('schema'), text: expect.any(String) })
})

test('docs: a page with values, orders and real frames', async () => {
  const { out } = await codec('docs', 'acme/flow-2', '--codecs', folder.codecs)
  expect(out).toContain('| `volume` | m³ | main | volume |')
  expect(out).toContain('| `set-interval` | seconds 60 – 86400 |')
  expect(out).toContain('fPort 2 · `307809`')
  const site = join(folder.root, 'site')
  expect((await codec('docs', 'acme/flow-2', '--codecs', folder.codecs, '--out', site, '--lang', 'fr')).code).toBe(0)
  expect(readFileSync(join(site, 'acme/flow-2.md'), 'utf8')).toContain('température de l’eau')
})

test('schema: printed, or as files', async () => {
  expect(Object.keys(JSON.parse((await codec('schema')).out))).toContain('model.schema.json')
  const schemas = join(folder.root, 'given')
  expect((await codec('schema', '--out', schemas)).out).toContain('yaml-language-server')
  expect(JSON.parse(readFileSync(join(schemas, 'examples.schema.json'), 'utf8'))).toHaveProperty('items')
})

test('schema vocabulary: what the documentation holds', async () => {
  expect((await codec('schema', 'vocabulary')).out).toBe(readFileSync('docs/vocabulary.json', 'utf8'))
  expect((await codec('schema', 'vocabulry')).code).toBe(2)
})

test('bench: decodes per second, and beside the others', async () => {
  const { code, out } = await codec('bench', 'acme/flow-2', '--codecs', folder.codecs, '--seconds', '0.1', '--json')
  expect(code).toBe(0)
  const [model] = JSON.parse(out).models
  expect(model).toMatchObject({ model: 'acme/flow-2', slowestDecode: expect.any(Number) })
  expect(model.decodesPerSecond).toBeGreaterThan(0)
  expect(model.ratio).toBeGreaterThan(0)
})
