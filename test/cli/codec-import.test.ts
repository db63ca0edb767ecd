import { existsSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { chirpstackTree } from '../codecs/import/fixtures/chirpstack.ts'
import { emptyFolder, folderOf, removeFolders } from '../codecs/import/tree.ts'
import { cli } from '../support/cli.ts'

afterAll(removeFolders)

const manyUndecoded = Object.fromEntries([
  ['vendors/acme/vendor.yaml', 'name: Acme\n'],
  ['vendors/acme/drivers/d/driver.yaml', 'protocolId: acme:d:1\n'],
  ['vendors/acme/drivers/d/index.js', 'function decodeUplink() { return { data: {} } }'],
  ...['a', 'b', 'c'].map((name) => [`vendors/acme/models/${name}/model.yaml`, `name: ${name}\nprotocolId: acme:nowhere:1\n`]),
])

test('a catalogue becomes models, a table and a report; a second time nothing is overwritten', async () => {
  const catalogue = await folderOf(chirpstackTree)
  const to = join(await emptyFolder(), 'codecs')
  const first = await cli(['codec', 'import', catalogue, '--to', to])
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toContain('acme/thermo-1\t4 / 5\t1\t2\t"wrong": temperature_Cel: expected 26, got 25')
  expect(first.out).toContain('1 imported, 3 refused; of 5 vectors 4 pass and 1 do not, 2 more were not taken over.')
  const csv = await readFile(join(to, 'import-report.csv'), 'utf8')
  expect(csv.split('\r\n')[0]).toBe('model,state,reason,vectors,passed,failed,not_taken,measures,not_mapped,device_profile,licence,path')
  const again = await cli(['codec', 'import', catalogue, '--to', to, '--only', 'acme/thermo-1', '--lang', 'fr'])
  expect(again).toMatchObject({ code: 4 })
  expect(again.err).toContain('acme/thermo-1 existe déjà')
})

test('a dry run writes nothing, and says as JSON what would become of each device', async () => {
  const catalogue = await folderOf(chirpstackTree)
  const to = join(await emptyFolder(), 'codecs')
  const { out, code } = await cli(['codec', 'import', catalogue, '--to', to, '--dry-run', '--json', '--source', 'https://example.org'])
  expect(code).toBe(0)
  expect(existsSync(to)).toBe(false)
  const report = JSON.parse(out)
  expect(report).toMatchObject({
    layout: 'chirpstack',
    folder: null,
    imported: 1,
    refused: 3,
    vectors: 5,
    passed: 4,
    failed: 1,
    notTaken: 2,
  })
  expect(report.devices).toContainEqual(
    expect.objectContaining({ model: 'acme/escape', refused: expect.objectContaining({ code: 'import.outside' }) }),
  )
})

test('what is no catalogue is told in one sentence, also where its layout is given', async () => {
  const folder = await folderOf({ 'a.txt': '' })
  for (const layout of [[], ['--layout', 'ttn']]) {
    const { err, code } = await cli(['codec', 'import', folder, ...layout])
    expect(code).toBe(2)
    expect(err).toContain('is no catalogue of codecs that is known')
  }
  const { err } = await cli(['codec', 'import', join(folder, 'nowhere')])
  expect(err).toMatch(/nowhere cannot be read: ENOENT/)
})

test('many refusals of one cause are one line at the end', async () => {
  const { out } = await cli(['codec', 'import', await folderOf(manyUndecoded), '--dry-run'])
  expect(out).toContain('3 refused like acme/a: Its codec acme:nowhere:1 is not in this catalogue')
})

test('a model that comes with the program is not replaced unless it is asked for by its name', async () => {
  const catalogue = await folderOf({
    'EM-series/em300-th/em300-th-decoder.js': 'function decodeUplink() { return { data: {} } }',
    'EM-series/em1/em1-decoder.js': 'function decodeUplink() { return { data: {} } }',
  })
  const all = await cli(['codec', 'import', catalogue, '--dry-run'])
  expect(all.out).toMatch(/milesight\/em300-th\t-\t-\t-\tmilesight\/em300-th comes with the program/)
  expect(all.out).toContain('1 imported, 1 refused')
  const only = await cli(['codec', 'import', catalogue, '--dry-run', '--only', 'milesight/em300-th'])
  expect(only.out).toContain('1 imported, 0 refused')
})

test('Ctrl-C ends after the device that is begun; what is there is reported', async () => {
  const to = join(await emptyFolder(), 'codecs')
  const interrupted = AbortSignal.abort()
  const { out, code } = await cli(['codec', 'import', await folderOf(chirpstackTree), '--to', to], { interrupted })
  expect(code).toBe(0)
  expect(out).toContain('Interrupted: 0 of 4 devices were looked at.')
})

test('an export leaves out a model without its device profile, and says so', async () => {
  const to = await emptyFolder()
  const codecs = join(to, 'codecs')
  await cli(['codec', 'import', await folderOf(chirpstackTree), '--to', codecs])
  await cp(join(codecs, 'acme/thermo-1'), join(codecs, 'acme/thermo-2'), { recursive: true })
  const model = join(codecs, 'acme/thermo-2/model.yaml')
  await writeFile(model, (await readFile(model, 'utf8')).replace('deviceProfile: acme/thermo-1', 'deviceProfile: acme/none'))
  const { out, code } = await cli(['codec', 'export', 'chirpstack', '--codecs', codecs, '--out', join(to, 'out')])
  expect(code).toBe(0)
  expect(out).toMatch(/acme\/thermo-2 is left out: .*acme\/none\.yaml cannot be read: ENOENT/)
  expect(out).toContain('1 model in')
})
