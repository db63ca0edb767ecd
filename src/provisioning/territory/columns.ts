import { nearest } from '../../codecs/kit/hint.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { columnName } from '../suppliers/columns.ts'
import { plainTitle } from '../suppliers/titles.ts'
import { columnCalled, pairCalled } from './column-titles.ts'

export const deviceColumns = ['devEui', 'joinEui', 'model', 'serial', 'name', 'tags'] as const
export const installationColumns = [
  'devEui',
  'serial',
  'asset',
  'assetName',
  'channel',
  'date',
  'startIndex',
  'parameters',
  'equipment',
  'site',
  'commune',
  'latitude',
  'longitude',
] as const
export type Column = (typeof deviceColumns)[number] | (typeof installationColumns)[number]
export type TableKind = 'device' | 'installation'

const columnsOf: Readonly<Record<TableKind, readonly Column[]>> = { device: deviceColumns, installation: installationColumns }
/** `parameter.pulseWeight`, `tag.zone`: one column each instead of one cell for all. */
const prefixOf: Readonly<Record<TableKind, string>> = { device: 'tag.', installation: 'parameter.' }
/** The cell that holds all of them. */
export const pairsColumnOf = { device: 'tags', installation: 'parameters' } as const satisfies Record<TableKind, Column>

export interface TableColumns {
  kind: TableKind
  titles: readonly string[]
  at: Readonly<Partial<Record<Column, number>>>
  /** tags or parameters that have a column of their own, by name */
  pairs: ReadonlyMap<string, number>
}

/** Columns that are kept for people and read by nobody. */
export function isRemark(title: string): boolean {
  return title.startsWith('#')
}

/** A table with assets says where devices are; all others say which there are. */
export function kindOf(titles: readonly string[]): TableKind {
  return titles.some((title) => columnOf(title, 'installation') === 'asset') ? 'installation' : 'device'
}

/** Does a title name anything of a table? By this a separator is found. */
export function isKnownTitle(title: string): boolean {
  return columnOf(title, 'device') !== null || columnOf(title, 'installation') !== null || pairCalled(title, 'device') !== null
}

/** As it is called, in whatever case; else in French and German, and by the suppliers' dictionary. */
function columnOf(title: string, kind: TableKind): Column | null {
  if (isRemark(title)) return null
  const plain = plainTitle(title)
  return columnsOf[kind].find((column) => column.toLowerCase() === plain) ?? columnCalled(title, kind, columnsOf[kind])
}

/** Throws `territory.unknown-column`, `territory.column-twice` and `territory.missing-column`. `isEmpty`: nothing is in this column. */
export function columnsFrom(titles: readonly string[], file: string, isEmpty: (column: number) => boolean): TableColumns {
  const kind = kindOf(titles)
  const at: Partial<Record<Column, number>> = {}
  const pairs = new Map<string, number>()
  for (const [index, title] of titles.entries()) {
    // Spreadsheets leave columns of nothing at the right.
    if (isRemark(title) || (title === '' && isEmpty(index))) continue
    const column = columnOf(title, kind)
    const pair = column === null ? pairCalled(title, kind) : null
    if (column === null && pair === null) throw unknown(titles, index, kind, file)
    const isTwice = column === null ? pairs.has(pair ?? '') : at[column] !== undefined
    if (isTwice) throw new OndineError('territory.column-twice', { file, column: column ?? title })
    if (column !== null) at[column] = index
    else if (pair !== null) pairs.set(pair, index)
  }
  const missing = missingOf(kind, at)
  if (missing !== null) throw new OndineError('territory.missing-column', { file, column: missing })
  return { kind, titles, at, pairs }
}

function unknown(titles: readonly string[], index: number, kind: TableKind, file: string): OndineError {
  const known = columnsOf[kind]
  return new OndineError('territory.unknown-column', {
    ...{ file, column: columnName(titles, index), near: nearest(titles[index] ?? '', known) ?? '' },
    known: [...known, `${prefixOf[kind]}<${kind === 'device' ? 'tag' : 'parameter'}>`].join(', '),
  })
}

function missingOf(kind: TableKind, at: TableColumns['at']): Column | null {
  if (kind === 'device') return at.devEui === undefined ? 'devEui' : null
  if (at.devEui === undefined && at.serial === undefined) return 'devEui'
  return at.date === undefined ? 'date' : null
}
