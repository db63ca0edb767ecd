import { z } from 'zod'
import { commandSchema } from '../../vocabulary/command.ts'
import { families } from '../../vocabulary/families.ts'
import { flags } from '../../vocabulary/flags.ts'
import { subjects } from '../../vocabulary/measurements.ts'
import { conversion, unitSuffixes } from '../../vocabulary/units.ts'

/**
 * The vocabulary for programs, from the tables themselves. `range`: both included; `latches`: stays until someone acknowledges it;
 * `units`: what stands behind the `_` of a codec's key, and what makes it the unit: value × scale + offset; `commands`: the JSON
 * Schema of each.
 */
export function vocabularyJson(): string {
  const measurements = subjects.flatMap(({ title, table }) =>
    Object.entries(table).map(([name, one]) => ({ name, subject: title, ...one })),
  )
  const units = [...new Set(measurements.flatMap(({ unit }) => unit ?? []))].sort()
  const vocabulary = {
    measurements,
    units: units.map((unit) => ({
      unit,
      suffixes: unitSuffixes.flatMap((suffix) => {
        const found = conversion(suffix, unit)
        return found === null ? [] : [{ suffix, scale: rounded(found.scale), offset: rounded(found.offset) }]
      }),
    })),
    families: [...families].map(([name, family]) => ({ name, ...family })),
    flags: Object.entries(flags).map(([name, label]) => ({ name, label })),
    commands: commandSchema.options.map((option) => {
      const { $schema: _, ...schema } = z.toJSONSchema(option, { io: 'input' })
      return { name: option.shape.type.value, schema }
    }),
  }
  return `${JSON.stringify(vocabulary, null, 2)}\n`
}

/** Without the dust of a division. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
