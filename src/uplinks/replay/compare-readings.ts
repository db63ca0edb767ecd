import type { Reading } from '../../readings/reading.ts'
import type { ReplayExample } from './replay-job.ts'

/** One reading before and after; null: not there. */
export type Difference = { before: Reading; after: Reading } | { before: null; after: Reading } | { before: Reading; after: null }

export interface Comparison {
  unchanged: number
  differences: readonly Difference[]
}

/** By which a reading is the same: what a store keeps one of. */
export function keyOf({ device, channel, time }: Reading): string {
  return `${device} ${channel} ${time}`
}

/** Both by `keyOf`. Readings that differ only in the version of the model that made them are the same. */
export function compareReadings(before: ReadonlyMap<string, Reading>, after: ReadonlyMap<string, Reading>): Comparison {
  const differences: Difference[] = []
  let unchanged = 0
  for (const [key, reading] of before) {
    const now = after.get(key)
    if (now === undefined) differences.push({ before: reading, after: null })
    else if (differingFields(reading, now).length > 0) differences.push({ before: reading, after: now })
    else unchanged++
  }
  for (const [key, reading] of after) if (!before.has(key)) differences.push({ before: null, after: reading })
  return { unchanged, differences }
}

export function kindOf({ before, after }: Difference): ReplayExample['kind'] {
  return before === null ? 'appeared' : after === null ? 'vanished' : 'changed'
}

/** A difference as people are shown it. */
export function exampleOf(difference: Difference): ReplayExample {
  const { before, after } = difference
  const { device, channel, asset, time } = after ?? before
  return { kind: kindOf(difference), device, channel, asset, time, fields: differingFields(before, after) }
}

function differingFields(before: Reading | null, after: Reading | null): ReplayExample['fields'] {
  const [old, now] = [flat(before), flat(after)]
  const names = [...new Set([...old.keys(), ...now.keys()])]
  return names
    .map((field) => ({ field, before: old.get(field) ?? null, after: now.get(field) ?? null }))
    .filter((one) => one.before !== one.after)
}

type Shown = ReplayExample['fields'][number]['before']

/** Of a reading that is not there nothing; of one that is, what a person would look at first. */
function flat(reading: Reading | null): Map<string, Shown> {
  const fields = new Map<string, Shown>()
  if (reading === null) return fields
  for (const [name, value] of Object.entries(reading.values)) fields.set(`values.${name}`, value)
  for (const [name, flag] of Object.entries(reading.flags)) fields.set(`flags.${name}`, flag)
  const { tenant, service, asset, family, quality, receivedAt, radio, frame } = reading
  for (const [name, value] of Object.entries({ quality, tenant, service, asset, family, receivedAt })) fields.set(name, value)
  for (const [name, value] of Object.entries(radio)) fields.set(`radio.${name}`, value)
  for (const [name, value] of Object.entries(frame)) fields.set(`frame.${name}`, value)
  return fields
}
