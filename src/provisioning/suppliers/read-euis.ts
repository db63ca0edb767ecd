import { hexDigits, isScientific, reversedBytes } from '../../lorawan/hex-text.ts'
import { type DeviceRow, isNotText, written } from './device-rows.ts'

/** What the devEui of a row is. */
export type EuiView =
  | {
      kind: 'good'
      devEui: string
      /** as digits, before it was turned */
      written: string
      /** the same the other way round, where that is likely the right one; null: it is right as it is */
      turned: string | null
    }
  | {
      kind: 'bad'
      slug: 'eui-damaged-by-excel' | 'eui-malformed' | 'eui-missing' | 'eui-zero'
      devEui: null
      written: string
      digits: number
    }
  /** the row is no device */
  | { kind: 'none'; devEui: null }

interface BadEui {
  kind: 'bad'
  slug: 'eui-damaged-by-excel' | 'eui-malformed' | 'eui-missing' | 'eui-zero'
  devEui: null
  /** empty where it may be a key */
  written: string
  /** hexadecimal digits in it; 0: something else */
  digits: number
}

export interface EuiFacts {
  model: string | null
  modelOf: (word: string) => string | null
  prefixesOf: (model: string) => readonly string[]
  vendorPrefixes: readonly string[]
  reversed: 'hold' | 'keep' | 'turn'
}

/** The devEuis of all rows, each read in the light of the others. */
export function readEuis(rows: readonly DeviceRow[], facts: EuiFacts): EuiView[] {
  const digits = rows.map((row) => hexDigits(written(row, 'devEui')))
  const neighbours = new Neighbours(rows.flatMap((row, index) => (row.aside === null ? (digits[index] ?? []) : [])))
  return rows.map((row, index): EuiView => {
    if (row.aside !== null) return { kind: 'none', devEui: null }
    const eui = digits[index] ?? null
    const text = written(row, 'devEui')
    if (text === '') return { kind: 'bad', slug: 'eui-missing', devEui: null, written: '', digits: 0 }
    // A key in the wrong column is not repeated in a report.
    const shown = text.length <= 23 && (eui?.length ?? 0) < 20 ? text : ''
    const bad = (slug: BadEui['slug']): BadEui => ({ kind: 'bad', slug, devEui: null, written: shown, digits: eui?.length ?? 0 })
    if (isNotText(row, 'devEui') || (eui === null && isScientific(text))) return { ...bad('eui-damaged-by-excel'), digits: 0 }
    if (eui?.length !== 16) return bad(neighbours.hasLostZeros(eui, facts.vendorPrefixes) ? 'eui-damaged-by-excel' : 'eui-malformed')
    if (/^(?:0+|f+)$/.test(eui)) return bad('eui-zero')
    const turned = isReversed(row, eui, neighbours, facts) ? reversedBytes(eui) : null
    return { kind: 'good', devEui: turned !== null && facts.reversed === 'turn' ? turned : eui, written: eui, turned }
  })
}

/**
 * Do the bytes of an EUI stand the other way round? Only where its own beginning speaks against it and its end, turned, speaks for it:
 * a known vendor's prefix, or that of its neighbours. By chance that is one EUI in a million files.
 */
function isReversed(row: DeviceRow, eui: string, neighbours: Neighbours, facts: EuiFacts): boolean {
  const turned = reversedBytes(eui)
  if (turned === eui) return false
  const model = facts.modelOf(written(row, 'model')) ?? facts.model
  const ofModel = model === null ? [] : facts.prefixesOf(model)
  const begins = (text: string, prefixes: readonly string[]) => prefixes.some((prefix) => text.startsWith(prefix))
  if (begins(eui, ofModel)) return false
  if (begins(turned, ofModel)) return true
  if (row.table.columns.isReversed) return !begins(eui, facts.vendorPrefixes)
  if (begins(eui, facts.vendorPrefixes)) return false
  if (neighbours.isUsual(eui)) return false
  return begins(turned, facts.vendorPrefixes) || neighbours.isUsual(turned) || neighbours.areAllReversed
}

const prefixLength = 6

/** What the EUIs of one file have in common. */
class Neighbours {
  private readonly usual = new Set<string>()
  private readonly othersHave16: boolean
  readonly areAllReversed: boolean

  constructor(all: readonly string[]) {
    const euis = new Set(all.filter(({ length }) => length === 16))
    this.othersHave16 = euis.size > 0
    const beginnings = counted(euis, (eui) => eui.slice(0, prefixLength))
    const endings = counted(euis, (eui) => eui.slice(-prefixLength))
    for (const filler of ['000000', 'ffffff']) endings.delete(filler)
    const least = Math.max(3, euis.size * 0.05)
    for (const [prefix, count] of beginnings) if (count >= least) this.usual.add(prefix)
    // A vendor's prefix that stands at the end of all of them, and none at their beginning.
    const isCommon = (counts: ReadonlyMap<string, number>, share: number) =>
      [...counts.values()].some((count) => count >= euis.size * share)
    this.areAllReversed = euis.size >= 5 && isCommon(endings, 0.9) && !isCommon(beginnings, 0.5)
  }

  /** Does it begin as many of them do? */
  isUsual(eui: string): boolean {
    return this.usual.has(eui.slice(0, prefixLength))
  }

  /**
   * Is it too short for want of zeros at its beginning? Decimal digits where the others have 16 (a spreadsheet's doing), or 14 or 15
   * digits that with zeros in front begin as their neighbours or a known vendor's do.
   */
  hasLostZeros(digits: string | null, vendorPrefixes: readonly string[]): boolean {
    if (digits === null || digits.length > 15 || digits.length < 8) return false
    if (/^\d+$/.test(digits) && this.othersHave16) return true
    if (digits.length < 14) return false
    const whole = digits.padStart(16, '0')
    return this.isUsual(whole) || vendorPrefixes.some((prefix) => whole.startsWith(prefix))
  }
}

function counted(values: ReadonlySet<string>, part: (value: string) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(part(value), (counts.get(part(value)) ?? 0) + 1)
  return counts
}
