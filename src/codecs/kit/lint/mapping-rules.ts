import { measurements } from '../../../vocabulary/measurements.ts'
import { conversion, unitSuffix } from '../../../vocabulary/units.ts'
import { select } from '../../field-path.ts'
import { mapMeasure } from '../../map-measure.ts'
import type { Measure, Model } from '../../model.ts'
import type { about, Finding } from './finding.ts'

type About = ReturnType<typeof about>

/** The data that the codec gave for an example. */
export interface Decoded {
  /** of the example, from 1 */
  number: number
  data: unknown
}

interface Placed {
  measure: Measure
  /** its path into the data, through its history */
  field: string
  path: readonly PropertyKey[]
}

function placed(model: Model): readonly Placed[] {
  return [
    ...model.measures.map((measure, index) => ({ measure, field: measure.field, path: ['measures', index] })),
    ...model.histories.flatMap(({ field, measures }, history) =>
      measures.map((measure, index) => ({ measure, field: `${field}.${measure.field}`, path: ['histories', history, 'measures', index] })),
    ),
  ]
}

/** A measure's scale against the unit that its key says, which the vocabulary's unit needs. */
export function unitFindings(model: Model, { error, warning }: About): Finding[] {
  return placed(model).flatMap(({ measure, path }): Finding[] => {
    const { field, name, scale, offset, convert } = measure
    const to = measurements.get(name)?.unit ?? null
    const isNumber = measure.values === undefined && measure.equals === undefined && measure.includes === undefined
    // What parameters of the installation convert has another unit before.
    if (to === null || !isNumber || convert !== undefined) return []
    const from = unitSuffix(field)
    if (from === null) {
      return unitless.has(to) || scale !== 1 ? [] : [warning({ rule: 'unit-unsaid', context: { field, to } }, path)]
    }
    const wanted = conversion(from, to)
    if (wanted === null) return [warning({ rule: 'unit-mismatch', context: { field, name, from, to } }, path)]
    if (near(wanted.scale, scale) && near(wanted.offset, offset)) return []
    const rightly = wanted.offset === 0 ? `scale: ${wanted.scale}` : `scale: ${wanted.scale}, offset: ${wanted.offset}`
    return [error({ rule: 'unit-scale', context: { field, from, to, scale, wanted: rightly } }, path)]
  })
}

const unitless: ReadonlySet<string> = new Set(['/', 'count', 'lat', 'lon', '%EL'])

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b), 1e-9)
}

/** Values that nothing maps and nobody leaves out on purpose, and measures that no example shows. */
export function fieldFindings(model: Model, decoded: readonly Decoded[], { warning }: About): Finding[] {
  const known = [
    ...placed(model).map(({ field }) => field),
    ...model.ignored,
    ...model.histories.map(({ field, time }) => `${field}.${time}`),
    ...(model.clock === null ? [] : [model.clock.field]),
    ...model.measures.flatMap(({ when }) => when ?? []),
  ]
  const covered = known.map(everyEntry)
  const chosenBy = new Set(known.flatMap(selectorPaths))
  const leaves = new Set(decoded.flatMap(({ data }) => leavesOf(data, '')))
  const unmapped = [...leaves].filter((leaf) => !chosenBy.has(leaf) && !covered.some((path) => isWithin(leaf, path)))
  const unproven = placed(model).filter(({ measure, field }) => {
    const history = field !== measure.field
    return !decoded.some(({ data }) =>
      history ? [...leavesOf(data, '')].some((leaf) => isWithin(leaf, everyEntry(field))) : select(data, field).length > 0,
    )
  })
  return [
    ...unmapped.map((field) => warning({ rule: 'unmapped', context: { field } }, ['measures'])),
    ...unproven.map(({ field, measure, path }) => warning({ rule: 'unproven', context: { field, name: measure.name } }, path)),
  ]
}

/**
 * Two measures of one name and channel that read different values from one frame: the second is lost there. A choice among
 * the entries of one list, and a value that parameters of the installation make, is a preference on purpose.
 */
export function doubleFindings(model: Model, decoded: readonly Decoded[], { warning }: About): Finding[] {
  return model.measures.flatMap((second, index): Finding[] => {
    const first = model.measures.slice(0, index).find(({ name, channel }) => name === second.name && channel === second.channel)
    if (first === undefined || everyEntry(first.field) === everyEntry(second.field)) return []
    if (first.when !== undefined || second.when !== undefined || second.raises === true) return []
    if (first.convert !== undefined || second.convert !== undefined) return []
    const both = decoded.find(({ data }) => {
      const [a, b] = [mappedValue(first, data), mappedValue(second, data)]
      return a !== null && b !== null && a !== b
    })
    if (both === undefined) return []
    const context = { name: second.name, channel: second.channel, first: first.field, second: second.field, example: both.number }
    return [warning({ rule: 'mapped-twice', context }, ['measures', index])]
  })
}

function mappedValue(measure: Measure, data: unknown): unknown {
  const matches = select(data, measure.field)
  return matches.length === 0 ? null : mapMeasure(measure, matches, () => ({})).value
}

function everyEntry(path: string): string {
  return path.replaceAll(/\[[^\]]+\]/g, '[*]')
}

/** `lamps[address=internal].level_pct` reads `lamps[*].address` too. */
function selectorPaths(path: string): string[] {
  return [...path.matchAll(/\[(\w+)!?=[^\]]+\]/g)].map(({ index, 1: key = '' }) => `${everyEntry(path.slice(0, index))}[*].${key}`)
}

function isWithin(leaf: string, path: string): boolean {
  if (leaf === path) return true
  return leaf.startsWith(path) && /^[.[]/.test(leaf.slice(path.length))
}

function leavesOf(value: unknown, path: string): string[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((entry) => leavesOf(entry, `${path}[*]`))
  if (typeof value !== 'object') return [path]
  return Object.entries(value).flatMap(([key, inside]) => leavesOf(inside, path === '' ? key : `${path}.${key}`))
}
