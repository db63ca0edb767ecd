import { measurements } from '../vocabulary/measurements.ts'
import { select } from './field-path.ts'
import { correctClock, moved, readTime } from './frame-clock.ts'
import { type MappedValue, mapMeasure, type Parameters } from './map-measure.ts'
import type { Measure, Model } from './model.ts'

export interface NormaliseContext {
  /** ISO 8601 UTC, the network's time of the frame */
  receivedAt: string
  /** parameters of what is installed on this channel at this time (ISO 8601 UTC); empty when nothing is */
  parameters: (channel: string, time: string) => Parameters
}

/** One reading's share of a frame: what a channel measured at one instant. */
export interface MappedReading {
  channel: string
  /** the device's own clock, ISO 8601 UTC with milliseconds; null: use the time of reception */
  time: string | null
  values: Readonly<Record<string, number | boolean | string>>
  /** value name, or `time` → what is doubtful about it, a name of vocabulary/flags.ts */
  flags: Readonly<Record<string, string>>
  /**
   * missing: there is no value, only flags · suspect: the time was moved, or every value is flagged · good: otherwise,
   * so that one bad value does not taint the others
   */
  quality: 'good' | 'suspect' | 'missing'
}

interface Draft {
  channel: string
  /** ms since 1970; null: the time of reception */
  time: number | null
  values: Record<string, number | boolean | string>
  flags: Record<string, string>
}

type Normalised = Pick<Model, 'channels' | 'measures' | 'histories' | 'clock'>

/**
 * Maps what a codec gave to the vocabulary. One reading per channel and time, oldest first, the frame's own readings last
 * (in the order of the model's channels). A frame that says nothing of a channel gives no reading of it. Pure; odd data
 * never throws: what cannot be read is left out and flagged by name.
 */
export function normalise(model: Normalised, data: unknown, context: NormaliseContext): MappedReading[] {
  const receivedAt = Date.parse(context.receivedAt)
  const clock = correctClock(model.clock, data, receivedAt)
  const drafts = new Map<string, Draft>()
  const draft = (channel: string, time: number | null) => {
    const key = `${time ?? receivedAt} ${channel}`
    let found = drafts.get(key)
    if (found === undefined) {
      found = { channel, time, values: {}, flags: clock.flag === null ? {} : { time: clock.flag } }
      drafts.set(key, found)
    }
    return found
  }
  const fill = (measures: readonly Measure[], source: unknown, time: number | null) => {
    for (const measure of measures) {
      const matches = select(source, measure.field)
      if (matches.length === 0 || !counts(measure, source)) continue
      const parameters = () => context.parameters(measure.channel, time === null ? context.receivedAt : isoTime(time))
      const mapped = mapMeasure(measure, matches, parameters)
      if (measure.raises === true && mapped.value === false) continue
      put(draft(measure.channel, time), measure.name, mapped)
    }
  }

  fill(model.measures, data, clock.time)
  for (const { field, time: timeField, measures } of model.histories) {
    for (const record of select(data, field)) {
      const time = readTime(select(record, timeField)[0])
      if (time !== null) fill(measures, record, moved(time, clock))
      else
        for (const measure of measures)
          if (select(record, measure.field).length > 0) draft(measure.channel, clock.time).flags.time = 'bad-time'
    }
  }
  return [...drafts.values()].sort(oldestFirst(model, receivedAt)).map(judged)
}

function counts({ when }: Measure, source: unknown): boolean {
  return when === undefined || select(source, when).some((value) => value !== 0 && value !== false)
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}

/** The first measure of a name counts; a flag of a later one would speak of something that is not used. */
function put(draft: Draft, name: string, { value, flag }: MappedValue): void {
  if (!measurements.has(name)) {
    draft.flags[name] = 'unknown-name'
    return
  }
  if (Object.hasOwn(draft.values, name)) return
  if (value !== null) {
    draft.values[name] = value
    delete draft.flags[name]
  }
  if (flag !== null) draft.flags[name] = flag
}

function judged({ channel, time, values, flags }: Draft): MappedReading {
  const names = Object.keys(values)
  const allFlagged = names.every((name) => Object.hasOwn(flags, name))
  const suspect = allFlagged || Object.hasOwn(flags, 'time')
  const quality = names.length === 0 ? 'missing' : suspect ? 'suspect' : 'good'
  return { channel, time: time === null ? null : isoTime(time), values, flags, quality }
}

function oldestFirst(model: Normalised, receivedAt: number) {
  const channels = Object.keys(model.channels)
  return (a: Draft, b: Draft) =>
    (a.time ?? receivedAt) - (b.time ?? receivedAt) || channels.indexOf(a.channel) - channels.indexOf(b.channel)
}
