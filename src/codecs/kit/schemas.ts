import { z } from 'zod'
import { families } from '../../vocabulary/families.ts'
import { measurements } from '../../vocabulary/measurements.ts'
import { deviceProfileSchema } from '../device-profile.ts'
import { examplesSchema, modelSchema } from '../model.ts'

/** What a key means, shown by editors; keys of one name mean the same within one file. */
type Meanings = Readonly<Record<string, string>>

const modelMeanings: Meanings = {
  title: 'Name for people; begins with the vendor’s name.',
  vendor: 'The vendor as people write it.',
  family: 'What kind of device it is.',
  version: 'Of codec and mapping together: raise it when what they give changes.',
  service: 'The service its assets belong to unless said otherwise.',
  deviceProfile: 'vendor/model of its file in device-profiles/.',
  expectedInterval: 'Seconds between two uplinks.',
  clock: 'The field that holds the device’s own clock; without it the time of reception counts.',
  tolerance: 'Seconds that the device’s clock may be away from the reception.',
  channels: 'What can be installed apart: two pulse inputs, eight relays. Most models have one, main.',
  parameters: 'What an installation says of its place: pulse weight, empty and full distance.',
  measures: 'What codec.js gives → the vocabulary. Of several of one name and channel the first that finds its field counts.',
  ignored: 'Keys of data that are left out on purpose.',
  variants: 'Payload formats of one product.',
  defaultVariant: 'For a frame that fits no variant.',
  histories: 'Lists of older records in a frame, each with its own time.',
  commands: 'Standard command → what the encoder takes as input.data.',
  euiPrefixes: 'Assigned prefixes of the vendor’s EUIs, 6, 7 or 9 hexadecimal digits.',
  profileIds: 'ProfileIDs that the QR codes of its labels carry (TR005), 8 hexadecimal digits.',
  sources: 'Where the layout of the frames comes from.',
  origin: 'Of an imported model: where from, under which licence.',
  field: 'Path into data: volume_m3, lamps[address=1].level_pct, history[*].',
  name: 'Name of the vocabulary.',
  channel: 'Which channel it is about; main unless said otherwise.',
  scale: 'Value × scale + offset gives the vocabulary’s unit.',
  offset: 'Value × scale + offset gives the vocabulary’s unit.',
  values: 'The codec’s names → states, true or false, or numbers of the vocabulary.',
  equals: 'True when the field equals this.',
  includes: 'True when the field, a list, holds this.',
  raises: 'Only true counts: an event that raises an alarm and says nothing of its end.',
  when: 'Counts only where this field is there and neither 0 nor false.',
  modulus: 'How many values a counter takes before it begins at 0 again.',
  not: 'Turns true and false round.',
  take: 'How several matches of the path become one value.',
  convert: 'By parameters of the installation.',
  input: 'input.data of encodeDownlink; $level is the command’s level.',
  limits: 'Least and greatest value of the command’s numbers, both included.',
  timed: 'The form of the command that the device ends by itself; $minutes is replaced.',
  confirmed: 'Asks for a confirmed downlink.',
  proof: 'The reading that proves that the device did it.',
  firmware: 'Versions of the device’s firmware: 2.1 or 2.*',
  frame: 'A byte of the frame that tells the variant.',
}

const exampleMeanings: Meanings = {
  type: 'uplink: decodeUplink; downlink-encode: encodeDownlink; downlink-decode: decodeDownlink.',
  description: 'What the frame is, in a few words: the name of the test.',
  input: 'Of uplink and downlink-decode: fPort and hex; of downlink-encode: input.data of the encoder.',
  hex: 'The bytes in hexadecimal.',
  recvTime: 'When the frame came (ISO 8601).',
  variables: 'The device’s variables on ChirpStack.',
  parameters: 'Of the installation, for normalized.',
  firmware: 'Of the device, for a model with variants.',
  output: 'What comes out: every key given here must be there. Of downlink-encode: fPort and hex.',
  errors: 'The frame is refused; each text is part of one of the errors.',
  normalized: 'Values of the vocabulary per channel, of the newest reading.',
}

const profileMeanings: Meanings = {
  title: 'Name for people; begins with the vendor’s name.',
  regionalParameters: 'Revision: letters up to LoRaWAN 1.0.3, RP002 from 1.0.4 on.',
  expectedInterval: 'Seconds between uplinks, the same as in model.yaml.',
}

/** JSON Schemas of the files of a model, by their file names: editors check and complete by them. */
export function kitSchemas(): Readonly<Record<string, string>> {
  const of = (schema: z.ZodType, title: string, meanings: Meanings) => text(title, named(z.toJSONSchema(schema, { io: 'input' }), meanings))
  return {
    'model.schema.json': of(modelSchema, 'model.yaml of a device model', modelMeanings),
    'examples.schema.json': of(examplesSchema, 'examples.json of a device model: every entry is a test', exampleMeanings),
    'device-profile.schema.json': of(deviceProfileSchema, 'Device profile of a model: its LoRaWAN side', profileMeanings),
  }
}

function text(title: string, { $schema, ...schema }: object & { $schema?: unknown }): string {
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`
}

/** With what the keys mean, and the names of the vocabulary, which are checked by code and so are no part of the schema itself. */
function named(schema: unknown, meanings: Meanings): object {
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map((entry) => walk(entry))
    if (typeof node !== 'object' || node === null) return node
    const entries = Object.entries(node).map(([name, inside]) => [name, name === 'properties' ? properties(inside) : walk(inside)])
    return Object.fromEntries(entries)
  }
  const properties = (inside: unknown) => {
    const known = Object.entries(Object(inside)).map(([name, property]) => {
      const description = meanings[name]
      return [name, { ...Object(walk(property)), ...namesOf(name, property), ...(description === undefined ? {} : { description }) }]
    })
    return Object.fromEntries(known)
  }
  return Object(walk(schema))
}

/** `name` of a measure and of a proof; no other key of a model is called so. */
function namesOf(key: string, property: unknown): { enum?: string[] } {
  if (Object(property).type !== 'string') return {}
  if (key === 'family') return { enum: [...families.keys()] }
  return key === 'name' ? { enum: [...measurements.keys()] } : {}
}
