import type { Flag } from '../vocabulary/flags.ts'
import type { Measurement } from '../vocabulary/measurement.ts'
import { measurements } from '../vocabulary/measurements.ts'
import type { Measure } from './model.ts'

export type Parameters = Readonly<Record<string, number | string | boolean>>

type Value = number | boolean | string

/** A value in the vocabulary's unit, or null when it cannot be made, and what is doubtful about it. */
export interface MappedValue {
  value: Value | null
  flag: Flag | null
}

const unusable = (flag: Flag): MappedValue => ({ value: null, flag })
const sound = (value: Value): MappedValue => ({ value, flag: null })

/** One value from what a measure's path found (at least one match, none of them null). */
export function mapMeasure(measure: Measure, matches: readonly unknown[], parameters: () => Parameters): MappedValue {
  const measurement = measurements.get(measure.name)
  if (measurement === undefined) return unusable('unknown-name')
  const combined = matches.length === 1 ? mapOne(measure, matches[0]) : mapSeveral(measure, matches)
  if (combined.value === null) return combined
  const converted = measure.convert === undefined ? combined : convert(measure.convert, combined.value, parameters())
  if (converted.value === null) return converted
  const checked = check(measurement, converted.value)
  return checked.flag === null ? { value: checked.value, flag: converted.flag } : checked
}

function mapSeveral(measure: Measure, matches: readonly unknown[]): MappedValue {
  const mapped = matches.map((match) => mapOne(measure, match))
  const values = mapped.flatMap(({ value }) => (value === null ? [] : [value]))
  const unread = mapped.find(({ value }) => value === null)
  // Of a sum every part counts; elsewhere those that can be read speak for all.
  if (unread !== undefined && measure.take === 'sum') return unread
  const combined = combine(measure.take, values)
  return combined === null ? (unread ?? unusable('wrong-type')) : sound(combined)
}

function mapOne(measure: Measure, match: unknown): MappedValue {
  if (measure.includes !== undefined)
    return Array.isArray(match) ? truth(measure, match.includes(measure.includes)) : unusable('wrong-type')
  if (typeof match !== 'number' && typeof match !== 'boolean' && typeof match !== 'string') return unusable('wrong-type')
  if (measure.equals !== undefined) return truth(measure, String(match) === measure.equals)
  const named = measure.values === undefined ? match : lookUp(measure.values, String(match))
  if (named === undefined) return unusable('unknown-state')
  if (typeof named === 'boolean') return truth(measure, named)
  if (typeof named === 'string') return sound(named)
  if (!Number.isFinite(named)) return unusable('wrong-type')
  if (measure.scale === 1 && measure.offset === 0) return sound(named)
  const scaled = named * measure.scale + measure.offset
  return Number.isFinite(scaled) ? sound(tidy(scaled)) : unusable('wrong-type')
}

function truth(measure: Measure, value: boolean): MappedValue {
  return sound(measure.not === true ? !value : value)
}

/** The exact name, else the longest `prefix-*` that it starts with. */
function lookUp(names: Readonly<Record<string, Value>>, name: string): Value | undefined {
  if (Object.hasOwn(names, name)) return names[name]
  const [best] = Object.keys(names)
    .filter((pattern) => pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)))
    .sort((a, b) => b.length - a.length)
  return best === undefined ? undefined : names[best]
}

function combine(take: Measure['take'], values: readonly Value[]): Value | null {
  const [firstValue] = values
  if (firstValue === undefined) return null
  if (take === 'any') return values.includes(true)
  if (take === 'first') return firstValue
  if (take === 'last') return values.at(-1) ?? null
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length === 0 || (take === 'sum' && numbers.length < values.length)) return null
  if (take === 'max') return Math.max(...numbers)
  if (take === 'min') return Math.min(...numbers)
  const sum = numbers.reduce((total, value) => total + value, 0)
  return tidy(take === 'sum' ? sum : sum / numbers.length)
}

function numeric(parameters: Parameters, name: string): number | null {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function convert(rule: NonNullable<Measure['convert']>, value: Value, parameters: Parameters): MappedValue {
  if (typeof value !== 'number') return unusable('wrong-type')
  if (rule.kind === 'linear') {
    const scale = rule.scale === undefined ? 1 : numeric(parameters, rule.scale)
    const offset = rule.offset === undefined ? 0 : numeric(parameters, rule.offset)
    return scale === null || offset === null ? unusable('missing-parameter') : sound(tidy(value * scale + offset))
  }
  if (rule.kind === 'level') {
    const zero = numeric(parameters, rule.zero)
    return zero === null ? unusable('missing-parameter') : sound(tidy(zero - value))
  }
  const empty = numeric(parameters, rule.empty)
  const full = numeric(parameters, rule.full)
  if (empty === null || full === null) return unusable('missing-parameter')
  return empty === full ? unusable('bad-parameter') : fill((100 * (empty - value)) / (empty - full))
}

// Uneven waste and a swinging lid go a little past either end; further out the parameters or the sensor's place are wrong.
const swing = 10

function fill(percent: number): MappedValue {
  const held = tidy(Math.min(100, Math.max(0, percent)))
  return { value: held, flag: percent < -swing || percent > 100 + swing ? 'clamped' : null }
}

function check(measurement: Measurement, value: Value): MappedValue {
  if (measurement.kind === 'alarm' || measurement.kind === 'event' || (measurement.kind === 'state' && measurement.states === undefined)) {
    return typeof value === 'boolean' ? sound(value) : unusable('wrong-type')
  }
  if (measurement.kind === 'state') {
    if (typeof value !== 'string') return unusable('wrong-type')
    return measurement.states?.includes(value) === true ? sound(value) : unusable('unknown-state')
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return unusable('wrong-type')
  const [low, high] = measurement.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  return { value, flag: value < low || value > high ? 'out-of-range' : null }
}

/** Takes off what floating point adds (0.1 × 3 = 0.30000000000000004): twelve figures are more than any sensor has. */
function tidy(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(12))
}
