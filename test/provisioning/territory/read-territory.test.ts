import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OndineError } from '../../../src/errors/ondine-error.ts'
import { readTerritory } from '../../../src/provisioning/territory/read-territory.ts'
import { isRowReason, rowReasons } from '../../../src/provisioning/territory/row-reasons.ts'
import { territorySchema } from '../../../src/provisioning/territory/territory.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/territories')
const ugly = join(fixtures, 'ugly')

describe('a folder as people save it', () => {
  test('is read row by row; what is wrong is told with its line and stops no other row', async () => {
    const { territory, findings, server } = await readTerritory(ugly)
    const told = findings.map(({ source, key, reason, facts }) => [`${source?.file}:${source?.line}`, key, reason, facts])
    expect({ server, territory, findings: told }).toEqual(JSON.parse(readFileSync(join(fixtures, 'ugly.expected.json'), 'utf8')))
  })

  test('is what the server takes', async () => {
    const { territory } = await readTerritory(ugly)
    expect(territorySchema.parse(territory)).toEqual(territory)
  })

  test('encrypted keys are read as they are; reports, drafts and deliveries beside are not', async () => {
    const { keyFiles } = await readTerritory(ugly)
    expect(keyFiles).toEqual([{ file: 'tours/water/devices.keys.age', bytes: readFileSync(join(ugly, 'tours/water/devices.keys.age')) }])
  })

  test('no key of it is in anything that is told', async () => {
    const { territory, findings } = await readTerritory(ugly)
    const said = findings.map(({ reason, facts }) => [rowReasons[reason].en(facts), rowReasons[reason].fr(facts)])
    expect(JSON.stringify([territory, findings, said])).not.toMatch(/[0-9a-f]{32}/i)
  })

  test('every reason has been seen but for texts that are too long', async () => {
    const { findings } = await readTerritory(ugly)
    const seen = new Set(findings.map(({ reason }) => reason))
    expect(Object.keys(rowReasons).filter((reason) => isRowReason(reason) && !seen.has(reason))).toEqual(['text-too-long'])
  })

  test('every reason says what it is about in both languages', async () => {
    const { findings } = await readTerritory(ugly)
    for (const { reason, facts } of findings) {
      for (const said of [rowReasons[reason].en(facts), rowReasons[reason].fr(facts)]) expect(said).not.toContain('undefined')
    }
  })
})

describe('what stops a folder as a whole', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ondine-territory-'))
    cpSync(join(ugly, 'territory.yaml'), join(folder, 'territory.yaml'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const put = (file: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const fault = async () => {
    const thrown: unknown = await readTerritory(folder).catch((error: unknown) => error)
    return thrown instanceof OndineError ? { code: thrown.code, message: thrown.message } : thrown
  }
  const key = '2b7e151628aed2a6abf7158809cf4f3c'

  test.for([
    ['a title of the dictionary', 'devEui,Clé OTAA\n0018b20000000001,\n', '"Clé OTAA"'],
    ['a weak title of it', 'devEui,key\n0018b20000000001,1\n', '"key"'],
    ['keys under the title of a remark', `devEui,#AppKey\n0018b20000000001,${key}\n`, '"#AppKey"'],
    ['session keys', 'devEui,NwkSKey\n0018b20000000001,\n', '"NwkSKey"'],
    ['content alone', `devEui,name\n0018b20000000001,${key}\n0018b20000000002,\n`, '"name"'],
    ['content in capitals and pairs', `devEui,name\n0018b20000000001,${key.toUpperCase().replace(/../g, '$& ').trim()}\n`, '"name"'],
    ['no title at all', `devEui,name\n0018b20000000001,x,${key}\n`, 'C'],
    ['a table without titles', `0018b20000000001,${key}\n0018b20000000002,${key.replace('2', '3')}\n`, 'B'],
  ])('a column of keys: %s', async ([, text, column]) => {
    put('tours/water/x.csv', text!)
    expect(await fault()).toMatchObject({ code: 'territory.key-column', message: expect.stringContaining(`column ${column} holds keys`) })
  })

  test('names that are UUIDs are no keys', async () => {
    put('tours/water/x.csv', 'devEui,name\n0018b20000000001,550e8400-e29b-41d4-a716-446655440000\n')
    expect((await readTerritory(folder)).territory.devices).toHaveLength(1)
  })

  test.for([
    ['tours/water/x.csv', 'devEui,modle\n', 'territory.unknown-column', 'no column "modle"; did you mean model?'],
    ['tours/water/x.csv', 'devEui;DevEUI\n', 'territory.column-twice', 'two columns are devEui'],
    ['tours/water/x.csv', 'model,serial\n', 'territory.missing-column', 'has no column devEui'],
    ['tours/water/x.csv', 'asset,date\n', 'territory.missing-column', 'has no column devEui'],
    ['tours/water/x.csv', 'asset,serial\n', 'territory.missing-column', 'has no column date'],
    ['tours/water/x.csv', 'bonjour\n1\n', 'territory.no-columns', 'names no known column'],
    ['tours/water/x.csv', 'devEui,\n0018b20000000001,x\n', 'territory.unknown-column', 'no column B'],
    ['tours/water/x.csv', '', 'territory.no-columns', 'names no known column'],
    [
      'tours/watr/x.csv',
      'devEui\n',
      'territory.unknown-folder',
      'service "watr", which territory.yaml does not declare; did you mean water?',
    ],
    [
      'tour/water/x.csv',
      'devEui\n',
      'territory.unknown-folder',
      'tenant "tour", which territory.yaml does not declare; did you mean tours?',
    ],
    ['tour/water/x.keys.age', '', 'territory.unknown-folder', 'tour/water/x.keys.age'],
    ['tours/x.csv', 'devEui\n', 'territory.misplaced', 'move it to tours/<service>/'],
    ['tours/water/x.csv', 'devEui,name\n"0018b2', 'file.malformed', 'tours/water/x.csv, line 2'],
    ['tours/water/x.csv', 'devEui\0', 'file.not-text', 'tours/water/x.csv'],
  ] as const)('%s: %j', async ([file, text, code, message]) => {
    put(file, text)
    expect(await fault()).toMatchObject({ code, message: expect.stringContaining(message) })
  })

  test('no territory.yaml', async () => {
    rmSync(join(folder, 'territory.yaml'))
    expect(await fault()).toMatchObject({ code: 'territory.none', message: expect.stringContaining('ondine init') })
  })
})
