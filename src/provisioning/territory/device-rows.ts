import { readEui } from './cells.ts'
import { type Place, type RefusedRow, RowReader } from './rows.ts'
import { isRow, type Table } from './table.ts'
import type { WantedDevice } from './territory.ts'

/** The devices of a table; rows with a fault are given apart and stop none. */
export function deviceRows(table: Table, place: Place): { rows: WantedDevice[]; refused: RefusedRow[] } {
  const rows: WantedDevice[] = []
  const refused: RefusedRow[] = []
  for (const record of table.records.slice(table.titleRecord + 1)) {
    if (!isRow(record)) continue
    const reader = new RowReader(table, record)
    const devEui = reader.read('devEui', readEui)
    if (devEui === null) reader.refuse('eui-missing', 'devEui')
    const device = {
      ...{ source: reader.source, tenant: place.tenant, service: place.service, devEui: devEui ?? '' },
      ...{ joinEui: joinEui(reader), model: model(reader), serial: reader.text('serial', 100), name: reader.text('name', 100) },
      tags: tags(reader),
    }
    const fault = reader.refused(devEui)
    if (fault === null) rows.push(device)
    else refused.push(fault)
  }
  return { rows, refused }
}

/** Zeros are how ChirpStack and others write that none is known. */
function joinEui(reader: RowReader): string | null {
  const cell = reader.cell('joinEui')
  return /^0{16}$/.test(cell) ? null : reader.read('joinEui', readEui)
}

function model(reader: RowReader): string | null {
  const cell = reader.cell('model')
  if (cell === '') return null
  if (!/^[^/\s]+\/[^/\s]+$/.test(cell)) reader.refuse('model-malformed', 'model', { written: cell.slice(0, 60) })
  return cell
}

function tags(reader: RowReader): Record<string, string> {
  const pairs = Object.entries(reader.pairs()).map(([name, value]) => [name, String(value)] as const)
  for (const [name, value] of pairs) {
    const [most, length] = name.length > 100 ? [100, name.length] : [1_000, value.length]
    if (length > most) reader.refuse('text-too-long', 'tags', { length: String(length), most: String(most) })
  }
  if (pairs.some(([name]) => name === 'model')) reader.refuse('tag-reserved', 'tags')
  return Object.fromEntries(pairs)
}
