import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { chirpstackTree } from '../codecs/import/fixtures/chirpstack.ts'
import { emptyFolder, folderOf, removeFolders } from '../codecs/import/tree.ts'
import { cli } from '../support/cli.ts'

afterAll(removeFolders)

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

test('what is no catalogue is told in one sentence', async () => {
  const { err, code } = await cli(['codec', 'import', await folderOf({ 'a.txt': '' })])
  expect(code).toBe(2)
  expect(err).toContain('is no catalogue of codecs that is known')
})
