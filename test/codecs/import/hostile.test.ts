import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CodecEngine } from '../../../src/codecs/engine/codec-engine.ts'
import { entriesOf, importEntries, layoutOf } from '../../../src/codecs/kit/import/import-folder.ts'
import { joinedCodec } from '../../../src/codecs/kit/import/joined-codec.ts'
import { licenceOf } from '../../../src/codecs/kit/import/licence.ts'
import { milesightLayout } from '../../../src/codecs/kit/import/milesight.ts'
import { ModelWriter } from '../../../src/codecs/kit/import/model-writer.ts'
import { sourceOf } from '../../../src/codecs/kit/import/origin.ts'
import { reportCsv } from '../../../src/codecs/kit/import/report-csv.ts'
import { slugOf } from '../../../src/codecs/kit/import/slug.ts'
import { beside, FolderFiles, type SourceFiles, within } from '../../../src/codecs/kit/import/source-files.ts'
import { readVector, toHex } from '../../../src/codecs/kit/import/vector.ts'
import { Registry } from '../../../src/codecs/registry.ts'
import { emptyFolder, folderOf, removeFolders, type Tree } from './tree.ts'

const logger = pino({ level: 'silent' })
const engine = new CodecEngine({ logger, processes: 1 })
beforeAll(() => engine.start())
afterAll(async () => {
  await engine.stop()
  await removeFolders()
})

const device = (codec: string) =>
  `[device]\nname = "D"\n[[device.firmware]]\nversion = "1"\nprofiles = ["../../../../etc/hostname"]\ncodec = ${JSON.stringify(codec)}\n`
const good = 'function decodeUplink(input) { return { data: { n: input.bytes.length } } }'
const vendor = '[vendor]\nname = "V"\n'

async function run(folder: string) {
  const files = new FolderFiles(folder)
  const to = join(await folderOf({ 'codecs/.keep': '' }), 'codecs')
  const writer = new ModelWriter({ folder: to, replace: false })
  const entries = entriesOf(files, layoutOf(files, undefined), undefined)
  const rows = await importEntries({ files, entries, runner: engine, writer, onRow: () => {}, signal: new AbortController().signal })
  const registry = new Registry({ folders: [to], logger })
  await registry.start()
  expect(await registry.check()).toEqual([])
  return { rows, registry, to, codes: Object.fromEntries(rows.map(({ model, refused }) => [model, refused?.code ?? 'imported'])) }
}

test('paths and links that lead out of the catalogue are not read', async () => {
  const secret = await folderOf({ 'secret.js': good, 'devices/d.toml': device('x.js') })
  const folder = await folderOf({
    'vendors/v/vendor.toml': vendor,
    'vendors/v/devices/up.toml': device('../../../secret.js'),
    'vendors/v/devices/absolute.toml': device(join(secret, 'secret.js')),
    'vendors/v/devices/link.toml': device('link.js'),
    'vendors/v/devices/profile.toml': device('good.js'),
    'vendors/v/codecs/good.js': good,
  })
  await symlink(join(secret, 'secret.js'), join(folder, 'vendors/v/codecs/link.js'))
  await symlink(secret, join(folder, 'vendors/w'))
  await symlink('loop', join(folder, 'vendors/loop'))
  const { codes } = await run(folder)
  expect(codes).toEqual({
    'v/up': 'import.outside',
    'v/absolute': 'import.outside',
    'v/link': 'import.outside',
    'v/profile': 'import.outside',
  })
})

test('folders that lead out, and files of no sensible size, take no other device with them', async () => {
  const secret = await folderOf({ 'model.yaml': 'name: secret', 'driver.yaml': 'protocolId: x' })
  const actility = await folderOf({
    'vendors/v/vendor.yaml': 'name: V\n',
    'vendors/v/drivers/good/driver.yaml': 'protocolId: v:good:1\n',
    'vendors/v/drivers/good/index.js': good,
    'vendors/v/models/good/model.yaml': 'name: Good\nprotocolId: v:good:1\n',
    'vendors/v/models/huge/model.yaml': `# ${'x'.repeat(9_000_000)}`,
    'vendors/v/models/link/image.jpg': '',
    'vendors/w/vendor.yaml': 'name: W\n',
  })
  await symlink(join(secret, 'model.yaml'), join(actility, 'vendors/v/models/link/model.yaml'))
  await symlink(secret, join(actility, 'vendors/w/models'))
  await symlink(secret, join(actility, 'vendors/w/drivers'))
  expect((await run(actility)).codes).toEqual({ 'v/good': 'imported', 'v/huge': 'import.file-too-large' })
  const ttn = await folderOf({
    'vendor/v/index.yaml': 'not: [closed',
    'vendor/v/good.yaml': 'firmwareVersions: [{ version: "1", profiles: { EU863-870: { codec: c } } }]\n',
    'vendor/v/huge.yaml': `# ${'x'.repeat(9_000_000)}`,
    'vendor/v/c.yaml': 'uplinkDecoder: { fileName: c.js }\n',
    'vendor/v/c.js': good,
  })
  expect((await run(ttn)).codes).toEqual({ 'v/good': 'imported' })
})

test('files made to keep a pattern busy for minutes are read at once', () => {
  const many = 500_000
  const files = (texts: Tree): SourceFiles => ({
    name: 'catalogue',
    folders: () => [],
    files: () => Object.keys(texts),
    text: (path) => texts[path.replace(/^\//, '')] ?? null,
  })
  expect(sourceOf(files({ '.git/config': '\n'.repeat(many) }))).toBe('catalogue')
  const bsd = 'Redistribution and use in source and binary forms\n'
  expect(licenceOf(files({ LICENSE: bsd.repeat(many / 10) }), '')).toBe('BSD-2-Clause')
  expect(slugOf(`${'_'.repeat(many)}x`)).toMatch(/^x[0-9a-f]{8}$/)
  const convention = { signature: 'ts013', odd: false, port: null, normalizes: false } as const
  const source = `${good}\n${'/* '.repeat(many / 4)}`
  expect(joinedCodec({ parts: [{ path: 'a.js', source, entries: 'all' }], convention })).toBe(source)
  const readme = `\`\`\`json\n// 01${' '.repeat(many)}x\n// 0102\n{}\n\`\`\`\n`
  const catalogue: Tree = { 'S-series/m/m-decoder.js': good, 'S-series/m/README.md': readme }
  const milesight = { ...files(catalogue), folders: (path: string) => (path === '' ? ['S-series'] : ['m']), files: () => ['m-decoder.js'] }
  expect(milesightLayout.entries(milesight)[0]?.read().codecs[0]?.vectors).toHaveLength(1)
})

test('a pipe, an empty codec, one of two megabytes and one that never ends stop nothing', async () => {
  const folder = await folderOf({
    'vendors/v/vendor.toml': vendor,
    'vendors/v/devices/pipe.toml': device('pipe.js').replace('"../../../../etc/hostname"', ''),
    'vendors/v/devices/empty.toml': device('empty.js'),
    'vendors/v/devices/huge.toml': device('huge.js'),
    'vendors/v/devices/endless.toml': device('endless.js').replace('"../../../../etc/hostname"', ''),
    'vendors/v/devices/good.toml': device('good.js').replace('"../../../../etc/hostname"', ''),
    'vendors/v/codecs/empty.js': ' \n',
    'vendors/v/codecs/huge.js': `// ${'x'.repeat(2_000_000)}`,
    'vendors/v/codecs/endless.js': 'for (;;) {}',
    'vendors/v/codecs/good.js': good,
    'vendors/v/codecs/test_decode_endless.json': '[{ "name": "a", "input": { "fPort": 1, "bytes": [1] }, "expected": { "data": {} } }]',
    'vendors/v/codecs/test_decode_good.json':
      '[{ "name": "a", "input": { "fPort": 1, "bytes": [1] }, "expected": { "data": { "n": 1 } } }]',
    'vendors/v/codecs/test_encode_good.json': '{ not: "a list" ',
  })
  await promisify(execFile)('mkfifo', [join(folder, 'vendors/v/codecs/pipe.js')])
  const { codes, rows } = await run(folder)
  expect(codes).toEqual({
    'v/pipe': 'import.file-missing',
    'v/empty': 'import.codec-empty',
    'v/huge': 'import.codec-too-large',
    'v/endless': 'imported',
    'v/good': 'imported',
  })
  const row = (model: string) => rows.find((one) => one.model === model)
  expect(row('v/endless')).toMatchObject({ vectors: 1, passed: 0 })
  expect(row('v/good')).toMatchObject({ vectors: 1, passed: 1, notTaken: [{ error: { code: 'file.malformed' } }] })
})

test('names of any kind become folders of the registry, and two that become one are both kept', async () => {
  const names = ['ÀÉ', 'ae', 'a e', 'a_e', '..a', '水', 'CON', '-', 'x'.repeat(150), 'a$(id)', '"quoted"']
  const tree: Record<string, string> = { 'vendors/v/vendor.toml': vendor, 'vendors/v/codecs/good.js': good }
  for (const name of names) tree[`vendors/v/devices/${name}.toml`] = device('good.js').replace('"../../../../etc/hostname"', '')
  const { rows, registry } = await run(await folderOf(tree))
  expect(rows.filter(({ refused }) => refused !== null)).toEqual([])
  expect(registry.list()).toHaveLength(names.length)
})

test('YAML that multiplies, keys that would change prototypes, and words for Markdown and spreadsheets do no harm', async () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefghi'.split('').map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`),
  ].join('\n')
  const tree: Tree = {
    'vendor/v/index.yaml': 'endDevices: [bomb, proto]\n',
    'vendor/v/bomb.yaml': bomb,
    'vendor/v/proto.yaml': 'name: "# <b>x</b>\\n# y"\nfirmwareVersions: [{ version: "1", profiles: { EU863-870: { id: p, codec: c } } }]\n',
    'vendor/v/c.yaml': `uplinkDecoder:
  fileName: c.js
  examples:
    - description: "=HYPERLINK(1)"
      input: { fPort: 1, bytes: [1], __proto__: { polluted: 1 } }
      output: { data: { __proto__: { polluted: 1 }, constructor: 1, 'a|b\`': 2 } }
`,
    'vendor/v/c.js': 'function decodeUplink() { return { data: { constructor: 1, "a|b`": 3 } } }',
  }
  const { codes, rows, to } = await run(await folderOf(tree))
  expect(codes).toEqual({ 'v/bomb': 'file.malformed', 'v/proto': 'imported' })
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
  const readme = await readFile(join(to, 'v/proto/README.md'), 'utf8')
  expect(readme.split('\n').filter((line) => line.startsWith('#')).length).toBe(3)
  expect(readme).not.toContain('<b>')
  const [csv] = reportCsv([{ ...(rows[1] ?? expect.fail('no row')), path: '=cmd' }], () => '')
    .split('\r\n')
    .slice(1)
  expect(csv?.endsWith(",'=cmd")).toBe(true)
})

test('a folder that is half written is not left behind', async () => {
  const to = join(await emptyFolder(), 'codecs')
  const writer = new ModelWriter({ folder: to, replace: false })
  await mkdir(join(to, 'v'), { recursive: true })
  await writeFile(join(to, 'v/m'), 'a file where the folder should be')
  await expect(writer.permit('v/m')).rejects.toMatchObject({ code: 'import.not-imported' })
  const [files, profile] = [new Map([['no-such-folder/codec.js', good]]), null]
  await expect(writer.write({ slug: 'v/n', files, profile }, '')).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await readdir(join(to, 'v'))).toEqual(['m'])
})

test('a device profile of a model in another folder is not replaced', async () => {
  const project = await folderOf({ 'device-profiles/v/m.yaml': 'of the folder `codecs` beside it' })
  const writer = new ModelWriter({ folder: join(project, 'imported'), replace: true })
  const files = new Map([['model.yaml', 'origin: {}']])
  await expect(writer.write({ slug: 'v/m', files, profile: 'other' }, '')).rejects.toMatchObject({ code: 'import.profile-exists' })
  await writer.write({ slug: 'v/n', files, profile: 'first' }, '')
  await writer.write({ slug: 'v/n', files, profile: 'second' }, '')
  const profiles = await Promise.all(['m', 'n'].map((name) => readFile(join(project, `device-profiles/v/${name}.yaml`), 'utf8')))
  expect(profiles).toEqual(['of the folder `codecs` beside it', 'second'])
  expect(await readdir(join(project, 'imported/v'))).toEqual(['n'])
})

test('no path of any kind leads above the root', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('..', '.', 'a', '', '/', '\\', 'b/..', '\0', '../..'), { maxLength: 8 }), (parts) => {
      try {
        expect(within(...parts).split('/')).not.toContain('..')
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'import.outside' })
      }
    }),
  )
  for (const name of ['..', '.', '', 'a/b', '..\\x', 'a\0'])
    expect(() => beside('codecs', name), name).toThrow(expect.objectContaining({ code: 'import.outside' }))
})

test('any name gives a folder name of the registry, always the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(slugOf(name)).toMatch(/^[a-z0-9][a-z0-9._-]*$/)
      expect(slugOf(name)).toBe(slugOf(name))
    }),
  )
})

test('whatever stands for a vector is one, or is told why not', () => {
  const types = fc.constantFrom('uplink' as const, 'downlink-encode' as const, 'downlink-decode' as const)
  fc.assert(
    fc.property(types, fc.jsonValue(), fc.jsonValue(), (type, input, output) => {
      try {
        expect(readVector({ type, description: null, input, output }).type).toBe(type)
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'OndineError', code: expect.stringMatching(/^import\.vector-/) })
      }
    }),
  )
})

test('bytes are read as they are written: numbers, texts, hexadecimal with spaces, base64', () => {
  expect(toHex([0, 255, '0x1f', '7'])).toBe('00ff1f07')
  expect(toHex('01 Ff:0A-b0')).toBe('01ff0ab0')
  expect(toHex('0x01, 0x02')).toBe('0102')
  expect(toHex('+iQ=')).toBe('fa24')
  for (const bytes of [[256], [-1], [1.5], ['x'], 'xyz', 'abc', null, {}])
    expect(() => toHex(bytes)).toThrow(expect.objectContaining({ code: 'import.vector-bytes' }))
})
