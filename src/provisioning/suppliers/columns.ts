import { OndineError } from '../../errors/ondine-error.ts'
import { hexDigits, isScientific } from '../../lorawan/hex-text.ts'
import { keyFields } from '../../lorawan/root-keys.ts'
import type { Row, Sheet } from './delivery.ts'
import type { SupplierProfile } from './supplier-profile.ts'
import { type Field, fieldOfTitle, fields, meaningOfTitle, plainTitle } from './titles.ts'

/** Which column of a sheet is what. */
export interface Columns {
  /** index of the row that holds the titles; null: the records name them, or there are none */
  titleRow: number | null
  /** index of the first row of data */
  first: number
  titles: readonly string[]
  at: Readonly<Partial<Record<Field, number>>>
  /** the devEui's title says that its bytes come last first */
  isReversed: boolean
  /** LoRaWAN 1.0 as ChirpStack has it: the AppKey under the name of the NwkKey */
  isKeyUnderNwkKey: boolean
}

/** How many rows are looked at to tell what a column holds. */
const sampled = 3_000
const searched = 40

/**
 * The columns of a sheet: by the supplier's profile, else by the dictionary of titles and by what the cells hold. null: nothing in
 * it is a devEui. Throws `delivery.column-ambiguous`, which names the columns between which nobody can choose, and
 * `delivery.profile-differs`.
 */
export function findColumns(sheet: Sheet, file: string, profile: SupplierProfile | null): Columns | null {
  const titleRow = sheet.titles === null ? (titleRowByProfile(sheet.rows, profile) ?? titleRowOf(sheet.rows)) : null
  const titles = (sheet.titles ?? (titleRow === null ? [] : sheet.rows[titleRow]?.cells) ?? []).map((title) => title.trim())
  const first = titleRow === null ? 0 : titleRow + 1
  const contents = contentsOf(sheet.rows.slice(first, first + sampled), titles.length)
  const at = profile === null ? new Search(titles, contents, file).run() : byProfile(profile, titles, file)
  const { devEui, nwkKey, appKey, ...others } = at
  if (devEui === undefined) return null
  const isKeyUnderNwkKey = nwkKey !== undefined && (appKey === undefined || holdsNothing(contents[appKey]))
  const keys = isKeyUnderNwkKey
    ? { appKey: nwkKey }
    : { ...(appKey === undefined ? {} : { appKey }), ...(nwkKey === undefined ? {} : { nwkKey }) }
  const isReversed = /lsb|littleendian/.test(plainTitle(titles[devEui] ?? ''))
  return { titleRow, first, titles, at: { devEui, ...keys, ...others }, isReversed, isKeyUnderNwkKey }
}

/** What a person calls a column: its title, or its letter where there is none or it may hold a key. */
export function columnName(titles: readonly string[], column: number): string {
  const title = titles[column] ?? ''
  return title === '' || mayHoldKey(title) ? letters(column) : `"${title.slice(0, 60)}"`
}

/** A file without titles, or with a key in one of them: hexadecimal digits, or base64 of as many bytes. */
export function mayHoldKey(title: string): boolean {
  return /[0-9a-f]{16}/i.test(title.replace(/[\s:._-]/g, '')) || /(?=[a-z+/]*\d)[a-z0-9+/]{20}/i.test(title)
}

/** A, B, … Z, AA: as spreadsheets name columns; from 0. */
export function letters(column: number): string {
  const last = String.fromCharCode(65 + (column % 26))
  return column < 26 ? last : letters(Math.floor(column / 26) - 1) + last
}

/** What the cells of a column are. */
interface Content {
  filled: number
  euis: number
  differentEuis: number
  keys: number
  differentKeys: number
  /** may have been one of them */
  damaged: number
  zeros: number
  /** all its cells as digits: of two equal ones either will do */
  print: string
}

function contentsOf(rows: readonly Row[], least: number): Content[] {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), least)
  return Array.from({ length: width }, (_, column) => {
    const euis = new Set<string>()
    const keys = new Set<string>()
    const content: Content = { filled: 0, euis: 0, differentEuis: 0, keys: 0, differentKeys: 0, damaged: 0, zeros: 0, print: '' }
    const digitsOfAll: string[] = []
    for (const { cells, notText } of rows) {
      const cell = cells[column] ?? ''
      if (cell.trim() === '') continue
      content.filled += 1
      const digits = hexDigits(cell)
      digitsOfAll.push(digits ?? cell)
      if (digits !== null && /^0+$/.test(digits)) content.zeros += 1
      if (digits?.length === 16) {
        content.euis += 1
        euis.add(digits)
      } else if (digits?.length === 32) {
        content.keys += 1
        keys.add(digits)
      } else if (isScientific(cell) || (notText?.includes(column) === true && /^\d{9,}|[eE]/.test(cell)) || isNearly(digits))
        content.damaged += 1
    }
    return { ...content, differentEuis: euis.size, differentKeys: keys.size, print: digitsOfAll.join() }
  })
}

function isNearly(digits: string | null): boolean {
  return digits !== null && [14, 15, 30, 31].includes(digits.length)
}

function holdsNothing(content: Content | undefined): boolean {
  return content === undefined || content.filled === content.zeros
}

function titleRowByProfile(rows: readonly Row[], profile: SupplierProfile | null): number | null {
  const wanted = plainTitle(profile?.columns.devEui ?? '')
  if (wanted === '') return null
  const found = rows.slice(0, searched).findIndex(({ cells }) => cells.some((cell) => plainTitle(cell) === wanted))
  return found < 0 ? null : found
}

/** Titles stand in the row with the most words of the dictionary; without any, in the last one before the first data. */
function titleRowOf(rows: readonly Row[]): number | null {
  const head = rows.slice(0, searched)
  const firstData = head.findIndex(({ cells }) => cells.some(isData))
  const above = firstData < 0 ? head : head.slice(0, firstData)
  let best: { row: number; score: number } | null = null
  for (const [row, { cells }] of above.entries()) {
    const score = cells.reduce((sum, cell) => sum + (cell.length > 100 ? 0 : scoreOf(cell)), 0)
    if (score > (best?.score ?? 0)) best = { row, score }
  }
  if (best !== null) return best.row
  if (firstData < 1) return null
  const last = above.findLastIndex(({ cells }) => cells.filter((cell) => cell.trim() !== '').length > 1 || cells.length === 1)
  return last < 0 ? null : last
}

function scoreOf(title: string): number {
  const meaning = meaningOfTitle(title)
  if (meaning === null) return 0
  return meaning.weak ? 1 : 2
}

function isData(cell: string): boolean {
  const digits = hexDigits(cell)
  return digits?.length === 16 || digits?.length === 32 || isScientific(cell)
}

function byProfile({ supplier, columns }: SupplierProfile, titles: readonly string[], file: string): Partial<Record<Field, number>> {
  const at: Partial<Record<Field, number>> = {}
  for (const field of fields) {
    const wanted = columns[field]
    if (wanted === undefined) continue
    const column = titles.findIndex((title) => plainTitle(title) === plainTitle(wanted))
    // Keys may stand on a sheet of their own.
    if (column < 0 && (field === 'devEui' || keyFields.some((key) => key === field))) continue
    if (column < 0) throw new OndineError('delivery.profile-differs', { file, supplier, column: wanted })
    at[field] = column
  }
  return at
}

/** One search for the columns of one sheet. */
class Search {
  private readonly titles: readonly string[]
  private readonly contents: readonly Content[]
  private readonly file: string
  private readonly at: Partial<Record<Field, number>> = {}

  constructor(titles: readonly string[], contents: readonly Content[], file: string) {
    this.titles = titles
    this.contents = contents
    this.file = file
  }

  run(): Partial<Record<Field, number>> {
    for (const field of fields) this.set(field, this.byTitle(field))
    if (this.at.devEui === undefined) this.set('devEui', this.only('devEui', this.free(variesAsEui)))
    if (this.at.devEui === undefined) return this.at
    if (this.at.joinEui === undefined) this.set('joinEui', this.constant())
    if (keyFields.every((field) => this.at[field] === undefined)) this.set('appKey', this.only('appKey', this.free(isMostlyKeys)))
    return this.at
  }

  private set(field: Field, column: number | undefined): void {
    if (column !== undefined) this.at[field] = column
  }

  private byTitle(field: Field): number | undefined {
    const named = this.free((_, column) => fieldOfTitle(this.titles[column] ?? '') === field)
    const fitting = named.filter((column) => this.fits(field, column))
    if (fitting.length > 0) return this.only(field, fitting)
    const weak = this.free((_, column) => meaningOfTitle(this.titles[column] ?? '')?.field === field && this.fits(field, column, true))
    // A title alone decides only where no other column could be meant: "N° radio" may be another radio's.
    if (named.length === 0 || weak.length > 0) return this.only(field, weak)
    const byContent =
      field === 'devEui' ? this.free(variesAsEui).filter((column) => meaningOfTitle(this.titles[column] ?? '') === null) : []
    return byContent.length === 1 ? byContent[0] : this.only(field, named)
  }

  /** Columns that nothing is known to be in, or of a title that leaves it open. */
  private free(fits: (content: Content, column: number) => boolean): number[] {
    const taken = new Set(Object.values(this.at))
    return [...this.contents.entries()].flatMap(([column, content]) => {
      const isSession = fieldOfTitle(this.titles[column] ?? '') === 'session'
      return !isSession && !taken.has(column) && fits(content, column) ? column : []
    })
  }

  private fits(field: Field, column: number, mustBeFilled = false): boolean {
    const content = this.contents[column]
    if (content === undefined || content.filled === 0) return !mustBeFilled
    if (field === 'devEui' || field === 'joinEui') return (content.euis + content.damaged) * 2 >= content.filled
    if (field === 'serial' || field === 'name' || field === 'model') return content.keys === 0
    return (content.keys + content.damaged) * 2 >= content.filled || holdsNothing(content)
  }

  /** Of several that say the same (a copy with dashes), the first; of several that differ nobody can choose. */
  private only(field: Field, columns: readonly number[]): number | undefined {
    const [one, ...others] = columns
    if (one === undefined || others.length === 0) return one
    if (['serial', 'name', 'model'].includes(field)) return one
    if (others.every((column) => this.contents[column]?.print === this.contents[one]?.print)) return one
    const seen = columns.map((column) => this.describe(column)).join(', ')
    throw new OndineError('delivery.column-ambiguous', { file: this.file, field, seen })
  }

  private describe(column: number): string {
    const name = columnName(this.titles, column)
    return name.startsWith('"') ? `${letters(column)} ${name}` : name
  }

  /** A joinEui has few values, and a title that says nothing else. */
  private constant(): number | undefined {
    const found = this.free(
      (content, column) =>
        content.euis > 2 &&
        content.euis * 2 >= content.filled &&
        content.differentEuis * 10 <= content.euis &&
        meaningOfTitle(this.titles[column] ?? '') === null,
    )
    return found.length === 1 ? found[0] : undefined
  }
}

function variesAsEui({ filled, euis, differentEuis, damaged }: Content): boolean {
  return euis > 0 && (euis + damaged) * 2 >= filled && differentEuis * 2 > euis
}

function isMostlyKeys({ filled, keys, damaged }: Content): boolean {
  return keys > 0 && (keys + damaged) * 2 >= filled
}
