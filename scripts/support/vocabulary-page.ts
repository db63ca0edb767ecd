import type { z } from 'zod'
import { commandSchema } from '../../src/vocabulary/command.ts'
import { families } from '../../src/vocabulary/families.ts'
import { flags } from '../../src/vocabulary/flags.ts'
import type { Measurement } from '../../src/vocabulary/measurement.ts'
import { measurements, subjects } from '../../src/vocabulary/measurements.ts'
import { conversion, unitSuffixes } from '../../src/vocabulary/units.ts'

/** The command that makes `docs/vocabulary.md` anew. */
export const vocabularyCommand = 'node scripts/vocabulary.ts'

const preface = `# Vocabulary

What every value of a reading is called and means, whatever the vendor: in the topics, in the stores, in exports and in \`model.yaml\`.
This page is made from \`src/vocabulary/\` by \`${vocabularyCommand}\`; a test holds it to that.

## What you can rely on
- **A name means one quantity in one unit, for ever.** Units never travel with the values: they are in the tables below. Names are added; none is
  renamed, removed or given another unit. A new quantity gets a new name.
- **Units are SenML's** (RFC 8428 §12.1; the secondary ones of RFC 8798, such as \`/100\`, \`kWh\`, \`mm\`). One is ours, because SenML has no number
  per volume: \`1/cm3\`.
- **A value outside its plausible range is kept**, and \`flags\` of the reading names it: \`"flags": { "temperature": "out-of-range" }\`. It says
  nothing against the other values of the reading.
- **One device can have several channels** (two pulse inputs, eight relays, the lamps of a driver): each has readings of its own with the same names,
  and the channel tells them apart. The phases of one electricity meter are measured together: they are one reading, with names in L1, L2, L3.

| kind | a value is | over time (an hour, a day) it becomes |
|---|---|---|
| gauge | a number at an instant, or a sum since the report before | what the table says: \`mean\`, \`min\`, \`max\`, \`last\`, \`sum\` |
| counter | a number that only grows, kept as the device sent it | the \`difference\` of two readings: the consumption |
| state | one of some names, or true and false | the \`last\` one |
| event | true when it happened; it has no end (a button, a restart) | the \`sum\`: how often |
| alarm | true while it lasts | the \`max\`: whether it rang |

An alarm is raised when its value becomes true, cleared when it becomes false: each is a message on the asset's \`event\` topic. The topic
tells what the device tells; one that **latches** (a leak, a fraud) is to be shown to people until someone has acknowledged it, even when the device no
longer tells it. An event raises and clears nothing: it is in the reading that tells it, and its last time is in the asset's \`state\`.

LwM2M: object and resource of the OMA registry (IPSO and uCIFI objects) for the same quantity. The unit of the registry may be another one (Wh, h,
rad): the unit here is the one of the table.`

/** `docs/vocabulary.md`, from the tables. */
export function vocabularyPage(): string {
  return `${[preface, ...subjects.map(subjectSection), unitSection(), familySection(), flagSection(), commandSection()].join('\n\n')}\n`
}

function subjectSection({ title, table }: (typeof subjects)[number]): string {
  const rows = Object.entries(table).map(([name, measurement]) => [
    code(name),
    measurement.latches ? `${measurement.kind}, latches` : measurement.kind,
    measurement.unit === null ? '' : code(measurement.unit),
    plausible(measurement),
    code(measurement.over),
    measurement.lwm2m === undefined ? '' : `${measurement.lwm2m.object}/${measurement.lwm2m.resource}`,
    measurement.label.en,
    measurement.label.fr,
  ])
  return section(title, ['name', 'kind', 'unit', 'plausible', 'over time', 'LwM2M', 'English', 'French'], rows)
}

function plausible({ range, states }: Measurement): string {
  if (range !== undefined) return `${grouped(range[0])} to ${grouped(range[1])}`
  return states === undefined ? 'true, false' : states.map(code).join(', ')
}

function unitSection(): string {
  const used = new Set([...measurements.values()].flatMap(({ unit }) => unit ?? []))
  const rows = [...used].sort().map((unit) => [code(unit), carried(unit) || 'none: what is counted is in the key'])
  const about = `A codec says the unit of a number behind the last \`_\` of its key (\`volume_m3\`), and \`scale\` and \`offset\` of the measure in \`model.yaml\`
make it the vocabulary's: value × scale + offset. These are known to the checks of a model:`
  return section('Units of codecs', ['vocabulary', 'a codec’s key may carry'], rows, about)
}

/** The suffixes that become this unit, each with its change where there is one. */
function carried(unit: string): string {
  return unitSuffixes
    .flatMap((suffix) => {
      const found = conversion(suffix, unit)
      return found === null ? [] : [`${code(`_${suffix}`)}${change(found)}`]
    })
    .join(', ')
}

function change({ scale, offset }: { scale: number; offset: number }): string {
  const shown = (value: number) => String(Number(value.toPrecision(7)))
  return `${scale === 1 ? '' : ` × ${shown(scale)}`}${offset === 0 ? '' : ` ${offset < 0 ? '−' : '+'} ${shown(Math.abs(offset))}`}`
}

function familySection(): string {
  const rows = [...families].map(([slug, { service, label }]) => [code(slug), code(service), label.en, label.fr])
  const about = `What kind of device a model is: one measurement of the store per family. Its assets belong to this service unless said otherwise.`
  return section('Families', ['family', 'service', 'English', 'French'], rows, about)
}

function flagSection(): string {
  const rows = Object.entries(flags).map(([name, label]) => [code(name), label.en, label.fr])
  const about = `What \`flags\` of a reading say of one value, or of its \`time\`. A value that is flagged and absent could not be made at all.`
  return section('Flags', ['flag', 'English', 'French'], rows, about)
}

function commandSection(): string {
  const rows = commandSchema.options.map((option) => {
    const fields = Object.entries(option.shape).filter(([name]) => name !== 'type')
    return [code(option.shape.type.value), option.description ?? '', fields.map(([name, field]) => fieldText(name, field)).join('<br>')]
  })
  const about = `What any device may be told, in the same words. Each is absolute (never “toggle”, never “+10 %”) and idempotent. Which of them a device
takes, and its limits, is in its model; a wish that it cannot fulfil is refused, not left out. Schedules that a device keeps itself are not among
them: their shapes have too little in common.`
  return section('Standard commands', ['command', 'does', 'fields'], rows, about)
}

function fieldText(name: string, field: z.ZodType): string {
  const optional = field.safeParse(undefined).success
  return `${code(name)}${optional ? ' (optional)' : ''}: ${field.description ?? ''}`
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[], about?: string): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const table = [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
  return [`## ${title}`, ...(about === undefined ? [] : [about]), table].join('\n\n')
}

function code(text: string): string {
  return `\`${text}\``
}

/** 10000000 → 10,000,000 */
function grouped(value: number): string {
  return Number.isInteger(value) ? String(value).replace(/\B(?=(\d{3})+$)/g, ',') : String(value)
}
