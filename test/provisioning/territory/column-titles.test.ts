import { describe, expect, test } from 'vitest'
import { Dates } from '../../../src/provisioning/territory/cells.ts'
import { deviceRows } from '../../../src/provisioning/territory/device-rows.ts'
import { installationRows } from '../../../src/provisioning/territory/installation-rows.ts'
import { rewriteTable } from '../../../src/provisioning/territory/rewrite-table.ts'
import { openTable } from '../../../src/provisioning/territory/table.ts'
import type { TableChange } from '../../../src/provisioning/territory/table-change.ts'
import { ZonedTime } from '../../../src/provisioning/territory/zoned-time.ts'

const dates = new Dates(new ZonedTime('Europe/Paris'))
const place = { tenant: 'tours', service: 'water', dates }
const file = 'tours/water/poses.csv'
const table = (...lines: readonly string[]) => openTable(Buffer.from(lines.join('\r\n')), file)
const rewritten = (lines: readonly string[], ...changes: Omit<TableChange, 'file'>[]) => {
  const all = changes.map((change) => ({ ...change, file }))
  return Buffer.from(rewriteTable(Buffer.from(`${lines.join('\r\n')}\r\n`), file, all, dates).bytes).toString()
}

const installed = {
  ...{ devEui: '0018b20000000001', serial: 'S1', asset: 'PDL-1', assetName: 'Colbert 12', channel: 'main', startIndex: 318.442 },
  ...{ from: '2026-11-21T23:00:00.000Z', equipment: 'CPT-7', site: '12 rue Colbert', commune: '37261', latitude: 47.39, longitude: 0.68 },
  parameters: { pulseWeight: 10, inverted: false },
}

describe('titles of tables', () => {
  test.for([
    [
      'French',
      'DevEUI;N° de série;Équipement;Nom;Voie;Date de pose;Index de départ;Paramètres;Paramètre.pulseWeight;Corps de compteur;Lieu;Code INSEE;Latitude;Longitude',
      '0018b20000000001;S1;PDL-1;Colbert 12;main;22/11/2026;318,442;inverted=faux;10;CPT-7;12 rue Colbert;37261;47,39;0,68',
    ],
    [
      'French, as it is called on site',
      'Identifiant radio;Matricule;POINT DE LIVRAISON;libellé;canal;posé le;index;paramètres;parametre.pulseWeight;corps;adresse;commune;lat;lon',
      '00-18-B2-00-00-00-00-01;S1;PDL-1;Colbert 12;main;22/11/2026;318,442;inverted=faux;10;CPT-7;12 rue Colbert;37261;47,39;0,68',
    ],
    [
      'German',
      'Funk-ID;Zählernummer;Messstelle;Bezeichnung;Kanal;Einbaudatum;Anfangsstand;Parameter;Parameter.pulseWeight;Zähler;Standort;Gemeinde;Breitengrad;Längengrad',
      '0018b20000000001;S1;PDL-1;Colbert 12;main;22.11.2026;318,442;inverted=falsch;10;CPT-7;12 rue Colbert;37261;47,39;0,68',
    ],
    [
      'English',
      'devEui;serial;asset;assetName;channel;date;startIndex;parameters;parameter.pulseWeight;equipment;site;commune;latitude;longitude',
      '0018b20000000001;S1;PDL-1;Colbert 12;main;2026-11-22;318.442;inverted=false;10;CPT-7;12 rue Colbert;37261;47.39;0.68',
    ],
  ] as const)('installations: %s', ([, titles, row]) => {
    const { rows, refused } = installationRows(table(titles, row), place)
    expect(refused).toEqual([])
    expect(rows).toMatchObject([installed])
  })

  test.for([
    ['DevEUI;JoinEUI;Modèle;N° de série;Nom;Étiquettes;Étiquette.lot'],
    ['Funk-ID;JoinEUI;Modell;Seriennummer;Bezeichnung;Merkmale;Merkmal.lot'],
  ])('devices: %s', ([titles = '']) => {
    const row = '0018b20000000001;70b3d57ed0000001;axioma/qalcosonic-w1;S1;Colbert 12;zone=nord;3'
    const { rows, refused } = deviceRows(table(titles, row), place)
    expect(refused).toEqual([])
    expect(rows).toMatchObject([{ serial: 'S1', model: 'axioma/qalcosonic-w1', name: 'Colbert 12', tags: { zone: 'nord', lot: '3' } }])
  })

  test('what is wrong is told by the title that the file has', () => {
    const { refused } = installationRows(table('DevEUI;Équipement;Date de pose', '0018b20000000001;PDL-1;31/02/2026'), place)
    expect(refused).toMatchObject([{ reason: 'date-malformed', facts: { column: 'Date de pose' } }])
  })

  test('two titles of one column are refused', () => {
    expect(() => table('DevEUI;Équipement;Date de pose;Posé le', '')).toThrow(/column/)
  })

  const french = ['DevEUI;Équipement;Date de pose;Index', '0018b20000000001;PDL-1;22/11/2026;318,442']
  const german = ['Funk-ID;Messstelle;Einbaudatum', '0018b20000000001;PDL-1;22.11.2026']
  const change = (set: TableChange['set']) => ({ kind: 'installation', devEui: '0018b20000000001', line: 2, set }) as const

  test('what is written back stands under the titles that are there', () => {
    expect(rewritten(french, change({ asset: 'PDL-2', startIndex: 319 }))).toBe(`${french[0]}\r\n0018b20000000001;PDL-2;22/11/2026;319\r\n`)
  })

  test.for([
    ['French', french, 'N° de série;Lieu', 'S1;Colbert'],
    ['German', german, 'Seriennummer;Standort', 'S1;Colbert'],
    ['English', ['devEui;asset;date', '0018b20000000001;PDL-1;2026-11-22'], 'serial;site', 'S1;Colbert'],
    ['titles that are the same in all', ['devEui;serial;asset;date', '0018b20000000001;S1;PDL-1;2026-11-22'], 'site', 'Colbert'],
  ] as const)('a column that was missing is titled in the language of the others: %s', ([, lines, titles, cells]) => {
    const [first = '', second = ''] = lines
    expect(rewritten(lines, change({ serial: 'S1', site: 'Colbert' }))).toBe(`${first};${titles}\r\n${second};${cells}\r\n`)
  })
})
