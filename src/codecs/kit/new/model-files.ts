import { toYaml } from '../../../formats/yaml.ts'
import { families } from '../../../vocabulary/families.ts'
import type { Example } from '../../model.ts'
import { codecText, downlinkPort, frameLength, uplinkPort } from './codec-text.ts'
import { type StartField, type StartingPoint, scales, startingPoints } from './starting-points.ts'

export interface NewModel {
  vendor: string
  model: string
  family: string
  /** begins with the vendor's name as people write it */
  title: string
  vendorName: string
  /** where the JSON Schemas are, from the model's folder; what an editor checks the files by */
  schemas: string
}

/** The files of a new model, by their paths: in its folder, and its device profile's. It passes its own test and lint. */
export function modelFiles({ vendor, model, family, title, vendorName, schemas }: NewModel): {
  folder: Readonly<Record<string, string>>
  profile: string
} {
  const start = startingPoints[family]
  if (start === undefined) throw new Error(`there is no starting point for ${family}`)
  const names = { title, vendor: vendorName, family, slug: `${vendor}/${model}` }
  return {
    folder: {
      'model.yaml': modelText(names, start, schemas),
      'codec.js': codecText(title, start),
      'examples.json': `${examplesText(examplesOf(start))}\n`,
      'README.md': readmeText(title, start),
    },
    profile: profileText(title, start, schemas.replace(/^\.\.\//, '')),
  }
}

const interval = 3600

function modelText(
  { title, vendor, family, slug }: { title: string; vendor: string; family: string; slug: string },
  start: StartingPoint,
  schemas: string,
): string {
  const measures = [...start.fields, ...start.bits].map(({ key, name }) => {
    const scale = scales[key]
    return `  - { field: ${key}, name: ${name}${scale === undefined ? '' : `, scale: ${scale}`} }`
  })
  return `# yaml-language-server: $schema=${schemas}/model.schema.json
${toYaml({ title, vendor, family })}# version of codec and mapping together: raise it when what they give changes
version: 1.0.0
# the service its assets belong to unless said otherwise
service: ${families.get(family)?.service ?? 'other'}
deviceProfile: ${slug}
# seconds between two uplinks
expectedInterval: ${interval}
# what codec.js gives (field) → what it is called in the vocabulary (name); value × scale + offset gives the vocabulary's unit
measures:
${measures.join('\n')}
# keys of data that are left out on purpose, such as serial numbers
ignored: []
# standard command → what codec.js takes as input.data
commands:
${start.commands.map((command) => commandTexts[command]).join('\n')}
# where the layout of the frames comes from
sources:
  - Made up by ondine codec new. Name the vendor's document here
`
}

const commandTexts = {
  'set-interval': `  set-interval:
    input: { type: set-interval, interval_s: $seconds }
    limits: { seconds: [60, 65535] }`,
  dim: `  dim:
    input: { type: dim, level_pct: $level }
    limits: { level: [0, 100] }
    # the value of an uplink that proves that it was done
    proof: { name: level, equals: $level }`,
  open: `  open:
    input: { type: open, duration_min: $minutes }
    limits: { minutes: [1, 240] }`,
  close: `  close:
    input: { type: close }`,
}

function profileText(title: string, start: StartingPoint, schemas: string): string {
  const profile = {
    title,
    region: 'EU868',
    macVersion: '1.0.3',
    regionalParameters: 'A',
    class: start.class,
    supportsOtaa: true,
    expectedInterval: interval,
  }
  return `# yaml-language-server: $schema=${schemas}/device-profile.schema.json\n${toYaml(profile)}`
}

function readmeText(title: string, start: StartingPoint): string {
  return `# ${title}

What it is, and where the layout of its frames comes from (document, version, page).

Uplink on fPort ${uplinkPort}, ${frameLength(start)} bytes; downlink on fPort ${downlinkPort}. The layout is at the head of \`codec.js\`.

What is not known: nothing is guessed; say here what was left out, and why.
`
}

function examplesOf(start: StartingPoint): Example[] {
  const on = Object.fromEntries(start.bits.map(({ key }) => [key, true]))
  const off = Object.fromEntries(start.bits.map(({ key }) => [key, false]))
  const values = (pick: (field: StartField) => number) => Object.fromEntries(start.fields.map((field) => [field.key, pick(field)]))
  const usual = values(({ sample }) => sample)
  const whole = hexOf(start, usual, off)
  const refused = (description: string, fPort: number, hex: string, error: string): Example => ({
    ...{ type: 'uplink', description, input: { fPort, hex }, errors: [error] },
  })
  return [
    taken(start, 'A usual report', { ...usual, ...off }),
    taken(start, 'Every bit set', { ...usual, ...on }),
    taken(start, 'The least values', { ...values(least), ...off }),
    taken(start, 'The greatest values', { ...values(greatest), ...off }),
    refused('A frame cut short', uplinkPort, whole.slice(0, -2), `${frameLength(start)} are needed`),
    refused('An empty frame', uplinkPort, '', `${frameLength(start)} are needed`),
    refused('A port that the device does not use', uplinkPort + 1, whole, 'fPort'),
    refused('A frame of an unknown kind', uplinkPort, `02${whole.slice(2)}`, 'unknown kind 2'),
    ...start.commands.flatMap((command) => commandExamples[command]),
    { type: 'downlink-encode', description: 'A command that the device does not know', input: { type: 'dance' }, errors: ['dance'] },
    {
      type: 'downlink-decode',
      description: 'A downlink of an unknown kind',
      input: { fPort: downlinkPort, hex: '7f' },
      errors: ['unknown kind'],
    },
    { type: 'downlink-decode', description: 'A downlink on another port', input: { fPort: 99, hex: '01' }, errors: ['fPort 99'] },
  ]
}

type Values = Readonly<Record<string, number | boolean>>

function taken(start: StartingPoint, description: string, output: Values): Example {
  const named = [...start.fields, ...start.bits].map(({ key, name }): [string, number | boolean] => {
    const value = output[key] ?? 0
    return [name, typeof value === 'number' ? Number((value * (scales[key] ?? 1)).toPrecision(12)) : value]
  })
  return {
    ...{ type: 'uplink', description, input: { fPort: uplinkPort, hex: hexOf(start, output, output) } },
    ...{ output, normalized: { main: Object.fromEntries(named) } },
  }
}

function hexOf({ fields, bits }: StartingPoint, values: Values, set: Values): string {
  const numbers = fields.map(({ key, size, per }) => {
    const raw = Math.round(Number(values[key]) * per)
    return (raw < 0 ? raw + 256 ** size : raw).toString(16).padStart(2 * size, '0')
  })
  const flags = bits.reduce((sum, { key }, bit) => sum + (set[key] === true ? 2 ** bit : 0), 0)
  return `01${numbers.join('')}${flags.toString(16).padStart(2, '0')}`
}

function least({ size, signed, per }: StartField): number {
  return signed ? -(256 ** size) / 2 / per : 0
}

function greatest({ size, signed, per }: StartField): number {
  return (signed ? 256 ** size / 2 - 1 : 256 ** size - 1) / per
}

/** Both limits, one past each, and the way back. */
function limited(type: string, key: string, min: number, max: number, hex: (value: number) => string): Example[] {
  const encode = (description: string, value: number): Example => ({
    ...{ type: 'downlink-encode', description, input: { type, [key]: value }, output: { fPort: downlinkPort, hex: hex(value) } },
  })
  const refused = (description: string, value: number): Example => ({
    ...{ type: 'downlink-encode', description, input: { type, [key]: value }, errors: [`${min} to ${max}`] },
  })
  return [
    encode(`${type}, the least`, min),
    encode(`${type}, the greatest`, max),
    refused(`${type}, below the least`, min - 1),
    refused(`${type}, above the greatest`, max + 1),
    {
      type: 'downlink-decode',
      description: `${type}, the way back`,
      input: { fPort: downlinkPort, hex: hex(max) },
      output: { type, [key]: max },
    },
  ]
}

const byte = (value: number) => value.toString(16).padStart(2, '0')

const commandExamples: Readonly<Record<StartingPoint['commands'][number], readonly Example[]>> = {
  'set-interval': limited('set-interval', 'interval_s', 60, 65535, (value) => `01${value.toString(16).padStart(4, '0')}`),
  dim: limited('dim', 'level_pct', 0, 100, (value) => `02${byte(value)}`),
  open: limited('open', 'duration_min', 1, 240, (value) => `03${byte(value)}`),
  close: [
    { type: 'downlink-encode', description: 'close', input: { type: 'close' }, output: { fPort: downlinkPort, hex: '04' } },
    { type: 'downlink-decode', description: 'close, the way back', input: { fPort: downlinkPort, hex: '04' }, output: { type: 'close' } },
  ],
}

/** JSON as people keep it: short objects on one line. */
function examplesText(value: unknown, indent = ''): string {
  const flat = oneLine(value)
  if (typeof value !== 'object' || value === null || (indent.length > 2 && indent.length + flat.length <= 120)) return flat
  const deeper = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((entry) => examplesText(entry, deeper))
    : Object.entries(value).map(([key, inside]) => `${JSON.stringify(key)}: ${examplesText(inside, deeper)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, inside]) => `${JSON.stringify(key)}: ${oneLine(inside)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}
