import { measurements } from '../../vocabulary/measurements.ts'
import { unitSuffix } from '../../vocabulary/units.ts'
import type { CodecFailure, DecodeResult, EncodeResult } from '../codec-runner.ts'
import { select } from '../field-path.ts'
import type { Example, Measure, Model } from '../model.ts'
import { type MappedReading, normalise } from '../normalise.ts'
import { type Hint, measureHint, nearest, type PlainCode, valueHint } from './hint.ts'

/** One thing that is not as the example says. */
export interface Difference {
  /** which part of the example says so */
  part: 'output' | 'normalized' | 'errors'
  /** within that part: `lamps[0].level_pct`, `main.volume`, `hex`; empty: all of it */
  path: string
  /** undefined: nothing should be there */
  expected: unknown
  /** undefined: nothing is there */
  got: unknown
  /** of the two values, SenML or as in the key; null: none or unknown */
  unit: string | null
  hint: Hint | null
}

type Uplink = Extract<Example, { type: 'uplink' }>
type Encode = Extract<Example, { type: 'downlink-encode' }>
export type ExampleResult = DecodeResult | EncodeResult
type Checked = Pick<Model, 'channels' | 'measures' | 'histories' | 'clock'>

/** The time of a frame whose example gives none. */
export const exampleTime = '2026-11-22T06:00:00.000Z'

/**
 * What passes, wherever examples are tested: no difference. Numbers to a millionth; every key of `output` is in the codec's
 * data (it may give more); `normalized` names exactly the channels that have a reading, and values that the newest of each has.
 */
export function checkExample(model: Checked, example: Example, result: ExampleResult): readonly Difference[] {
  if (!result.ok) return failureDifferences(example, result)
  if (example.errors !== undefined) {
    return [{ part: 'errors', path: '', expected: example.errors, got: undefined, unit: null, hint: { code: 'not-refused', context: {} } }]
  }
  if (example.type === 'downlink-encode') return encodeDifferences(example, result)
  const data = 'data' in result ? result.data : {}
  const output = compare(example.output ?? {}, data, '')
  return example.type === 'uplink' ? [...output, ...normalizedDifferences(model, example, data, output)] : output
}

/** The readings that a frame becomes, in the vocabulary. */
export function normalizedExample(model: Checked, { input }: Uplink, data: unknown): MappedReading[] {
  const { parameters = {}, recvTime = exampleTime } = input
  return normalise(model, data, { receivedAt: new Date(recvTime).toISOString(), parameters: () => parameters })
}

function failureDifferences(example: Example, { reason, errors }: CodecFailure): Difference[] {
  const got = errors.join('; ')
  const differs = (expected: unknown, code: PlainCode): Difference[] => [
    { part: 'errors', path: '', expected, got, unit: null, hint: { code, context: {} } },
  ]
  if (reason === 'timeout') return differs(example.errors, 'too-slow')
  if (reason === 'crashed' || reason === 'disabled') return differs(example.errors, 'crashed')
  if (reason === 'bad-result') return differs(example.errors, 'no-result')
  if (example.errors === undefined) return differs(undefined, 'refused')
  const all = errors.join('\n')
  return example.errors.filter((part) => !all.includes(part)).flatMap((part) => differs(part, 'other-error'))
}

function encodeDifferences({ output }: Encode, result: EncodeResult | DecodeResult): Difference[] {
  const got = 'bytes' in result ? { fPort: result.fPort, hex: Buffer.from(result.bytes).toString('hex') } : undefined
  const differences: Difference[] = []
  if (output?.fPort !== got?.fPort) differences.push({ ...bare('output', 'fPort'), expected: output?.fPort, got: got?.fPort })
  const expected = output?.hex.toLowerCase()
  if (expected !== got?.hex) differences.push({ ...bare('output', 'hex'), expected, got: got?.hex, hint: bytesHint(expected, got?.hex) })
  return differences
}

function bytesHint(expected = '', got = ''): Hint | null {
  const pairs = (text: string) => text.match(/../g) ?? []
  const [wanted, found] = [pairs(expected), pairs(got)]
  if (wanted.length !== found.length) return { code: 'length', context: { expected: wanted.length, got: found.length } }
  const index = wanted.findIndex((byte, at) => byte !== found[at])
  return index < 0 ? null : { code: 'byte', context: { index, expected: wanted[index] ?? '', got: found[index] ?? '' } }
}

function bare(part: Difference['part'], path: string): Difference {
  return { part, path, expected: undefined, got: undefined, unit: null, hint: null }
}

/** Where `found` has not every key of `wanted` with its value, numbers to a millionth. */
export function holds(found: unknown, wanted: unknown): readonly Difference[] {
  return compare(wanted, found, '')
}

function compare(wanted: unknown, found: unknown, path: string): Difference[] {
  if (Array.isArray(wanted)) {
    const list: readonly unknown[] = Array.isArray(found) ? found : []
    if (!Array.isArray(found)) return [{ ...bare('output', path), expected: wanted, got: found, hint: missing(found, path) }]
    const differences = wanted.flatMap((entry, index) => (index < list.length ? compare(entry, list[index], `${path}[${index}]`) : []))
    if (wanted.length === list.length) return differences
    const hint: Hint = { code: 'length', context: { expected: wanted.length, got: list.length } }
    return [...differences, { ...bare('output', `${path}.length`), expected: wanted.length, got: list.length, hint }]
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof found !== 'object' || found === null)
      return [{ ...bare('output', path), expected: wanted, got: found, hint: missing(found, path) }]
    const unexpected = Object.keys(found).filter((key) => !Object.hasOwn(wanted, key))
    return Object.entries(wanted).flatMap(([key, value]) => {
      const inside = path === '' ? key : `${path}.${key}`
      if (Object.hasOwn(found, key)) return compare(value, Reflect.get(found, key), inside)
      const name = nearest(key, unexpected)
      const hint: Hint = name === null ? { code: 'missing-key', context: { field: inside } } : { code: 'misspelt', context: { name } }
      return [{ ...bare('output', inside), expected: value, unit: unitSuffix(inside), hint }]
    })
  }
  if (isSame(wanted, found)) return []
  const field = path.slice(path.lastIndexOf('.') + 1)
  return [{ part: 'output', path, expected: wanted, got: found, unit: unitSuffix(path), hint: valueHint(wanted, found, field) }]
}

function missing(found: unknown, field: string): Hint | null {
  return found === undefined ? { code: 'missing-key', context: { field } } : null
}

function isSame(wanted: unknown, found: unknown): boolean {
  if (typeof wanted !== 'number' || typeof found !== 'number') return wanted === found
  return Math.abs(found - wanted) <= 1e-6 * Math.abs(wanted)
}

function normalizedDifferences(model: Checked, example: Uplink, data: unknown, before: readonly Difference[]): Difference[] {
  const wrongFields = new Set(before.map(({ path }) => path))
  const wanted = example.normalized ?? {}
  const newest = new Map(normalizedExample(model, example, data).map((reading) => [reading.channel, reading]))
  const unlisted = [...newest.values()].filter(({ channel }) => !Object.hasOwn(wanted, channel))
  return [
    ...Object.entries(wanted).flatMap(([channel, values]) =>
      channelDifferences(model, channel, values, newest.get(channel), data, wrongFields),
    ),
    ...unlisted.map(
      ({ channel, values }): Difference => ({
        ...bare('normalized', channel),
        got: values,
        hint: { code: 'unlisted-channel', context: { channel } },
      }),
    ),
  ]
}

function channelDifferences(
  model: Checked,
  channel: string,
  wanted: Readonly<Record<string, unknown>>,
  reading: MappedReading | undefined,
  data: unknown,
  wrongFields: ReadonlySet<string>,
): Difference[] {
  // A channel without values says only that there is a reading.
  if (reading === undefined && Object.keys(wanted).length === 0) return [{ ...bare('normalized', channel), expected: {} }]
  return Object.entries(wanted).flatMap(([name, expected]) => {
    const got = reading !== undefined && Object.hasOwn(reading.values, name) ? reading.values[name] : undefined
    if (isSame(expected, got)) return []
    const unit = measurements.get(name)?.unit ?? null
    const measures = measuresOf(model, channel, name)
    const field = measures.find((measure) => wrongFields.has(measure.field))?.field
    const hint: Hint | null =
      field !== undefined
        ? { code: 'follows', context: { field } }
        : got === undefined
          ? absentHint(name, channel, measures, reading, data)
          : measureHint(expected, got, name, unit, used(measures, data))
    return [{ part: 'normalized' as const, path: `${channel}.${name}`, expected, got, unit, hint }]
  })
}

function measuresOf(model: Checked, channel: string, name: string): readonly Measure[] {
  const all = [...model.measures, ...model.histories.flatMap(({ measures }) => measures)]
  return all.filter((measure) => measure.channel === channel && measure.name === name)
}

/** The measure that gave the value: the first that finds its field. */
function used(measures: readonly Measure[], data: unknown): readonly Measure[] {
  const found = measures.find(({ field }) => select(data, field).length > 0)
  return found === undefined ? measures : [found]
}

function absentHint(
  name: string,
  channel: string,
  measures: readonly Measure[],
  reading: MappedReading | undefined,
  data: unknown,
): Hint | null {
  const flag = reading === undefined || !Object.hasOwn(reading.flags, name) ? undefined : reading.flags[name]
  if (flag !== undefined) return { code: 'flagged', context: { flag } }
  const [measure] = measures
  if (measure === undefined) {
    const near = nearest(name, Object.keys(reading?.values ?? {}))
    return near === null ? { code: 'no-measure', context: { name, channel } } : { code: 'misspelt', context: { name: near } }
  }
  return select(data, measure.field).length === 0 ? { code: 'model-field', context: { field: measure.field } } : null
}
