import { hexDigits, isScientific } from '../../lorawan/hex-text.ts'
import { SecretKey } from '../../lorawan/keys.ts'
import { holdsKey } from '../../lorawan/qr/label.ts'
import { type KeyField, keyFields, type RootKeys } from '../../lorawan/root-keys.ts'
import { isMadeOfEuis, isWellKnownKey } from '../../lorawan/weak-key.ts'
import { type DeviceRow, isNotText, type KeyRow, placeOf, written } from './device-rows.ts'
import { byWeight, type Finding, type FindingContext, type FindingSlug, findings, type Outcome } from './findings.ts'
import { type EuiView, readEuis } from './read-euis.ts'

/** What is known beside the file. */
export interface Facts {
  /** where the device is known from already; null: it is new */
  knownFrom: (devEui: string) => string | null
  /** of all devices, unless a row names another: `vendor/model` */
  model: string | null
  /** the model that a supplier's word for it means; null: none */
  modelOf: (word: string) => string | null
  /** assigned EUI prefixes of a model, 6, 7 or 9 digits; empty: unknown */
  prefixesOf: (model: string) => readonly string[]
  /** of all known vendors */
  vendorPrefixes: readonly string[]
  /** where a row has none */
  joinEui: string | null
  acceptWeakKeys: boolean
  /** devEuis that look byte-reversed: held back until someone says so, taken as written, or turned */
  reversed: 'hold' | 'keep' | 'turn'
}

/** A device that is taken; its keys cannot be printed. */
export interface TakenDevice {
  devEui: string
  joinEui: string | null
  model: string | null
  serial: string
  name: string
  keys: RootKeys
}

export interface CheckedRow {
  file: string
  line: number
  outcome: Outcome
  /** null where the row has none that can be read */
  devEui: string | null
  joinEui: string | null
  /** the worst first; its slug is the row's reason */
  findings: readonly Finding[]
  /** null: refused, held back, or no device at all */
  device: TakenDevice | null
}

/** Every row of a delivery judged, in its order. Pure: the same rows and facts give the same report. */
export function checkRows(rows: readonly DeviceRow[], facts: Facts): CheckedRow[] {
  const euis = readEuis(rows, facts)
  const keys = rows.map(keysOf)
  const twins = sameEui(rows, euis, keys)
  const shared = sharedKeys(rows, euis, keys)
  const knowsModels = rows.some((row) => facts.modelOf(written(row, 'model')) !== null)
  const hasJoinEuis = rows.some((row) => written(row, 'joinEui') !== '')
  return rows.map((row, index) => {
    const eui = euis[index]
    const read = keys[index]
    if (eui === undefined || read === undefined || eui.kind === 'none') return asideRow(row, eui)
    const found = new Found(row)
    const joinEui = joinEuiOf(row, facts, hasJoinEuis, found)
    const model = facts.modelOf(written(row, 'model')) ?? facts.model
    if (knowsModels && model === null && written(row, 'model') !== '') found.add('model-unknown', 'model')
    judgeEui(eui, model, facts, found)
    judgeTwins(twins.get(eui.devEui ?? ''), row, found)
    judgeKeys(row, read, eui, joinEui, shared, found)
    const serial = plainText(row, 'serial', found)
    const name = plainText(row, 'name', found)
    const sorted = found.sorted(facts.acceptWeakKeys)
    const outcome = sorted[0]?.outcome ?? 'accept'
    const isHeld = outcome === 'refuse' || eui.devEui === null || (eui.turned !== null && facts.reversed === 'hold')
    const device = isHeld || eui.devEui === null ? null : { devEui: eui.devEui, joinEui, model, serial, name, keys: rootKeys(read) }
    return { file: row.table.file, line: row.source.line, outcome, devEui: eui.devEui, joinEui, findings: sorted, device }
  })
}

/** Keys of a devEui that no row of the list has. */
export function unmatchedKeys(rows: readonly KeyRow[]): CheckedRow[] {
  return rows.map(({ table, source, devEui }) => {
    const finding: Finding = { slug: 'second-sheet-row-unmatched', outcome: 'flag', context: emptyContext }
    return { file: table.file, line: source.line, outcome: 'flag', devEui, joinEui: null, findings: [finding], device: null }
  })
}

const emptyContext: FindingContext = { place: '', written: '', digits: 0, line: '', count: 0, other: '' }

class Found {
  private readonly row: DeviceRow
  private readonly list: { slug: FindingSlug; context: FindingContext }[] = []

  constructor(row: DeviceRow) {
    this.row = row
  }

  add(slug: FindingSlug, field: Parameters<typeof placeOf>[1], context: Partial<FindingContext> = {}): void {
    if (this.list.some((one) => one.slug === slug)) return
    this.list.push({ slug, context: { ...emptyContext, place: placeOf(this.row, field), ...context } })
  }

  sorted(acceptWeakKeys: boolean): Finding[] {
    return this.list
      .map(({ slug, context }): Finding => {
        const kind = findings[slug]
        return { slug, context, outcome: acceptWeakKeys && 'weak' in kind ? 'flag' : kind.outcome }
      })
      .sort(byWeight)
  }
}

function asideRow({ table, source, aside }: DeviceRow, eui: EuiView | undefined): CheckedRow {
  const slug = aside === 'empty' ? 'row-empty' : 'row-not-device'
  const finding: Finding = { slug, outcome: 'flag', context: emptyContext }
  return {
    file: table.file,
    line: source.line,
    outcome: 'flag',
    devEui: eui?.devEui ?? null,
    joinEui: null,
    findings: [finding],
    device: null,
  }
}

function judgeEui(eui: Exclude<EuiView, { kind: 'none' }>, model: string | null, facts: Facts, found: Found): void {
  if (eui.kind !== 'good') {
    found.add(eui.slug, 'devEui', { written: eui.written, digits: eui.digits })
    return
  }
  const known = facts.knownFrom(eui.devEui)
  if (known !== null) found.add('duplicate-in-inventory', 'devEui', { other: known })
  if (eui.turned !== null) {
    found.add('eui-reversed', 'devEui', { written: eui.written, other: eui.turned })
    return
  }
  const prefixes = model === null ? [] : facts.prefixesOf(model)
  if (prefixes.length > 0 && !prefixes.some((prefix) => eui.devEui.startsWith(prefix))) {
    found.add('prefix-foreign', 'devEui', { other: `${model} (${prefixes.join(', ')})` })
  }
}

interface Twins {
  rows: DeviceRow[]
  areEqual: boolean
}

/** Rows that give one devEui: equal in all that would be written, or not. */
function sameEui(rows: readonly DeviceRow[], euis: readonly EuiView[], keys: readonly ReadKeys[]): Map<string, Twins> {
  const first = new Map<string, number>()
  const twins = new Map<string, Twins>()
  for (const [index, row] of rows.entries()) {
    const devEui = euis[index]?.devEui ?? null
    if (devEui === null) continue
    const before = first.get(devEui)
    if (before === undefined) {
      first.set(devEui, index)
      continue
    }
    const one = rows[before]
    if (one === undefined) continue
    const group = twins.get(devEui) ?? { rows: [one], areEqual: true }
    group.rows.push(row)
    group.areEqual &&= identity(one, keys[before]) === identity(row, keys[index])
    twins.set(devEui, group)
  }
  return twins
}

function identity(row: DeviceRow, read: ReadKeys | undefined): string {
  const keys = keyFields.map((field) => read?.keys[field] ?? '')
  return [hexDigits(written(row, 'joinEui')) ?? '', ...keys].join()
}

function judgeTwins(twins: Twins | undefined, row: DeviceRow, found: Found): void {
  if (twins === undefined) return
  const [first] = twins.rows
  if (first === undefined || (twins.areEqual && first === row)) return
  const line = (twins.areEqual ? [first] : twins.rows.slice(0, 10)).map((twin) => lineOf(twin, row)).join(', ')
  found.add('duplicate-in-file', 'devEui', { line, count: twins.areEqual ? 1 : twins.rows.length })
}

/** A line of another sheet or file is named with it. */
function lineOf({ table, source }: { table: { file: string }; source: { line: number } }, seenFrom: DeviceRow): string {
  return table.file === seenFrom.table.file ? String(source.line) : `${table.file}:${source.line}`
}

interface ReadKeys {
  keys: Partial<Record<KeyField, string>>
  faults: { slug: 'key-damaged-by-excel' | 'key-malformed'; field: KeyField; digits: number }[]
}

function keysOf(row: DeviceRow): ReadKeys {
  const read: ReadKeys = { keys: {}, faults: [] }
  for (const field of keyFields) {
    const text = written(row, field)
    if (text === '') continue
    const digits = hexDigits(text)
    const slug = isDamagedKey(text, digits, isNotText(row, field)) ? 'key-damaged-by-excel' : 'key-malformed'
    if (slug === 'key-malformed' && digits?.length === 32) read.keys[field] = digits
    else read.faults.push({ slug, field, digits: digits?.length ?? 0 })
  }
  return read
}

function rootKeys({ keys }: ReadKeys): RootKeys {
  return Object.fromEntries(Object.entries(keys).map(([field, digits]) => [field, new SecretKey(Buffer.from(digits, 'hex'))]))
}

/**
 * A number, in scientific notation, or of decimal digits only: too few (zeros lost in front), or 32 of which a spreadsheet kept the
 * first 15. A drawn key is so with a chance below one in 10^17.
 */
function isDamagedKey(text: string, digits: string | null, isNumber: boolean): boolean {
  if (isNumber) return true
  if (digits === null) return isScientific(text)
  if (!/^\d+$/.test(digits) || /^0+$/.test(digits)) return false
  return digits.length === 32 ? /0{17}$/.test(digits) : digits.length > 8 && digits.length < 32
}

interface Sharing {
  first: DeviceRow
  devEuis: Set<string>
}

/** Keys that more than one device has. */
function sharedKeys(rows: readonly DeviceRow[], euis: readonly EuiView[], keys: readonly ReadKeys[]): Map<string, Sharing> {
  const first = new Map<string, number>()
  const shared = new Map<string, Sharing>()
  for (const [index, { devEui }] of euis.entries()) {
    if (devEui === null) continue
    for (const field of keyFields) {
      const key = keys[index]?.keys[field]
      if (key === undefined) continue
      const before = first.get(key)
      if (before === undefined) {
        first.set(key, index)
        continue
      }
      const owner = rows[before]
      const ownEui = euis[before]?.devEui ?? null
      // The same device on two rows shares nothing.
      if (owner === undefined || ownEui === null || ownEui === devEui) continue
      const sharing = shared.get(key) ?? { first: owner, devEuis: new Set([ownEui]) }
      sharing.devEuis.add(devEui)
      shared.set(key, sharing)
    }
  }
  return shared
}

function judgeKeys(
  row: DeviceRow,
  { keys, faults }: ReadKeys,
  { devEui }: EuiView,
  joinEui: string | null,
  shared: ReadonlyMap<string, Sharing>,
  found: Found,
): void {
  if (row.keysDiffer !== null) found.add('key-contradicted', 'appKey', { line: row.keysDiffer })
  for (const { slug, field, digits } of faults) found.add(slug, field, { digits })
  // Keys that are joined by an EUI that cannot be read are not missing.
  const isLost = devEui === null && row.table.columns.at.appKey === undefined
  if (!isLost && keys.appKey === undefined && faults.every(({ field }) => field !== 'appKey')) found.add('key-missing', 'appKey')
  for (const field of keyFields) {
    const key = keys[field]
    if (key === undefined) continue
    if (/^0+$/.test(key)) {
      found.add('key-zero', field)
      continue
    }
    if (devEui !== null && isMadeOfEuis(key, devEui, joinEui)) found.add('key-equals-eui', field)
    else if (isWellKnownKey(key)) found.add('key-well-known', field)
    const sharing = shared.get(key)
    if (sharing !== undefined) found.add('key-repeated', field, { count: sharing.devEuis.size, line: lineOf(sharing.first, row) })
  }
}

function joinEuiOf(row: DeviceRow, { joinEui }: Facts, others: boolean, found: Found): string | null {
  const text = written(row, 'joinEui')
  if (text === '') {
    if (joinEui === null && others) found.add('join-eui-missing', 'joinEui')
    return joinEui
  }
  const digits = hexDigits(text)
  if (digits?.length === 16 && !isNotText(row, 'joinEui')) return digits
  found.add('join-eui-malformed', 'joinEui', { digits: digits?.length ?? 0 })
  return null
}

/** A name or a serial as it is, unless a spreadsheet would run it (OWASP: CSV injection) or it holds a key. */
function plainText(row: DeviceRow, field: 'serial' | 'name', found: Found): string {
  const text = written(row, field).replace(/\p{Cc}+/gu, ' ')
  const isFormula = /^[=+\-@]/.test(text) && !/^[+-]?[\d\s.,]*$/.test(text)
  if (!isFormula && !holdsKey(text)) return text
  found.add('text-left-out', field)
  return ''
}
