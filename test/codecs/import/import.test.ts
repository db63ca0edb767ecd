import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CodecEngine } from '../../../src/codecs/engine/codec-engine.ts'
import { entriesOf, type ImportRow, importEntries, layoutOf } from '../../../src/codecs/kit/import/import-folder.ts'
import type { LayoutName } from '../../../src/codecs/kit/import/layout.ts'
import { ModelWriter } from '../../../src/codecs/kit/import/model-writer.ts'
import { FolderFiles } from '../../../src/codecs/kit/import/source-files.ts'
import { readDeviceProfile } from '../../../src/codecs/read-device-profile.ts'
import { Registry } from '../../../src/codecs/registry.ts'
import { actilityTree } from './fixtures/actility.ts'
import { chirpstackTree } from './fixtures/chirpstack.ts'
import { milesightTree } from './fixtures/milesight.ts'
import { ttnTree } from './fixtures/ttn.ts'
import { wattecoTree } from './fixtures/watteco.ts'
import { emptyFolder, folderOf, removeFolders, type Tree } from './tree.ts'

const logger = pino({ level: 'silent' })
const engine = new CodecEngine({ logger, processes: 1 })
beforeAll(() => engine.start())
afterAll(async () => {
  await engine.stop()
  await removeFolders()
})

interface Imported {
  layout: LayoutName
  rows: readonly ImportRow[]
  registry: Registry
  codecs: string
  profiles: string
  row(model: string): ImportRow
}

async function importTree(tree: Tree, options: { only?: string; to?: string; replace?: boolean } = {}): Promise<Imported> {
  const to = options.to ?? (await emptyFolder())
  const files = new FolderFiles(await folderOf(tree))
  const layout = layoutOf(files, undefined)
  const writer = new ModelWriter({ folder: join(to, 'codecs'), replace: options.replace === true })
  const entries = entriesOf(files, layout, options.only)
  const rows = await importEntries({ files, entries, runner: engine, writer, onRow: () => {}, signal: new AbortController().signal })
  const registry = new Registry({ folders: [writer.folder], logger })
  await registry.start()
  expect(await registry.check()).toEqual([])
  return {
    ...{ layout: layout.name, rows, registry, codecs: writer.folder, profiles: join(to, 'device-profiles') },
    row: (model) => rows.find((one) => one.model === model) ?? expect.fail(`${model} is not among ${rows.map((one) => one.model)}`),
  }
}

const refusals = (rows: readonly ImportRow[]) =>
  Object.fromEntries(rows.flatMap(({ model, refused }) => (refused === null ? [] : [[model, refused.code]])))

describe('ChirpStack device-profiles', () => {
  let found: Imported
  beforeAll(async () => {
    found = await importTree(chirpstackTree)
  })

  test('a device becomes a model with its origin, and its older firmware a variant', async () => {
    expect(found.layout).toBe('chirpstack')
    const model = found.registry.get('acme/thermo-1')
    expect(model).toMatchObject({
      title: 'Acme & Söhne Thermo 1',
      vendor: 'Acme & Söhne',
      family: 'other',
      euiPrefixes: ['70b3d5'],
      sources: ['https://acme.example.org/thermo'],
      origin: { source: 'codecs.example.org/acme/profiles', licence: 'MIT', path: 'vendors/acme/devices/Thermo Ω 1.toml' },
      variants: { newest: { firmware: ['2.0'] }, 'older-1': { firmware: ['1.0'], codec: 'codec-2.js' } },
      defaultVariant: 'newest',
    })
    expect(model?.codec.source).toBe(chirpstackTree['vendors/acme/codecs/new.js'])
    expect(await readDeviceProfile(found.profiles, 'acme/thermo-1')).toEqual({
      ...{ title: 'Acme & Söhne Thermo 1', region: 'EU868', macVersion: '1.0.4', regionalParameters: 'RP002-1.0.3' },
      ...{ class: 'C', supportsOtaa: true, expectedInterval: 3600 },
    })
  })

  test('only what is certain is mapped; the rest is listed', async () => {
    expect(found.registry.get('acme/thermo-1')?.measures.map(({ field, name }) => [field, name])).toEqual([
      ['temperature_Cel', 'temperature'],
    ])
    expect(found.row('acme/thermo-1').notMapped).toEqual(['battery_mV', 'mode'])
    expect(await readFile(join(found.codecs, 'acme/thermo-1/README.md'), 'utf8')).toContain('`battery_mV`')
  })

  test('vectors are examples: those of JSON5, of base64, of errors; each with its firmware', () => {
    const examples = found.registry.examples('acme/thermo-1')
    expect(examples.map(({ description }) => description)).toEqual(['warm', 'other port', 'wrong', 'ten minutes', 'old'])
    expect(examples[0]).toMatchObject({
      input: { fPort: 2, hex: 'fa24', recvTime: '2026-01-01T00:00:00.000Z', firmware: '2.0' },
      normalized: { main: { temperature: 25 } },
    })
    expect(examples[2]).toMatchObject({ input: { hex: 'fa24' } })
    expect(examples[4]).toMatchObject({ input: { firmware: '1.0' }, output: { temperature_Cel: 25 } })
  })

  test('they are run, and what does not pass is told with its reason', () => {
    const row = found.row('acme/thermo-1')
    expect([row.vectors, row.passed]).toEqual([5, 4])
    expect(row.failed).toEqual([{ description: 'wrong', reason: 'temperature_Cel: expected 26, got 25' }])
    expect(row.notTaken.map(({ description, error }) => [description, error.code])).toEqual([
      ['nothing', 'import.vector-expects-nothing'],
      ['no bytes', 'import.vector-bytes'],
    ])
  })

  test('a device that cannot be had stops no other', () => {
    expect(refusals(found.rows)).toEqual({
      'acme/broken': 'file.malformed',
      'acme/escape': 'import.outside',
      'acme/silent': 'import.no-codec',
    })
  })

  test('--only takes one, by the names of the catalogue or by ours', async () => {
    const only = await importTree(chirpstackTree, { only: 'acme/thermo-1' })
    expect(only.rows.map(({ model }) => model)).toEqual(['acme/thermo-1'])
    const files = new FolderFiles(await folderOf(chirpstackTree))
    expect(entriesOf(files, layoutOf(files, undefined), 'acme')).toHaveLength(4)
    expect(() => entriesOf(files, layoutOf(files, undefined), 'nobody')).toThrow(expect.objectContaining({ code: 'import.no-device' }))
  })

  test('what is there stays, unless it was imported and is to be replaced', async () => {
    const to = await emptyFolder()
    await importTree(chirpstackTree, { to })
    const again = await importTree(chirpstackTree, { to })
    expect(again.row('acme/thermo-1').refused?.code).toBe('import.exists')
    const replaced = await importTree(chirpstackTree, { to, replace: true })
    expect(replaced.row('acme/thermo-1').refused).toBeNull()
    const own = await folderOf({ 'codecs/acme/thermo-1/model.yaml': 'title: mine\n', 'codecs/acme/thermo-1/codec.js': '' })
    const files = new FolderFiles(await folderOf(chirpstackTree))
    const writer = new ModelWriter({ folder: join(own, 'codecs'), replace: true })
    await expect(writer.permit('acme/thermo-1')).rejects.toMatchObject({ code: 'import.not-imported' })
    expect(files.name).not.toBe('')
  })
})

describe('The Things Network', () => {
  test('scripts in files of their own do not meet, and each answers for what it is named for', async () => {
    const found = await importTree(ttnTree)
    expect(found.layout).toBe('ttn')
    expect(refusals(found.rows)).toEqual({ 'acme/absent': 'import.file-missing' })
    const row = found.row('acme/level')
    expect([row.vectors, row.passed, row.failed]).toEqual([4, 4, []])
    expect(found.registry.get('acme/level')).toMatchObject({
      title: 'Acme Level',
      origin: { licence: 'Apache-2.0' },
      euiPrefixes: ['70b3d5123'],
    })
    expect(found.registry.get('acme/level')?.measures).toMatchObject([{ field: 'distance_mm', name: 'distance', scale: 0.001 }])
    expect(await readDeviceProfile(found.profiles, 'acme/level')).toMatchObject({
      macVersion: '1.0.2',
      regionalParameters: 'B',
      class: 'A',
    })
  })
})

test('The Things Network: a codec that normalises by itself is mapped by its documented names, and proven by its vectors', async () => {
  const found = await importTree(ttnTree, { only: 'acme/normal' })
  expect(found.row('acme/normal')).toMatchObject({ vectors: 1, passed: 1, notMapped: ['bat', 'ec', 'normalized[*].soil.pH', 't'] })
  expect(found.registry.examples('acme/normal')[0]).toMatchObject({
    output: { t: 20, normalized: [{ soil: { temperature: 20, ec: 1.5, pH: 7 }, battery: 3.6 }] },
    normalized: { main: { soilTemperature: 20, soilConductivity: 0.15, batteryVoltage: 3.6 } },
  })
})

describe('Actility', () => {
  let found: Imported
  beforeAll(async () => {
    found = await importTree(actilityTree)
  })

  test('each signature is called as its platform calls it', () => {
    expect(found.layout).toBe('actility')
    const passed = found.rows.map(({ model, vectors, passed }) => [model, passed, vectors])
    expect(passed).toEqual([
      ['acme/alone', 1, 1],
      ['acme/secret', 1, 2],
      ['acme/alliance', 3, 3],
      ['acme/bodiless', 0, 0],
      ['acme/listing', 2, 2],
      ['acme/two', 0, 0],
      ['acme/undecoded', 0, 0],
      ['acme/undriven', 0, 0],
      ['other/ttn', 2, 2],
    ])
    expect(refusals(found.rows)).toEqual({
      'acme/bodiless': 'import.file-missing',
      'acme/undecoded': 'import.no-codec',
      'acme/undriven': 'import.codec-elsewhere',
    })
  })

  test('of several formats the one it names first counts, under its own licence; the others are told', async () => {
    const model = found.registry.get('acme/two')
    expect(model?.codec.source).toContain('format: 2')
    expect(model?.origin?.licence).toBe('MIT')
    expect(await readFile(join(found.codecs, 'acme/two/README.md'), 'utf8')).toContain('- `vendors/acme/drivers/b-old`')
  })

  test('what depends on another port or on a state is not taken, and a list becomes an object', () => {
    expect(found.row('acme/alliance').notTaken.map(({ description, error }) => [description, error.code])).toEqual([
      ['a state', 'import.vector-context'],
      ['another port', 'import.vector-other-port'],
    ])
    expect(found.registry.examples('acme/listing')[0]).toMatchObject({ output: { list: [{ variable: 'x', value: 5 }] } })
    expect(found.registry.examples('acme/alliance')[0]).toMatchObject({ output: { flow: 42, at: '2020-08-02T15:00:00.000Z' } })
  })

  test('a module of Node that is asked for fails where it is used, and not before', () => {
    expect(found.row('acme/secret').failed).toEqual([
      { description: 'hashed', reason: expect.stringContaining('crypto.createHash is not there') },
    ])
  })

  test('its profile is the one for EU868, and there is no licence', async () => {
    expect(await readDeviceProfile(found.profiles, 'acme/alliance')).toMatchObject({
      macVersion: '1.0.2',
      regionalParameters: 'B',
      class: 'C',
    })
    expect(found.registry.get('acme/alliance')?.origin?.licence).toBe('none found')
  })
})

test('Watteco: the released build counts; the licence is that of its package', async () => {
  const found = await importTree(wattecoTree)
  expect(found.layout).toBe('watteco')
  expect(found.rows.map(({ model, passed, vectors, licence }) => [model, passed, vectors, licence])).toEqual([
    ['watteco/new', 2, 2, 'ISC'],
    ['watteco/pulseo', 2, 2, 'none found'],
  ])
  expect(found.registry.get('watteco/pulseo')?.origin?.path).toBe("distrib/pulse'o")
  expect(existsSync(join(found.profiles, 'watteco/pulseo.yaml'))).toBe(false)
})

test('Milesight: decoder and encoder together, the frames of the README as vectors, downlinks on port 85', async () => {
  const found = await importTree(milesightTree)
  expect(found.layout).toBe('milesight')
  expect(found.row('milesight/em1')).toMatchObject({ vectors: 2, passed: 2, licence: 'GPL-3.0-only' })
  const model = found.registry.get('milesight/em1')
  if (model === undefined) return expect.fail('no model')
  await expect(engine.encode(model.codec, { minutes: 5 })).resolves.toMatchObject({ ok: true, fPort: 85, bytes: Uint8Array.of(255, 7, 5) })
})

test('a folder that is no catalogue is told so', async () => {
  const files = new FolderFiles(await folderOf({ 'README.md': '' }))
  expect(() => layoutOf(files, undefined)).toThrow(expect.objectContaining({ code: 'import.unknown-layout' }))
  expect(() => new FolderFiles('/nowhere/at/all')).toThrow(expect.objectContaining({ code: 'codec.file-unreadable' }))
})
