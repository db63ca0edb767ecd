import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Dates } from '../../../src/provisioning/territory/cells.ts'
import { pulled } from '../../../src/provisioning/territory/of-folder.ts'
import { type CurrentState, pullChanges } from '../../../src/provisioning/territory/pull-changes.ts'
import { readTerritory } from '../../../src/provisioning/territory/read-territory.ts'
import { rewriteTable } from '../../../src/provisioning/territory/rewrite-table.ts'
import type { TableChange } from '../../../src/provisioning/territory/table-change.ts'
import { writeBack } from '../../../src/provisioning/territory/write-back.ts'
import { ZonedTime } from '../../../src/provisioning/territory/zoned-time.ts'

const ugly = join(import.meta.dirname, '../../fixtures/territories/ugly')
const dates = new Dates(new ZonedTime('Europe/Paris'))
const file = 'tours/water/x.csv'

type Change = Omit<TableChange, 'file'>
const rewritten = (text: string | Uint8Array, ...changes: Change[]) => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const result = rewriteTable(
    bytes,
    file,
    changes.map((change) => ({ ...change, file })),
    dates,
  )
  return { text: Buffer.from(result.bytes).toString(), bytes: result.bytes, rows: result.rows }
}
const device = (devEui: string, set: Change['set'], more: Partial<Change> = {}): Change => ({ kind: 'device', devEui, set, ...more })
const place = (devEui: string, set: Change['set'], more: Partial<Change> = {}): Change => ({ kind: 'installation', devEui, set, ...more })

describe('a device table', () => {
  const table =
    'devEui,name,serial,tags,#note\r\n0018b20000000001,"Old, one",S1,zone=nord,"kept ""as is"""\r\n0018-B200-0000-0002,,S2,,\r\n'

  test('only the cell that changes is written', () => {
    const { text, rows } = rewritten(table, device('0018b20000000002', { name: 'Rue Colbert, 12' }))
    expect(text).toBe(table.replace('0002,,S2', '0002,"Rue Colbert, 12",S2'))
    expect(rows).toEqual({ changed: 1, added: 0, removed: 0, leftOut: [] })
  })

  test('a quoted cell stays quoted', () => {
    expect(rewritten(table, device('0018b20000000001', { name: 'New' })).text).toBe(table.replace('"Old, one"', '"New"'))
  })

  test('tags are written in the way of the table', () => {
    expect(rewritten(table, device('0018b20000000001', { tags: { zone: 'sud', lot: '03' } })).text).toBe(
      table.replace('zone=nord', 'zone=sud; lot=03'),
    )
    expect(rewritten(table, device('0018b20000000001', { tags: { zone: 'a;b' } })).text).toBe(
      table.replace('zone=nord', '"{""zone"":""a;b""}"'),
    )
  })

  test('a device that has no row gets one, at the end', () => {
    expect(rewritten(table, device('0018b20000000003', { serial: 'S3', tags: {} })).text).toBe(`${table}0018b20000000003,,S3,,\r\n`)
    expect(rewritten(table.trimEnd(), device('0018b20000000003', { serial: 'S3' })).text).toBe(`${table}0018b20000000003,,S3,,`)
    const blank = `${table}\r\n\r\n`
    expect(rewritten(blank, device('0018b20000000003', {})).text).toBe(`${table}0018b20000000003,,,,\r\n\r\n\r\n`)
  })

  test('a column that was not there is added at the right, and in the rows that need it', () => {
    expect(rewritten(table, device('0018b20000000002', { model: 'acme/flow-2' })).text).toBe(
      table.replace('#note\r\n', '#note,model\r\n').replace('S2,,\r\n', 'S2,,,acme/flow-2\r\n'),
    )
  })

  test('a row that is taken out leaves no trace', () => {
    expect(rewritten(table, device('0018b20000000001', {}, { remove: true })).text).toBe(table.replace(/0018b20000000001.*\r\n/, ''))
    expect(rewritten(table, device('0018b20000000009', {}, { remove: true })).text).toBe(table)
  })

  test.for(['=cmd()', '+1+1', '@x', '#1', '2b7e151628aed2a6abf7158809cf4f3c'])('%s is left out', (name) => {
    const { text, rows } = rewritten(table, device('0018b20000000001', { name }))
    expect(text).toBe(table)
    expect(rows.leftOut).toEqual([{ devEui: '0018b20000000001', column: 'name' }])
  })

  test('tags that a spreadsheet would run are JSON; those with a key are left out', () => {
    expect(rewritten(table, device('0018b20000000001', { tags: { '=cmd': 'x' } })).text).toContain('"{""=cmd"":""x""}"')
    const { text, rows } = rewritten(table, device('0018b20000000001', { tags: { note: 'key 2b7e151628aed2a6abf7158809cf4f3c' } }))
    expect(text).toBe(table)
    expect(rows.leftOut).toEqual([{ devEui: '0018b20000000001', column: 'tags' }])
  })

  test('what cannot be written so that all else stays is not written', () => {
    const irregular = table.replace('"Old, one"', '"Old" one')
    expect(() => rewritten(irregular, device('0018b20000000002', { name: 'x' }))).toThrow('tours/water/x.csv cannot be written back')
    const western = Buffer.from(table.replace('Old', 'Été'), 'latin1')
    expect(() => rewritten(western, device('0018b20000000002', { name: 'Łódź' }))).toThrow('tours/water/x.csv cannot be written back')
  })
})

describe('an installation table', () => {
  const table =
    '\ufeffdevEui;asset;channel;date;startIndex;parameter.pulse\n0018b20000000001;A-1;;22/11/2026;318,442;10\n;A-2;;2026-11-22;;\n'

  test('a swap is a row of its own: what was before can be read', () => {
    const swap = { asset: 'A-1', channel: 'main', date: '2026-12-01T07:30:00.000Z', startIndex: 0.5 }
    const { text } = rewritten(table, place('0018b20000000002', { ...swap, parameters: { pulse: 10 } }))
    expect(text).toBe(`${table}0018b20000000002;A-1;main;2026-12-01T08:30;0,5;10\n`)
    const other = rewritten(table, place('0018b20000000002', { ...swap, parameters: { pulse: '10', lid: true } })).text
    expect(other).toBe(
      `${table.replace('pulse\n', 'pulse;parameters\n')}0018b20000000002;A-1;main;2026-12-01T08:30;0,5;;"{""pulse"":""10"",""lid"":true}"\n`,
    )
  })

  test('the row of the same moment is changed', () => {
    const { text } = rewritten(
      table,
      place('0018b20000000001', { date: '2026-11-21T23:00:00.000Z', startIndex: 320, parameters: { pulse: 1.5 } }),
    )
    expect(text).toBe(table.replace('318,442;10', '320;1,5'))
  })

  test('a row is given another device from its line', () => {
    expect(rewritten(table, place('0018b20000000001', { devEui: '0018b20000000009' }, { line: 2 })).text).toBe(
      table.replace('0001;A-1', '0009;A-1'),
    )
  })

  test('rows that know their device by serial alone are found by it, or by their line', () => {
    const bySerial = 'serial,asset,date\nS1,A-1,2026-11-22\nS2,A-2,2026-11-22\n'
    expect(rewritten(bySerial, place('0018b20000000002', { serial: 'S2', asset: 'B-2' })).text).toBe(bySerial.replace('A-2', 'B-2'))
    expect(rewritten(bySerial, place('0018b20000000002', { asset: 'B-2' }, { line: 3 })).text).toBe(bySerial.replace('A-2', 'B-2'))
    const swap = { serial: 'S3', asset: 'A-2', date: '2026-12-01' }
    expect(rewritten(bySerial, place('0018b20000000003', swap)).text).toBe(`${bySerial}S3,A-2,2026-12-01\n`)
  })

  test('Windows-1252 stays Windows-1252', () => {
    const western = Buffer.from(table.slice(1).replace('A-2', 'Été'), 'latin1')
    const { bytes } = rewritten(western, place('0018b20000000001', { date: '22/11/2026', startIndex: 1 }))
    expect(Buffer.from(bytes)).toEqual(Buffer.from(table.slice(1).replace('A-2', 'Été').replace('318,442', '1'), 'latin1'))
  })
})

/** Tables as people and spreadsheets write them. */
const word = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '"', ',', ';', 'é', '1'), maxLength: 6 })
const separators = fc.constantFrom(',', ';', '\t')
const rowOf = fc.record({
  n: fc.nat({ max: 0xffff }),
  name: word,
  serial: word,
  quoted: fc.boolean(),
  blank: fc.boolean(),
  lot: fc.nat({ max: 99 }),
})
const tables = fc
  .record({
    rows: fc.uniqueArray(rowOf, { selector: ({ n }) => n, maxLength: 8 }),
    separator: separators,
    end: fc.constantFrom('\r\n', '\n', '\r'),
    isEnded: fc.boolean(),
    mark: fc.constantFrom('', '\ufeff'),
  })
  .map(({ rows, separator, end, isEnded, mark }) => {
    const cell = (text: string, always: boolean) =>
      always || text.includes(separator) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text
    const lines = rows.flatMap(({ n, name, serial, quoted, blank, lot }) => {
      const row = [euiOf(n), name, serial, `lot=${lot}`].map((text) => cell(text, quoted)).join(separator)
      return blank ? ['', row] : [row]
    })
    const text = mark + [['DevEUI', 'name', 'serial', 'tags'].join(separator), ...lines].join(end) + (isEnded ? end : '')
    return { text, rows }
  })
const euiOf = (n: number) => `0018b2000000${n.toString(16).padStart(4, '0')}`
const said = (text: string) => text.trim()

describe('any table', () => {
  test('nothing to write changes no byte', () => {
    fc.assert(fc.property(tables, ({ text }) => void expect(rewritten(text).text).toBe(text)))
  })

  test('writing what is there changes no byte', () => {
    fc.assert(
      fc.property(tables, ({ text, rows }) => {
        const changes = rows.map(({ n, name, serial, lot }) =>
          device(euiOf(n), { name: said(name), serial: said(serial), tags: { lot: String(lot) } }),
        )
        expect(rewritten(text, ...changes).text).toBe(text)
      }),
    )
  })

  test('a change is read back, and all other rows stay byte for byte', () => {
    fc.assert(
      fc.property(tables, word, fc.nat(), ({ text, rows }, name, which) => {
        const row = rows[which % Math.max(rows.length, 1)]
        if (row === undefined || said(name) === '' || /^[=+@#-]/.test(said(name))) return
        const once = rewritten(text, device(euiOf(row.n), { name: said(name) }))
        expect(rewritten(once.text, device(euiOf(row.n), { name: said(name) })).text).toBe(once.text)
        const lines = (all: string) => all.split(/\r\n|\r|\n/)
        const differ = lines(once.text).filter((line, index) => line !== lines(text)[index])
        expect(lines(once.text)).toHaveLength(lines(text).length)
        expect(differ).toHaveLength(said(row.name) === said(name) ? 0 : 1)
      }),
    )
  })
})

describe('a folder', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ondine-write-back-'))
    cpSync(ugly, folder, { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const read = (name: string) => readFileSync(join(folder, name))
  const state = async (): Promise<CurrentState> => {
    const { territory } = await readTerritory(folder)
    return {
      devices: territory.devices.map(({ source: _source, ...one }) => ({ ...one, status: 'installed' as const })),
      installations: territory.installations.flatMap(({ source: _source, ...one }) =>
        one.devEui === null ? [] : [{ ...one, devEui: one.devEui }],
      ),
    }
  }
  const pull = async (now: CurrentState) => writeBack(folder, pullChanges(await readTerritory(folder), now))

  test('writing what every row says, in every encoding, changes no byte', async () => {
    const { territory, tables } = await readTerritory(folder)
    const before = tables.map(({ file }) => read(file))
    const changes = [
      ...territory.devices.map(
        ({ source, devEui, joinEui, model, serial, name, tags }): TableChange => ({
          ...source,
          kind: 'device',
          devEui,
          set: { joinEui, model, serial, name, tags },
        }),
      ),
      ...territory.installations.map(
        ({ source, tenant: _t, service: _s, devEui, from, ...set }): TableChange => ({
          ...source,
          kind: 'installation',
          devEui: devEui ?? '',
          set: { ...set, date: from },
        }),
      ),
    ]
    expect(changes.length).toBeGreaterThan(8)
    expect(await writeBack(folder, changes)).toEqual([])
    expect(tables.map(({ file }) => read(file))).toEqual(before)
  })

  test('a world that is as the folder says has nothing to pull', async () => {
    const now = await state()
    expect(pullChanges(await readTerritory(folder), now)).toEqual([])
    // What the inventory calls by itself: a device by its DevEUI, a place by its asset.
    const devices = now.devices.map((one) => ({ ...one, name: one.name || one.devEui }))
    const installations = now.installations.map((one) => ({ ...one, site: one.site ?? one.asset }))
    expect(pullChanges(await readTerritory(folder), { devices, installations })).toEqual([])
  })

  test('what was changed on the spot is pulled once', async () => {
    const now = await state()
    const [first, ...others] = now.installations.filter(({ asset }) => asset === 'PDL-1')
    expect(others).toEqual([])
    const changed: CurrentState = {
      devices: [
        ...now.devices.map((one) => (one.devEui === '0018b20000000002' ? { ...one, name: 'Rue Nationale', service: 'lighting' } : one)),
        {
          tenant: 'tours',
          service: 'water',
          devEui: '0018b20000000077',
          joinEui: null,
          model: 'axioma/qalcosonic-w1',
          serial: 'S77',
          name: '0018b20000000077',
          tags: {},
          status: 'installed',
        },
      ],
      installations: [
        ...now.installations.filter((one) => one !== first),
        { ...first!, devEui: '0018b20000000077', from: '2026-12-01T07:30:00.000Z', startIndex: 0 },
      ],
    }
    const written = await pull(changed)
    expect(written).toEqual([
      { file: 'tours/water/devices.csv', changed: 0, added: 1, removed: 1, leftOut: [] },
      { file: 'tours/lighting/lamps.csv', changed: 0, added: 1, removed: 0, leftOut: [] },
      { file: 'tours/water/poses.csv', changed: 0, added: 1, removed: 0, leftOut: [] },
    ])
    const after = await readTerritory(folder)
    expect(after.territory.devices.find(({ devEui }) => devEui === '0018b20000000002')).toMatchObject({
      service: 'lighting',
      name: 'Rue Nationale',
      serial: 'S2',
    })
    const places = after.territory.installations.filter(({ asset }) => asset === 'PDL-1')
    expect(places.map(({ devEui, from, startIndex }) => [devEui, from, startIndex])).toEqual([
      ['0018b20000000001', '2026-11-21T23:00:00.000Z', 1318.442],
      ['0018b20000000077', '2026-12-01T07:30:00.000Z', 0],
    ])
    expect(pullChanges(after, changed)).toEqual([])
    expect(after.findings.map(({ reason }) => reason)).toEqual((await readTerritory(ugly)).findings.map(({ reason }) => reason))
  })

  test('a device of a service that has no table yet makes one; a retired one is taken out', async () => {
    const now = await state()
    const devices = now.devices.map((one) => (one.devEui === '0018b20000000001' ? { ...one, status: 'retired' as const } : one))
    const fresh = { ...now.devices[0]!, tenant: 'reunion', service: 'water', devEui: '0018b20000000088', name: 'Cilaos' }
    expect(await pull({ ...now, devices: [...devices, fresh] })).toEqual([
      { file: 'tours/water/devices.csv', changed: 0, added: 0, removed: 1, leftOut: [] },
      { file: 'reunion/water/pulled-devices.csv', changed: 0, added: 1, removed: 0, leftOut: [] },
    ])
    expect(read('reunion/water/pulled-devices.csv').toString()).toBe(
      'devEui,joinEui,model,serial,name,tags\r\n0018b20000000088,,vega/lucy,,Cilaos,lampe=Ø 3; rue=Foch\r\n',
    )
  })

  test('what nobody’s folder made is written where it is asked for, or took the place of one of its devices', async () => {
    const now = await state()
    const [place] = now.installations.filter(({ asset }) => asset === 'PDL-1')
    const fresh = (devEui: string, made: boolean) => ({ ...now.devices[0]!, devEui, serial: '', status: 'installed' as const, made })
    const [byHand, swapped, own] = ['0018b20000000091', '0018b20000000092', '0018b20000000093']
    const held = {
      devices: [
        ...now.devices.map((one) => ({ ...one, made: false })),
        ...[fresh(byHand!, false), fresh(swapped!, false), fresh(own!, true)],
      ],
      installations: [
        ...now.installations,
        { ...place!, devEui: byHand!, asset: 'PDL-900', from: '2026-12-01T07:30:00.000Z' },
        { ...place!, devEui: swapped!, from: '2026-12-01T07:30:00.000Z' },
      ],
    }
    const read = await readTerritory(folder)
    const told = (all: boolean) => {
      const { changes, others } = pulled(read, held, { all })
      return { rows: changes.map(({ kind, devEui }) => `${kind} ${devEui}`).sort(), others }
    }
    const rows = [`device ${swapped}`, `device ${own}`, `installation ${swapped}`]
    expect(told(false)).toEqual({ rows, others: 1 })
    expect(told(true)).toEqual({ rows: [...rows, `device ${byHand}`, `installation ${byHand}`].sort(), others: 1 })
  })

  test('the mode of a table stays', async () => {
    chmodSync(join(folder, 'tours/water/devices.csv'), 0o640)
    await writeBack(folder, [{ file: 'tours/water/devices.csv', kind: 'device', devEui: '0018b20000000002', set: { name: 'x' } }])
    expect(statSync(join(folder, 'tours/water/devices.csv')).mode & 0o777).toBe(0o640)
  })

  test.for([
    '../x.csv',
    '/tmp/x.csv',
    'tours/../../x.csv',
    'tours/water/x.report.csv',
    'tours/water/.x.csv',
    'tours/water/x.yaml',
    'lyon/water/x.csv',
    'tours/water/a/b.csv',
  ])('nothing is written to %s', async (path) => {
    const change: TableChange = { file: path, kind: 'device', devEui: '0018b20000000002', set: { name: 'x' } }
    await expect(writeBack(folder, [change])).rejects.toMatchObject({ code: 'territory.bad-path' })
    expect(existsSync(join(folder, path))).toBe(false)
  })
})
