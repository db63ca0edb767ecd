import { measurements } from '../../../vocabulary/measurements.ts'
import { conversion, unitSuffix } from '../../../vocabulary/units.ts'
import { fieldPathPattern } from '../../field-path.ts'
import { fieldsOf, isFields, listOf } from './read-value.ts'

/** A measure of model.yaml as far as an import may fill it in. */
export interface CertainMeasure {
  field: string
  name: string
  scale?: number
  offset?: number
}

export interface Mapping {
  measures: readonly CertainMeasure[]
  /** fields of the decoder's data that a person has to map, or to put under `ignored`; sorted */
  notMapped: readonly string[]
}

/**
 * The names of The Things Stack's `normalizeUplink` with the units that its schema documents (%, °C, hPa, ppm, lux, m/s, °,
 * dS/m, V, L), and what they are here.
 */
const normalNames: Readonly<Record<string, { name: string; scale?: number }>> = {
  'air.temperature': { name: 'temperature' },
  'air.relativeHumidity': { name: 'humidity' },
  'air.pressure': { name: 'pressure' },
  'air.co2': { name: 'co2' },
  'air.lightIntensity': { name: 'illuminance' },
  'wind.speed': { name: 'windSpeed' },
  'wind.direction': { name: 'windDirection' },
  'soil.moisture': { name: 'soilMoisture' },
  'soil.temperature': { name: 'soilTemperature' },
  'soil.ec': { name: 'soilConductivity', scale: 0.1 },
  'metering.water.total': { name: 'volume', scale: 0.001 },
  'action.motion.detected': { name: 'motion' },
  'position.latitude': { name: 'latitude' },
  'position.longitude': { name: 'longitude' },
  battery: { name: 'batteryVoltage' },
}

const normalPrefix = 'normalized[*].'

/**
 * What is certain without knowing the device: a key that is a name of the vocabulary with one of our units behind it
 * (`temperature_Cel`), and the documented names of a codec that normalises by itself, where it gives one measurement a frame.
 * A bare `temperature` may be anything, and is left to a person.
 */
export function certainMapping(outputs: readonly unknown[], normalizes: boolean): Mapping {
  const fields = new Map<string, boolean>()
  for (const output of outputs) {
    for (const [field, isNumber] of leaves(output, '', 0)) fields.set(field, (fields.get(field) ?? true) && isNumber)
  }
  const single = normalizes && outputs.every((output) => listOf(fieldsOf(output).normalized).length <= 1)
  const measures: CertainMeasure[] = []
  const notMapped: string[] = []
  for (const [field, isNumber] of [...fields].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const measure = (single ? normalMeasure(field) : null) ?? (isNumber ? measureOf(field) : null)
    if (measure === null || measures.some(({ name }) => name === measure.name)) notMapped.push(field)
    else measures.push(measure)
  }
  return { measures, notMapped }
}

function normalMeasure(field: string): CertainMeasure | null {
  const path = field.startsWith(normalPrefix) ? field.slice(normalPrefix.length) : ''
  const known = Object.hasOwn(normalNames, path) ? normalNames[path] : undefined
  return known === undefined ? null : { field: `normalized[0].${path}`, ...known }
}

function measureOf(field: string): CertainMeasure | null {
  const suffix = unitSuffix(field)
  if (suffix === null || !fieldPathPattern.test(field) || field.includes('[')) return null
  const name = field.slice(field.lastIndexOf('.') + 1, -suffix.length - 1)
  const measurement = measurements.get(name)
  const converted = measurement?.unit == null ? null : conversion(suffix, measurement.unit)
  if (converted === null) return null
  const { scale, offset } = converted
  return { field, name, ...(scale === 1 ? {} : { scale }), ...(offset === 0 ? {} : { offset }) }
}

/** Every path to a value that is no object, lists as `[*]`, and whether it is a number. */
function leaves(value: unknown, path: string, depth: number): [string, boolean][] {
  if (depth > 8) return []
  if (Array.isArray(value)) return value.flatMap((item: unknown) => leaves(item, `${path}[*]`, depth + 1))
  if (isFields(value)) return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`, depth + 1))
  return path === '' ? [] : [[path, typeof value === 'number']]
}
