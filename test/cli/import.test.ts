import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AgeIdentity, decryptWith, encryptTo, newIdentity } from '../../src/formats/age.ts'
import { cli, type Said } from '../support/cli.ts'
import { fixtureBytes } from '../support/deliveries.ts'
import { SqlApiFixture } from '../support/sql-api-fixture.ts'

const fixtures = join(import.meta.dirname, '../fixtures/deliveries')
let folder: string
let server: AgeIdentity

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ondine-import-'))
  server = await newIdentity()
  writeFileSync(
    join(folder, 'territory.yaml'),
    `id: 6f1c8f0e-6b7a-4c1e-9a52-3f6d0c1b7e21\nrecipient: ${server.recipient}\ntenants: [{ slug: tours, services: [{ slug: water }] }]\n`,
  )
  cpSync(join(fixtures, 'windows-1252-french.csv'), join(folder, 'livraison.csv'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (...parts: string[]) => join(folder, ...parts)
const read = (...parts: string[]) => readFileSync(at(...parts), 'utf8')
const put = (name: string, lines: readonly string[]) => writeFileSync(at(name), lines.join('\n'))
const run = (file: string, ...options: string[]): Promise<Said> => cli(['import', at(file), '--territory', folder, ...options])
const written = ['--tenant', 'tours', '--service', 'water', '--model', 'adeunis/pulse']
const keysIn = (text: string) => [...text.matchAll(/[0-9a-f]{32}/gi)].map(([key]) => key.toLowerCase())

describe('ondine import --check', () => {
  test('says what was read, what its columns are, and writes nothing', async () => {
    const { code, out, err } = await run('livraison.csv', '--check')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^read +livraison\.csv {3}3 rows, Windows-1252, ";", titles on line 4$/m)
    expect(out).toMatch(/^columns +"Identifiant radio" → devEui {3}"Clé OTAA" → appKey {3}"N° de série" → serial {3}left out: "Adresse"$/m)
    expect(out).toMatch(/^good +3 devices can be taken$/m)
    expect(readdirSync(folder).sort()).toEqual(['livraison.csv', 'territory.yaml'])
  })

  test('--json: one object a row, and nothing else on standard output', async () => {
    cpSync(join(fixtures, 'excel-scientific.csv'), at('damaged.csv'))
    const { code, out, err } = await run('damaged.csv', '--check', '--json')
    expect(code).toBe(1)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(9)
    for (const line of lines) expect(Object.keys(line)).toEqual(['file', 'line', 'outcome', 'devEui', 'joinEui', 'reason', 'advice'])
    expect(lines[3]).toEqual({
      ...{ file: 'damaged.csv', line: 5, outcome: 'refuse', devEui: null, joinEui: null, reason: 'eui-damaged-by-excel' },
      advice: '"DevEUI": the spreadsheet took the EUI for a number (1,84E+15); it cannot be restored. Ask for the column as text.',
    })
    expect(JSON.parse(err).error).toMatchObject({ code: 'delivery.rows-refused', context: { refused: 4, rows: 9 } })
  })

  test('in French', async () => {
    cpSync(join(fixtures, 'weak-keys.csv'), at('faibles.csv'))
    const { code, out } = await run('faibles.csv', '--check', '--lang', 'fr')
    expect(code).toBe(1)
    expect(out).toMatch(/^refusé +4 lignes {3}clé publique$/m)
    expect(out).toContain('ligne 8 : "AppKey" : cette clé est un défaut publié ou un motif.')
  })

  test('needs neither a territory nor a server', async () => {
    rmSync(at('territory.yaml'))
    expect(await run('livraison.csv', '--check')).toMatchObject({ code: 0, err: '' })
  })

  test('knows the models of configured folders, as the server does', async () => {
    cpSync(join(import.meta.dirname, '../../codecs/adeunis/pulse'), at('models', 'acme', 'own'), { recursive: true })
    put('ondine.yaml', [`codecs: { folders: [${JSON.stringify(at('models'))}] }`])
    const line = ['import', at('livraison.csv'), '--territory', folder, '--check', '--model', 'acme/own']
    expect(await cli(line, { environment: { ONDINE_CONFIG: at('ondine.yaml') } })).toMatchObject({ code: 0, err: '' })
    expect((await cli(line)).err).toContain('acme/own')
  })

  test('a server that is named must answer', async () => {
    const { code, err } = await run('livraison.csv', '--check', '--url', 'http://127.0.0.1:9', '--token', 'x')
    expect(code).toBe(5)
    expect(err).toMatch(/^No answer from http:\/\/127\.0\.0\.1:9/)
  })

  test.for([
    [['nowhere.csv'], 3, 'There is no file '],
    [['livraison.csv', '--model', 'acme/none'], 3, 'There is no model acme/none.'],
    [['livraison.csv', '--supplier', '../x'], 2, '"../x" cannot name a supplier'],
    [['livraison.csv', '--reversed', 'maybe'], 2, '--reversed does not take "maybe". It takes: hold, keep, turn.'],
  ] as const)('%s: %i', async ([[file, ...options], code, sentence]) => {
    const said = await run(file, ...options, '--check')
    expect(said).toMatchObject({ code, out: '' })
    expect(said.err.startsWith(sentence)).toBe(true)
  })
})

describe('ondine import', () => {
  test('writes a table without keys, the keys for the server alone, and a report', async () => {
    const { code, out, err } = await run('livraison.csv', ...written)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^wrote +tours\/water\/livraison\.csv \(3 devices, no key in it\) {3}tours\/water\/livraison\.keys\.age {3}report tours\/water\/livraison\.report\.csv$/m,
    )
    expect(out).toMatch(/^next +ondine plan (.+)$/m)
    expect(/^next +ondine plan (.+)$/m.exec(out)?.[1]).toBe(folder)
    expect(read('tours/water/livraison.csv').split('\r\n').slice(0, 2)).toEqual([
      'devEui,joinEui,model,serial,name,tags',
      '0018b20000000001,,adeunis/pulse,MÉ1,,',
    ])
    const keys = Buffer.from(await decryptWith(server.identity, readFileSync(at('tours/water/livraison.keys.age')))).toString()
    const source = readFileSync(at('livraison.csv'), 'latin1')
    const lines = keys
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toEqual(keysIn(source).map((appKey, index) => ({ devEui: `0018b2000000000${index + 1}`, appKey })))
    expect(statSync(at('tours/water/livraison.keys.age')).mode & 0o777).toBe(0o600)
    expect(read('.gitignore')).toBe('*.keys.age\n')
    expect(JSON.parse(read('tours/water/livraison.report.json'))).toHaveLength(3)
  })

  test('no key is in anything but the encrypted file', async () => {
    cpSync(join(fixtures, 'weak-keys.csv'), at('weak.csv'))
    const keys = keysIn(read('weak.csv')).filter((key) => !/^0+$/.test(key))
    const said = [await run('weak.csv', ...written), await run('weak.csv', ...written, '--json', '--replace', '--debug', '--lang', 'fr')]
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name !== 'weak.csv' && name !== 'livraison.csv',
    )
    expect(files).toContain(join('tours', 'water', 'weak.report.csv'))
    const all = [
      ...said.flatMap(({ out, err }) => [out, err]),
      ...files.flatMap((name) => (statSync(at(name)).isFile() ? readFileSync(at(name), 'latin1') : [])),
    ]
    for (const key of keys) expect(all.join('\n').toLowerCase().includes(key)).toBe(false)
  })

  test('good rows are written where others are refused; 1', async () => {
    cpSync(join(fixtures, 'excel-scientific.csv'), at('part.csv'))
    const { code, out, err } = await run('part.csv', ...written, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({
      ...{ file: 'part.csv', rows: 9, accepted: 3, flagged: 2, refused: 4, taken: 5, profile: null },
      ...{ table: 'tours/water/part.csv', keys: 'tours/water/part.keys.age', report: 'tours/water/part.report.csv' },
    })
    expect(JSON.parse(err).error.code).toBe('delivery.rows-refused')
    expect(read('tours/water/part.csv').trimEnd().split('\r\n')).toHaveLength(6)
  })

  test('where nothing is taken there is no table', async () => {
    cpSync(join(fixtures, 'no-key-column.csv'), at('keyless.csv'))
    const { code, out } = await run('keyless.csv', ...written)
    expect(code).toBe(1)
    expect(out).not.toContain('ondine plan')
    expect(readdirSync(at('tours/water')).sort()).toEqual(['keyless.report.csv', 'keyless.report.json'])
  })

  test('twice: the second time is refused, and nothing is lost', async () => {
    await run('livraison.csv', ...written)
    const before = read('tours/water/livraison.csv')
    const again = await run('livraison.csv', ...written)
    expect(again).toMatchObject({
      code: 4,
      out: '',
      err: 'tours/water/livraison.csv is there already, from a former import. If this is another delivery: --name livraison-2; to write that one anew: --replace\n',
    })
    expect(await run('livraison.csv', ...written, '--replace')).toMatchObject({ code: 0, err: '' })
    expect(read('tours/water/livraison.csv')).toBe(before)
    expect(read('.gitignore')).toBe('*.keys.age\n')
  })

  test('a name that the file before has already is refused with another, by which both stand', async () => {
    await run('livraison.csv', ...written)
    const before = read('tours/water/livraison.csv')
    put('livraison.txt', ['DevEUI;AppKey', '0018b20000000077;6ac3f1e09b7d4c5580fe1299aa34b7c1'])
    const { code, err } = await run('livraison.txt', ...written)
    expect(code).toBe(4)
    expect(err).toContain('If this is another delivery: --name livraison-txt;')
    expect(await run('livraison.txt', ...written, '--name', 'livraison-txt')).toMatchObject({ code: 0, err: '' })
    expect(read('tours/water/livraison-txt.csv')).toContain('0018b20000000077')
    expect(existsSync(at('tours/water/livraison-txt.keys.age'))).toBe(true)
    expect(read('tours/water/livraison.csv')).toBe(before)
    expect((await run('livraison.txt', ...written)).err).toContain('--name livraison-2;')
    expect((await run('livraison.txt', ...written, '--name', '../x')).err).toContain('--name does not take "../x"')
  })

  test('--replace does not drop devices of the former import unless it is told to', async () => {
    await run('livraison.csv', ...written)
    const before = [read('tours/water/livraison.csv'), read('tours/water/livraison.report.csv')]
    put('livraison.txt', [
      'DevEUI;AppKey',
      '0018b20000000077;6ac3f1e09b7d4c5580fe1299aa34b7c1',
      '0018b20000000003;19b7d4c5580fe6ac3f1e0299aa34b7c1',
    ])
    const { code, out, err } = await run('livraison.txt', ...written, '--replace')
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toBe(
      '2 devices of tours/water/livraison.csv would no longer be in it, nor their keys (first: 0018b20000000001). If this is another delivery: --name livraison-txt; to do without them: --replace --drop-missing\n',
    )
    expect([read('tours/water/livraison.csv'), read('tours/water/livraison.report.csv')]).toEqual(before)
    const looked = await run('livraison.txt', ...written, '--replace', '--check')
    expect(looked.out).toMatch(/^dropped +2 devices of tours\/water\/livraison\.csv not in this file/m)
    const dropping = await run('livraison.txt', ...written, '--replace', '--drop-missing', '--json')
    expect(dropping).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(dropping.out)).toMatchObject({ taken: 2, dropped: 2 })
    expect(read('tours/water/livraison.csv').trimEnd().split('\r\n')).toHaveLength(3)
  })

  test('--replace by a file of which nothing is taken empties no table unless it is told to', async () => {
    await run('livraison.csv', ...written)
    const before = ['livraison.csv', 'livraison.report.csv', 'livraison.keys.age'].map((name) => readFileSync(at('tours/water', name)))
    put('livraison.txt', ['DevEUI;AppKey', '7,0B3E+15;6ac3f1e09b7d4c5580fe1299aa34b7c1'])
    const refused = await run('livraison.txt', ...written, '--replace')
    expect(refused).toMatchObject({ code: 4, out: '' })
    expect(refused.err).toMatch(
      /^No row of this file is taken, so tours\/water\/livraison\.csv would be empty: all its 3 devices .*first: 0018b20000000001/,
    )
    expect(['livraison.csv', 'livraison.report.csv', 'livraison.keys.age'].map((name) => readFileSync(at('tours/water', name)))).toEqual(
      before,
    )
    const looked = await run('livraison.txt', ...written, '--replace', '--check', '--lang', 'fr')
    expect(looked.err).toBe('1 ligne sur 1 est refusée.\n')
    expect(looked.out).toMatch(/^retiré +3 appareils de tours\/water\/livraison\.csv absents de ce fichier/m)
    const emptied = await run('livraison.txt', ...written, '--replace', '--drop-missing')
    expect(emptied.code).toBe(1)
    expect(emptied.out).toMatch(/^wrote +tours\/water\/livraison\.csv \(0 devices, no key in it\)/m)
    expect(read('tours/water/livraison.csv').trim()).toBe('devEui,joinEui,model,serial,name,tags')
    expect(await decryptWith(server.identity, readFileSync(at('tours/water/livraison.keys.age')))).toHaveLength(0)
  })

  test.for([
    [['--tenant', 'tour', '--service', 'water'], '--tenant: territory.yaml declares no "tour"; did you mean tours?'],
    [['--tenant', 'tours', '--service', 'eau'], '--service: territory.yaml declares no "eau", but water.'],
    [['--tenant', 'ville', '--service', 'eau', '--check'], '--tenant: territory.yaml declares no "ville", but tours.'],
  ] as const)('%s, which territory.yaml does not declare: refused before anything is written', async ([options, sentence]) => {
    const { code, out, err } = await run('livraison.csv', '--model', 'adeunis/pulse', ...options)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.startsWith(sentence)).toBe(true)
    expect(existsSync(at(options[1]))).toBe(false)
  })

  test('a CSV has no sheets, and says so', async () => {
    const { code, err } = await run('livraison.csv', '--sheet', 'zz', '--check')
    expect({ code, err }).toEqual({ code: 2, err: 'livraison.csv is CSV and has no sheets: leave out --sheet.\n' })
  })

  test('the line of a cell is told once', async () => {
    writeFileSync(at('numbers.xlsx'), fixtureBytes(join(fixtures, 'numbers.xlsx.json')).bytes)
    const { out } = await run('numbers.xlsx', '--check')
    expect(out).toMatch(/^ +[A-Z]+\d+: /m)
    expect(out).not.toMatch(/line \d+: [A-Z]+\d+:/)
  })

  test('an installation table names devices before they are delivered: they are not known by it', async () => {
    mkdirSync(at('tours/water'), { recursive: true })
    put('tours/water/installations.csv', ['devEui,asset,date', '0018b20000000001,W-1,2026-12-01'])
    expect(await run('livraison.csv', ...written)).toMatchObject({ code: 0, err: '' })
  })

  test('what another table has already is known', async () => {
    await run('livraison.csv', ...written)
    cpSync(at('livraison.csv'), at('livraison-bis.csv'))
    const { code, out } = await run('livraison-bis.csv', ...written)
    expect(code).toBe(1)
    expect(out).toMatch(/^refused +3 rows {3}known already\n +line 5: .*\(tours\/water\/livraison\.csv\)/m)
    expect(existsSync(at('tours/water/livraison-bis.csv'))).toBe(false)
  })

  test.for([
    [['--service', 'water', '--model', 'adeunis/pulse'], 'Whose devices are these? Give --tenant'],
    [['--tenant', 'tours', '--service', 'water'], '3 devices have no model: give --model'],
    [['--tenant', '../tours', '--service', 'water', '--model', 'adeunis/pulse'], '--tenant does not take "../tours"'],
  ] as const)('%s: one sentence, and nothing is written', async ([options, sentence]) => {
    const { code, err } = await run('livraison.csv', ...options)
    expect(code).toBe(2)
    expect(err.startsWith(sentence)).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['livraison.csv', 'territory.yaml'])
  })

  test('without a recipient no key is written', async () => {
    writeFileSync(
      at('territory.yaml'),
      'id: 6f1c8f0e-6b7a-4c1e-9a52-3f6d0c1b7e21\ntenants: [{ slug: tours, services: [{ slug: water }] }]\n',
    )
    const { code, err } = await run('livraison.csv', ...written)
    expect(code).toBe(2)
    expect(err).toContain('names no recipient')
    expect(existsSync(at('tours'))).toBe(false)
  })
})

describe('the inventory of a server', () => {
  test('is asked where one is named, and its devices are known', async () => {
    const fixture = await new SqlApiFixture().start()
    try {
      await fixture.fill()
      const environment = { ONDINE_URL: fixture.url, ONDINE_TOKEN: await fixture.issue({ account: 'root' }) }
      put('more.csv', [
        'DevEUI;AppKey',
        '0018b20000001a2b;6ac3f1e09b7d4c5580fe1299aa34b7c1',
        '0018b200000077aa;19b7d4c5580fe6ac3f1e0299aa34b7c1',
      ])
      const { code, out } = await cli(['import', at('more.csv'), '--territory', folder, '--check', '--json'], { environment })
      expect(code).toBe(1)
      const lines = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.map(({ devEui, reason }) => [devEui, reason])).toEqual([
        ['0018b20000001a2b', 'duplicate-in-inventory'],
        ['0018b200000077aa', null],
      ])
    } finally {
      await fixture.stop()
    }
  })

  test('does not stand against a corrected file that takes the place of the former one', async () => {
    const fixture = await new SqlApiFixture().start()
    try {
      const [device, other] = ['0018b20000001a2b', '0018b200000077aa']
      const [wrong, right, third] = [
        '6ac3f1e09b7d4c5580fe1299aa34b7c1',
        '19b7d4c5580fe6ac3f1e0299aa34b7c1',
        '580fe6ac3f1e0299aa34b7c119b7d4c5',
      ]
      put('more.csv', ['DevEUI;AppKey', `${device};${wrong}`])
      expect(await run('more.csv', ...written)).toMatchObject({ code: 0, err: '' })
      await fixture.fill()
      const environment = { ONDINE_URL: fixture.url, ONDINE_TOKEN: await fixture.issue({ account: 'root' }) }
      const again = (...options: string[]) =>
        cli(['import', at('more.csv'), '--territory', folder, ...written, '--replace', ...options], { environment })
      put('more.csv', ['DevEUI;AppKey', `${device};${right}`, `${other};${third}`])
      expect(await again('--check')).toMatchObject({ code: 0, err: '' })
      expect(await again()).toMatchObject({ code: 0, err: '' })
      const keys = Buffer.from(await decryptWith(server.identity, readFileSync(at('tours/water/more.keys.age')))).toString()
      expect(keysIn(keys)).toEqual([right, third])
      // Of another table it is still known.
      const elsewhere = await cli(['import', at('more.csv'), '--territory', folder, ...written, '--name', 'else'], { environment })
      expect(elsewhere.code).toBe(1)
      expect(elsewhere.out).toContain('known already')
    } finally {
      await fixture.stop()
    }
  })
})

describe('suppliers', () => {
  const odd = [
    'Repère;Code secret A;Code secret B',
    `0018b20000000001;${'6ac3f1e09b7d4c5580fe1299aa34b7c1'};${'19b7d4c5580fe6ac3f1e0299aa34b7c1'}`,
  ]

  test('what was recognised under a name is kept, and recognised by itself the next time', async () => {
    const first = await run('livraison.csv', ...written, '--supplier', 'Axioma')
    expect(first.out).toMatch(/^kept +suppliers\/Axioma\.yaml$/m)
    expect(read('suppliers/Axioma.yaml')).toBe(
      'supplier: Axioma\ncolumns:\n  devEui: Identifiant radio\n  appKey: Clé OTAA\n  serial: N° de série\nmodel: adeunis/pulse\n',
    )
    put('next.csv', ['Identifiant radio;Clé OTAA;N° de série', '0018b20000000099;6ac3f1e09b7d4c5580fe1299aa34b7c1;S9'])
    const next = await run('next.csv', '--tenant', 'tours', '--service', 'water')
    expect(next).toMatchObject({ code: 0, err: '' })
    expect(next.out).toContain('supplier Axioma')
    expect(read('tours/water/next.csv')).toContain('0018b20000000099,,adeunis/pulse,S9')
  })

  test('a profile decides between columns where nobody else can', async () => {
    put('odd.csv', odd)
    const guessed = await run('odd.csv', '--check')
    expect(guessed).toMatchObject({ code: 2, out: '' })
    expect(guessed.err).toMatch(/^odd\.csv: several columns may be the appKey: B "Code secret A", C "Code secret B"\./)
    mkdirSync(at('suppliers'))
    writeFileSync(
      at('suppliers/odd.yaml'),
      'supplier: odd\ncolumns: { devEui: repere, appKey: Code secret B }\njoinEui: 70b3d57ba0000001\n',
    )
    const { code, out } = await run('odd.csv', '--check', '--supplier', 'odd', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ outcome: 'accept', devEui: '0018b20000000001', joinEui: '70b3d57ba0000001' })
  })

  test('a file without the devEui of its profile is told, not guessed', async () => {
    mkdirSync(at('suppliers'))
    writeFileSync(at('suppliers/odd.yaml'), 'supplier: odd\ncolumns: { devEui: Repère }\n')
    expect(await run('livraison.csv', '--check', '--supplier', 'odd')).toMatchObject({ code: 2, out: '' })
    // Nobody asked for it, and it does not fit: the file is read by itself.
    expect(await run('livraison.csv', '--check')).toMatchObject({ code: 0 })
  })

  test('a file of another make than its profile is told', async () => {
    mkdirSync(at('suppliers'))
    writeFileSync(at('suppliers/odd.yaml'), 'supplier: odd\ncolumns: { devEui: Identifiant radio, serial: Repère }\n')
    const { code, err } = await run('livraison.csv', '--check', '--supplier', 'odd')
    expect(code).toBe(2)
    expect(err).toContain('has no column "Repère", which supplier odd used to send')
  })
})

describe('encrypted deliveries and keys in a file of their own', () => {
  test('a delivery encrypted with age is read with its identity', async () => {
    writeFileSync(at('livraison.csv.age'), await encryptTo(server.recipient, readFileSync(at('livraison.csv')), { armoured: true }))
    writeFileSync(at('identity.txt'), `# ours\n${server.identity}\n`)
    expect((await run('livraison.csv.age', '--check')).err).toMatch(
      /^livraison\.csv\.age is encrypted with age: give the key file with --identity\./,
    )
    const { code, out } = await run('livraison.csv.age', '--identity', at('identity.txt'), ...written)
    expect(code).toBe(0)
    expect(out).toMatch(/^wrote +tours\/water\/livraison\.csv \(3 devices/m)
    const other = await newIdentity()
    writeFileSync(at('other.txt'), other.identity)
    const wrong = await run('livraison.csv.age', '--check', '--identity', at('other.txt'))
    expect(wrong.code).not.toBe(0)
    expect(wrong.err).not.toContain('AGE-SECRET')
  })

  test('keys come from another file, joined by devEui', async () => {
    put('devices.csv', ['DevEUI;Serial', '0018b20000000001;S1', '0018b20000000002;S2'])
    put('keys.csv', [
      'dev_eui,app_key',
      '00-18-B2-00-00-00-00-01,6ac3f1e09b7d4c5580fe1299aa34b7c1',
      '0018b20000000009,19b7d4c5580fe6ac3f1e0299aa34b7c1',
    ])
    const { code, out } = await run('devices.csv', '--keys', at('keys.csv'), '--check', '--json')
    expect(code).toBe(1)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ file, line, outcome, reason }) => [file, line, outcome, reason])).toEqual([
      ['devices.csv', 2, 'accept', null],
      ['devices.csv', 3, 'refuse', 'key-missing'],
      ['keys.csv', 3, 'flag', 'second-sheet-row-unmatched'],
    ])
  })
})
