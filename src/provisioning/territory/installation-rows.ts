import { type CellResult, isMonthFirst, readEui, readNumber } from './cells.ts'
import { type Place, type RefusedRow, RowReader } from './rows.ts'
import { isRow, type Table } from './table.ts'
import type { WantedInstallation } from './territory.ts'

/** The installations of a table; rows with a fault are given apart and stop none. */
export function installationRows(table: Table, place: Place): { rows: WantedInstallation[]; refused: RefusedRow[] } {
  const rows: WantedInstallation[] = []
  const refused: RefusedRow[] = []
  const monthFirst = lineWithMonthFirst(table)
  for (const record of table.records.slice(table.titleRecord + 1)) {
    if (!isRow(record)) continue
    const reader = new RowReader(table, record)
    const installation = installationOf(reader, place, monthFirst)
    const { devEui, channel } = installation
    const fault = reader.refused(devEui === null ? null : `${place.tenant}/${devEui}/${channel}`)
    if (fault === null) rows.push(installation)
    else refused.push(fault)
  }
  return { rows, refused }
}

function installationOf(reader: RowReader, { tenant, service, dates }: Place, monthFirst: number | null): WantedInstallation {
  const devEui = reader.read('devEui', readEui)
  const serial = reader.text('serial', 100) || null
  if (devEui === null && serial === null) reader.refuse('device-missing', null)
  const asset = reader.text('asset', 200)
  if (asset === '') reader.refuse('asset-missing', 'asset')
  const date = reader.cell('date')
  if (date === '') reader.refuse('date-missing', 'date')
  if (monthFirst !== null && reader.record.line !== monthFirst && /^\d{1,2}[/.]\d{1,2}[/.]/.test(date)) {
    reader.refuse('date-ambiguous', 'date', { written: date, line: String(monthFirst) })
  }
  const latitude = reader.number('latitude', readNumber, [-90, 90])
  const longitude = reader.number('longitude', readNumber, [-180, 180])
  if ((latitude === null) !== (longitude === null)) reader.refuse('place-incomplete', null)
  return {
    ...{ source: reader.source, tenant, service, devEui, serial, asset },
    assetName: reader.text('assetName', 200) || null,
    channel: reader.text('channel', 100) || 'main',
    from: reader.read('date', (cell) => dates.read(cell)) ?? '',
    startIndex: reader.read('startIndex', readNumber),
    parameters: reader.pairs(),
    equipment: reader.text('equipment', 200) || null,
    site: reader.text('site', 200) || null,
    commune: reader.read('commune', readCommune),
    latitude,
    longitude,
  }
}

function readCommune(cell: string): CellResult<string> {
  const code = cell.toUpperCase()
  return /^[0-9AB]{5}$/.test(code) ? { value: code } : { reason: 'commune-malformed', facts: { written: cell.slice(0, 40) } }
}

/** The line of a date such as 11/22/2026: then 03/04/2026 beside it is no 3 April for sure. */
function lineWithMonthFirst({ columns, records, titleRecord }: Table): number | null {
  const at = columns.at.date ?? -1
  return records.slice(titleRecord + 1).find(({ cells }) => isMonthFirst((cells[at] ?? '').trim()))?.line ?? null
}
