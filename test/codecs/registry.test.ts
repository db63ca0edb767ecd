import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tryExamples } from '../../src/codecs/kit/try-examples.ts'
import { Registry, type Trial } from '../../src/codecs/registry.ts'

const logger = pino({ level: 'silent' })
const shipped = new URL('../../codecs', import.meta.url).pathname

const model = `
title: Flow meter
vendor: Acme
family: water-meter
version: 1.0.0
service: water
deviceProfile: acme/flow
expectedInterval: 3600
measures:
  - { field: volume_m3, name: volume }
`
const codec = 'function decodeUplink(input) { return { data: {} } }'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-registry-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

async function started(...folders: string[]): Promise<{ registry: Registry; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = []
  const listening = pino({ level: 'error' }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const registry = new Registry({ folders: folders.length > 0 ? folders : [folder], logger: listening, parsed: true })
  await registry.start()
  return { registry, lines }
}

test('the shipped models are all usable, with their examples', async () => {
  const registry = new Registry({ folders: [shipped], logger })
  await registry.start()
  expect(await registry.check()).toEqual([])
  expect(registry.list().map(({ slug }) => slug)).toEqual(expect.arrayContaining(['axioma/qalcosonic-w1', 'nasys/ul20xx']))
  for (const slug of registry.slugs()) expect(registry.examples(slug).length).toBeGreaterThan(0)
})

test('a folder is a model: definition, codec and simulator', async () => {
  await put({ 'acme/flow/model.yaml': model, 'acme/flow/codec.js': codec, 'acme/flow/simulate.js': 'var x', 'acme/README.md': 'no model' })
  const { registry } = await started()
  expect(registry.slugs()).toEqual(['acme/flow'])
  expect(registry.get('acme/flow')).toMatchObject({
    slug: 'acme/flow',
    title: 'Flow meter',
    codec: { source: codec },
    simulate: { source: 'var x' },
  })
  expect(registry.get('acme/flow')).toBe(registry.get('acme/flow'))
  expect(registry.get('acme/other')).toBeUndefined()
  expect(registry.get('../acme/flow')).toBeUndefined()
})

describe('a broken folder is one line that names file and key, and the others work:', () => {
  test.for([
    [
      'an unknown key',
      { 'model.yaml': `${model}colour: blue\n` },
      'codec.model-invalid',
      /acme\/broken\/model\.yaml: colour: there is no such key/,
    ],
    [
      'a wrong type',
      { 'model.yaml': model.replace('3600', 'hourly') },
      'codec.model-invalid',
      /model\.yaml: expectedInterval: expected number/,
    ],
    [
      'a number out of its range',
      { 'model.yaml': model.replace('3600', '0') },
      'codec.model-invalid',
      /model\.yaml: expectedInterval: must be more than 0/,
    ],
    ['a missing key', { 'model.yaml': model.replace(/family.*\n/, '') }, 'codec.model-invalid', /model\.yaml: family: /],
    [
      'a fault in a list',
      { 'model.yaml': model.replace('field: volume_m3', 'field: "volume m3"') },
      'codec.model-invalid',
      /measures\[0\]\.field/,
    ],
    [
      'a command that is none',
      { 'model.yaml': `${model}commands: { dance: { input: 1 } }\n` },
      'codec.model-invalid',
      /commands\.dance: is not a standard command/,
    ],
    [
      'a limit of no field',
      { 'model.yaml': `${model}commands: { dim: { input: $level, limits: { levle: [0, 100] } } }\n` },
      'codec.model-invalid',
      /commands\.dim\.limits: dim has no field levle/,
    ],
    [
      'an input of no field',
      { 'model.yaml': `${model}commands: { dim: { input: { a: [$levle] } } }\n` },
      'codec.model-invalid',
      /commands\.dim\.input: dim has no field levle/,
    ],
    [
      'a proof of no field',
      { 'model.yaml': `${model}commands: { dim: { input: $level, proof: { name: level, equals: $levle } } }\n` },
      'codec.model-invalid',
      /commands\.dim\.proof\.equals: dim has no field levle/,
    ],
    [
      'a proof on no channel',
      { 'model.yaml': `${model}commands: { dim: { input: $level, proof: { name: level, channel: second, equals: $level } } }\n` },
      'codec.model-invalid',
      /commands\.dim\.proof\.channel: channel second is not declared/,
    ],
    [
      'a timed command without its time',
      { 'model.yaml': `${model}commands: { dim: { input: $level, timed: { input: $level, maxMinutes: 255 } } }\n` },
      'codec.model-invalid',
      /commands\.dim\.timed\.input: must take \$minutes/,
    ],
    ['bad YAML', { 'model.yaml': 'title: [\n' }, 'file.malformed', /model\.yaml, line \d/],
    ['many aliases', { 'model.yaml': `a: &a [x]\nb: [${'*a,'.repeat(200)}]\n` }, 'codec.model-invalid|file.malformed', /model\.yaml/],
    ['a codec that is no JavaScript', { 'codec.js': `${codec}\n}` }, 'codec.model-invalid', /codec\.js: line 2: Unexpected token/],
    ['no codec', { 'codec.js': null }, 'codec.file-unreadable', /codec\.js cannot be read: it is not there/],
    ['no definition', { 'model.yaml': null }, 'codec.file-unreadable', /model\.yaml cannot be read: it is not there/],
  ] as [string, Record<string, string | null>, string, RegExp][])('%s', async ([, change, code, message]) => {
    await put({ 'acme/flow/model.yaml': model, 'acme/flow/codec.js': codec })
    const files: Record<string, string | null> = { 'model.yaml': model, 'codec.js': codec, 'README.md': '', ...change }
    for (const [name, text] of Object.entries(files)) if (text !== null) await put({ [`acme/broken/${name}`]: text })
    const { registry, lines } = await started()
    const problems = await registry.check()
    expect(problems).toMatchObject([
      { model: 'acme/broken', error: { code: expect.stringMatching(code), message: expect.stringMatching(message) } },
    ])
    expect(registry.get('acme/broken')).toBeUndefined()
    expect(registry.list().map(({ slug }) => slug)).toEqual(['acme/flow'])
    expect(lines).toHaveLength(1)
  })
})

test('examples are validated, and say where they are wrong', async () => {
  await put({ 'acme/flow/model.yaml': model, 'acme/flow/codec.js': codec })
  const { registry } = await started()
  expect(() => registry.examples('acme/none')).toThrow(expect.objectContaining({ code: 'codec.unknown-model' }))
  expect(() => registry.examples('acme/flow')).toThrow(expect.objectContaining({ code: 'codec.file-unreadable' }))
  await put({ 'acme/flow/examples.json': '[{]' })
  expect(() => registry.examples('acme/flow')).toThrow(expect.objectContaining({ code: 'codec.model-invalid' }))
  await put({ 'acme/flow/examples.json': '[{"type":"uplink","description":"d","input":{"fPort":"1","hex":"00"},"output":{}}]' })
  expect(() => registry.examples('acme/flow')).toThrow(/examples\.json: \[0\]\.input\.fPort/)
  await put({ 'acme/flow/examples.json': '[{"type":"uplink","description":"d","input":{"fPort":1,"hex":"00"},"output":{"a":1}}]' })
  expect(registry.examples('acme/flow')).toMatchObject([{ description: 'd' }])
})

test('a later folder wins, and what changes is not taken up before a reload', async () => {
  await put({
    'a/acme/flow/model.yaml': model,
    'a/acme/flow/codec.js': codec,
    'b/acme/flow/model.yaml': model.replace('Flow', 'Own flow'),
    'b/acme/flow/codec.js': codec,
  })
  const { registry } = await started(join(folder, 'a'), join(folder, 'b'))
  expect(registry.get('acme/flow')?.title).toBe('Own flow meter')
  await put({ 'b/acme/flow/codec.js': `${codec} // second` })
  expect(registry.get('acme/flow')?.codec.source).toBe(codec)
  expect(await registry.reload()).toEqual({ added: [], changed: ['acme/flow'], removed: [], broken: [] })
  expect(registry.get('acme/flow')?.codec.source).toContain('second')
})

test('what takes the place of a model of the same name is told once, and known', async () => {
  await put({ 'a/acme/flow/model.yaml': model, 'a/acme/flow/codec.js': codec, 'a/acme/other/model.yaml': model })
  await put({ 'b/acme/flow/model.yaml': model, 'b/acme/flow/codec.js': codec })
  const lines: Record<string, unknown>[] = []
  const listening = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const registry = new Registry({ folders: [join(folder, 'a'), join(folder, 'b')], logger: listening })
  await registry.start()
  expect(lines).toMatchObject([{ model: 'acme/flow', folder: join(folder, 'b/acme/flow'), replaces: [join(folder, 'a/acme/flow')] }])
  expect(registry.replacedFolders('acme/flow')).toEqual([join(folder, 'a/acme/flow')])
  expect(registry.replacedFolders('acme/other')).toEqual([])
  await rm(join(folder, 'a/acme/other'), { recursive: true })
  await registry.reload()
  expect(lines).toHaveLength(1)
  await rm(join(folder, 'b/acme'), { recursive: true })
  await registry.reload()
  expect(registry.replacedFolders('acme/flow')).toEqual([])
})

describe('a model that changed is tried before it takes the place of the old one', () => {
  const decoding = (value: string) => `function decodeUplink(input) { ${value} }`
  const right = decoding('return { data: { volume_m3: input.bytes[0] / 10 } }')
  const examples = JSON.stringify([
    { type: 'uplink', description: 'index', input: { fPort: 1, hex: '0a' }, output: { volume_m3: 1 }, normalized: { main: { volume: 1 } } },
    { type: 'uplink', description: 'none', input: { fPort: 1, hex: '00' }, normalized: { main: { volume: 0 } } },
  ])
  beforeEach(() => put({ 'acme/flow/model.yaml': model, 'acme/flow/codec.js': right, 'acme/flow/examples.json': examples }))

  test.for([
    [
      'a wrong value',
      decoding('return { data: { volume_m3: input.bytes[0] } }'),
      /^example 1 "index" does not pass \(volume_m3: expected 1, got 10\)\. What was there before goes on/,
    ],
    ['what throws', decoding('nothing.there()'), /^example 1 "index" does not pass \(.*nothing is not defined.*, nor do 1 more\./],
    ['an endless loop', decoding('for (;;) {}'), /did not come to its end.*nor do 1 more/],
  ] as const)('%s: the old one goes on, with the reason', async ([, wrong, reason]) => {
    const { registry } = await started()
    const old = registry.get('acme/flow')
    await put({ 'acme/flow/codec.js': wrong, 'acme/new/model.yaml': model, 'acme/new/codec.js': right })
    const report = await registry.reload(tryExamples)
    expect(report).toMatchObject({ added: ['acme/new'], changed: [], broken: [{ model: 'acme/flow' }] })
    expect(report.broken[0]?.error.message).toMatch(reason)
    expect(registry.get('acme/flow')).toBe(old)
    await put({ 'acme/flow/codec.js': `${right} // second` })
    expect(await registry.reload(tryExamples)).toMatchObject({ changed: ['acme/flow'], broken: [] })
    expect(registry.get('acme/flow')?.codec.source).toContain('second')
  })

  test('examples that cannot be read try nothing; without the file there is nothing to try', async () => {
    const { registry } = await started()
    registry.get('acme/flow')
    await put({ 'acme/flow/codec.js': `${right} // second`, 'acme/flow/examples.json': '[{' })
    expect((await registry.reload(tryExamples)).broken).toMatchObject([{ model: 'acme/flow', error: { code: 'codec.model-invalid' } }])
    await rm(join(folder, 'acme/flow/examples.json'))
    expect(await registry.reload(tryExamples)).toMatchObject({ changed: ['acme/flow'], broken: [] })
  })

  test('nothing is tried at the start, nor what did not change', async () => {
    const { registry } = await started()
    registry.get('acme/flow')
    const asked: string[] = []
    const trial: Trial = async (changed) => {
      asked.push(...changed.map(({ model }) => model.slug))
      return new Map()
    }
    await put({ 'acme/new/model.yaml': model, 'acme/new/codec.js': right })
    await registry.reload(trial)
    expect(asked).toEqual([])
    await put({ 'acme/flow/model.yaml': model.replace('1.0.0', '1.0.1') })
    await registry.reload(trial)
    expect(asked).toEqual(['acme/flow'])
  })
})

test('a reload takes up what changed, keeps what did not, and goes on with a model whose new files are broken', async () => {
  await put({ 'acme/flow/model.yaml': model, 'acme/flow/codec.js': codec })
  await put({ 'acme/old/model.yaml': model, 'acme/old/codec.js': codec, 'acme/hurt/model.yaml': model, 'acme/hurt/codec.js': codec })
  const { registry } = await started()
  const before = { flow: registry.get('acme/flow'), hurt: registry.get('acme/hurt') }
  registry.get('acme/old')
  await put({
    'acme/new/model.yaml': model,
    'acme/new/codec.js': codec,
    'acme/bad/model.yaml': 'title: [',
    'acme/hurt/model.yaml': 'title: [',
  })
  await rm(join(folder, 'acme/old'), { recursive: true })
  const report = await registry.reload()
  expect(report).toMatchObject({ added: ['acme/new'], changed: [], removed: ['acme/old'] })
  expect(report.broken.map((problem) => problem.model)).toEqual(['acme/bad', 'acme/hurt'])
  expect(registry.problems()).toEqual(report.broken)
  expect(registry.get('acme/flow')).toBe(before.flow)
  expect(registry.get('acme/hurt')).toBe(before.hurt)
  expect(registry.get('acme/old')).toBeUndefined()
  expect(registry.get('acme/bad')).toBeUndefined()
  await put({ 'acme/hurt/model.yaml': model.replace('Flow', 'Mended'), 'acme/bad/model.yaml': model, 'acme/bad/codec.js': codec })
  expect(await registry.reload()).toEqual({ added: ['acme/bad'], changed: ['acme/hurt'], removed: [], broken: [] })
  expect(registry.get('acme/hurt')?.title).toBe('Mended meter')
})

test('each firmware variant has its own codec, and the default one stands for the model', async () => {
  const variants = "variants: { v1: { codec: codec-v1.js, firmware: ['1.*'] }, v2: { codec: codec-v2.js } }\ndefaultVariant: v2\n"
  await put({ 'acme/flow/model.yaml': model + variants, 'acme/flow/codec-v1.js': codec, 'acme/flow/codec-v2.js': `${codec} // second` })
  const { registry } = await started()
  const flow = registry.get('acme/flow')
  expect([...(flow?.variantCodecs.keys() ?? [])]).toEqual(['v1', 'v2'])
  expect(flow?.variantCodecs.get('v1')).toEqual({ model: 'acme/flow', file: 'codec-v1.js', source: codec })
  expect(flow?.codec).toBe(flow?.variantCodecs.get('v2'))
})

test('links are followed to folders; those that lead nowhere or to files stop nothing', async () => {
  await put({ 'real/flow/model.yaml': model, 'real/flow/codec.js': codec, 'file.txt': '' })
  await symlink(join(folder, 'real'), join(folder, 'linked'))
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling'))
  await symlink(join(folder, 'file.txt'), join(folder, 'text'))
  const { registry } = await started()
  expect(registry.slugs()).toEqual(['linked/flow', 'real/flow'])
})

test('a folder that is not there is told', async () => {
  await expect(started(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'codec.file-unreadable' })
})
