import { z } from 'zod'
import { commandSchema } from '../vocabulary/command.ts'
import { families } from '../vocabulary/families.ts'
import { measurements } from '../vocabulary/measurements.ts'
import { fieldPathPattern } from './field-path.ts'
import { namesIn, templateSchema } from './template.ts'

/**
 * `model.yaml` in `codecs/<vendor>/<model>/`: what turns a codec's output into the vocabulary and a standard
 * command into the codec's input. Values in braces of the docs below are examples.
 */
const fieldPath = z.string().regex(fieldPathPattern, 'must be a path like lamps[address=analog].level_pct')

const measurementName = z.string().refine((name) => measurements.has(name), { error: 'is not a name of the vocabulary' })

/** Each standard command's own fields. */
const commandFields: ReadonlyMap<string, readonly string[]> = new Map(
  commandSchema.options.map(({ shape }) => [shape.type.value, Object.keys(shape).filter((field) => field !== 'type')]),
)

const converted = z.discriminatedUnion('kind', [
  /** value × scale parameter + offset parameter, at least one of them: pulses to an index, a depth to a level */
  z
    .object({ kind: z.literal('linear'), scale: z.string().optional(), offset: z.string().optional() })
    .refine(({ scale, offset }) => scale !== undefined || offset !== undefined, { error: 'needs a scale or an offset' }),
  /** percent full from a distance: 100 × (empty − value) / (empty − full), held to 0–100 */
  z.object({ kind: z.literal('fill'), empty: z.string(), full: z.string() }),
  /** zero − value: a level from a distance below the sensor */
  z.object({ kind: z.literal('level'), zero: z.string() }),
])

function parametersOf(convert: z.infer<typeof converted>): readonly string[] {
  if (convert.kind === 'fill') return [convert.empty, convert.full]
  if (convert.kind === 'level') return [convert.zero]
  return [convert.scale, convert.offset].filter((name) => name !== undefined)
}

const measureSchema = z.strictObject({
  /** path into the codec's data: `volume_m3`, `lamps[address=dali-broadcast].level_pct`, `consumption[*].power_W` */
  field: fieldPath,
  name: measurementName,
  channel: z.string().default('main'),
  /** value × scale + offset gives the vocabulary's unit */
  scale: z.number().default(1),
  offset: z.number().default(0),
  /** the codec's names → the vocabulary's states, booleans or numbers; `step-*` stands for every name that starts so */
  values: z.record(z.string(), z.union([z.string(), z.boolean(), z.number()])).optional(),
  /** true when the field equals this name */
  equals: z.string().optional(),
  /** true when the field, a list, holds this name */
  includes: z.string().optional(),
  /** only true counts: an event that raises an alarm and says nothing of its end */
  raises: z.boolean().optional(),
  /** counts only in frames where this field is there and neither 0 nor false: the distance of a strike where there was none says nothing */
  when: fieldPath.optional(),
  /** of a counter that begins at 0 again after its highest value: how many values it takes, in the codec's unit (65536 for 16 bits) */
  modulus: z.number().positive().optional(),
  /** turns a boolean round */
  not: z.boolean().optional(),
  /** how several matches become one value; any: true when one of them is */
  take: z.enum(['first', 'last', 'sum', 'mean', 'max', 'min', 'any']).default('first'),
  /** by parameters of the installation; a missing one leaves the value out and flags it `missing-parameter` */
  convert: converted.optional(),
})
export type Measure = z.infer<typeof measureSchema>

const parameterSchema = z.strictObject({
  unit: z.string().nullable(),
  required: z.boolean().default(false),
  range: z.tuple([z.number(), z.number()]).optional(),
  label: z.strictObject({ en: z.string(), fr: z.string() }),
})

const commandMappingSchema = z.strictObject({
  /** `$name` is the command's field of that name, `$channel` the channel that the ordered asset is installed on */
  input: templateSchema,
  /** inclusive limits of the command's numbers: `level: [0, 100]` */
  limits: z.record(z.string(), z.tuple([z.number(), z.number()])).default({}),
  /** the command that the device ends by itself: `$minutes` is replaced; longer ones need a return order */
  timed: z.strictObject({ input: templateSchema, maxMinutes: z.number().int().positive() }).optional(),
  /** asks the network for a confirmed downlink */
  confirmed: z.boolean().default(false),
  /** the reading that proves that the device did it: this value of this channel equals `equals` (`$level`), to half a unit for numbers */
  proof: z
    .strictObject({ name: measurementName, channel: z.string().default('main'), equals: z.union([z.string(), z.number(), z.boolean()]) })
    .optional(),
})
export type CommandMapping = z.infer<typeof commandMappingSchema>

const variantSchema = z.strictObject({
  /** its script in the model's folder */
  codec: z.string().regex(/^[\w.-]+\.js$/),
  /** frames that are surely of this variant: one of these ports, and a byte (0 is the first) that holds one of these values under the mask */
  frame: z
    .strictObject({
      fPort: z.array(z.int().min(1).max(223)).optional(),
      byte: z.int().min(0).max(241),
      mask: z.int().min(1).max(255).default(255),
      equals: z.array(z.int().min(0).max(255)).min(1),
    })
    .optional(),
  /** versions of the device's firmware, `2.1` or `2.*` */
  firmware: z.array(z.string()).default([]),
})
export type Variant = z.infer<typeof variantSchema>

/** A model as its folder declares it; `slug` (`vendor/model`) comes from its folder. */
const modelShape = z.strictObject({
  title: z.string(),
  vendor: z.string(),
  family: z.string().refine((family) => families.has(family), { error: 'is not a family of the vocabulary' }),
  /** semantic version of codec and mapping together */
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** the service its assets belong to unless said otherwise */
  service: z.string(),
  deviceProfile: z.string(),
  /** seconds between uplinks that are expected */
  expectedInterval: z.number().int().positive(),
  /** names of the device's ChirpStack variables that the codec reads: the network server is asked for them only where there are some */
  variables: z.array(z.string()).default([]),
  /** the field that holds the device's own clock, and how far (s) it may be from the reception; null: not trusted */
  clock: z.strictObject({ field: fieldPath, tolerance: z.number().positive() }).nullable().default(null),
  channels: z.record(z.string(), z.strictObject({ label: z.strictObject({ en: z.string(), fr: z.string() }) })).default({
    main: { label: { en: 'main', fr: 'principal' } },
  }),
  parameters: z.record(z.string(), parameterSchema).default({}),
  /** of several measures of one name and channel the first that finds its field counts */
  measures: z.array(measureSchema),
  /** paths of the codec's data that are left out on purpose: echoes of settings, serial numbers. The lint names the others. */
  ignored: z.array(fieldPath).default([]),
  /** payload formats of one product, told apart by a byte of the frame, else by the firmware in the inventory */
  variants: z.record(z.string(), variantSchema).default({}),
  /** of a frame that fits no variant, and of downlinks to a device of which the firmware is unknown */
  defaultVariant: z.string().optional(),
  /** lists of older records in a frame, each a reading with its own time */
  histories: z
    .array(z.strictObject({ field: fieldPath, /** within a record */ time: fieldPath, measures: z.array(measureSchema) }))
    .default([]),
  /** standard command → the encoder's input */
  commands: z.record(z.string(), commandMappingSchema).default({}),
  /** assigned prefixes of the vendor's EUIs, 6, 7 or 9 hexadecimal digits */
  euiPrefixes: z.array(z.string().regex(/^[0-9a-f]{6,9}$/)).default([]),
  /** ProfileIDs that the QR codes of its labels carry (TR005): VendorID and VendorProfileID, 8 hexadecimal digits */
  profileIds: z.array(z.string().regex(/^[0-9a-f]{8}$/)).optional(),
  sources: z.array(z.string()).default([]),
  /** of a model that was imported: where from, under which licence, and its path there */
  origin: z.strictObject({ source: z.string(), licence: z.string(), path: z.string() }).optional(),
})

/** Names that a measure uses and the model does not declare would silently give nothing: they are refused. */
export const modelSchema = modelShape.superRefine((model, context) => {
  const lists = [
    { path: ['measures'], measures: model.measures },
    ...model.histories.map(({ measures }, index) => ({ path: ['histories', index, 'measures'], measures })),
  ]
  for (const { path, measures } of lists) {
    for (const [index, { channel, convert }] of measures.entries()) {
      if (!Object.hasOwn(model.channels, channel)) {
        context.addIssue({
          code: 'custom',
          path: [...path, index, 'channel'],
          message: `channel ${channel} is not declared under channels`,
        })
      }
      for (const parameter of convert === undefined ? [] : parametersOf(convert)) {
        if (!Object.hasOwn(model.parameters, parameter)) {
          context.addIssue({ code: 'custom', path: [...path, index, 'convert'], message: `${parameter} is not declared under parameters` })
        }
      }
    }
  }
  const variants = Object.keys(model.variants)
  if (variants.length > 0 && (model.defaultVariant === undefined || !variants.includes(model.defaultVariant))) {
    context.addIssue({ code: 'custom', path: ['defaultVariant'], message: `must be one of ${variants.join(', ')}` })
  }
  for (const [type, mapping] of Object.entries(model.commands)) {
    for (const { path, message } of commandFaults(type, mapping, Object.keys(model.channels))) {
      context.addIssue({ code: 'custom', path: ['commands', type, ...path], message })
    }
  }
})
export type ModelDefinition = z.infer<typeof modelSchema>

/**
 * A misspelt limit would limit nothing, a misspelt proof would never come, and a device that is not told its minutes
 * would hold for ever what nobody takes back.
 */
function commandFaults(type: string, mapping: CommandMapping, channels: readonly string[]): { path: string[]; message: string }[] {
  const fields = commandFields.get(type)
  if (fields === undefined) return [{ path: [], message: 'is not a standard command' }]
  const { input, limits, timed, proof } = mapping
  const unknown = (names: Iterable<string>, path: string[], known: readonly string[]) =>
    [...names].filter((name) => !known.includes(name)).map((name) => ({ path, message: `${type} has no field ${name}` }))
  const faults = [
    ...unknown(namesIn(input), ['input'], [...fields, 'channel']),
    ...unknown(Object.keys(limits), ['limits'], fields),
    ...unknown(timed === undefined ? [] : namesIn(timed.input), ['timed', 'input'], [...fields, 'channel', 'minutes']),
    ...unknown(proof === undefined ? [] : namesIn(proof.equals), ['proof', 'equals'], fields),
  ]
  if (timed !== undefined && !namesIn(timed.input).has('minutes')) {
    faults.push({ path: ['timed', 'input'], message: 'must take $minutes' })
  }
  if (proof !== undefined && proof.channel !== '$channel' && !channels.includes(proof.channel)) {
    faults.push({ path: ['proof', 'channel'], message: `channel ${proof.channel} is not declared under channels` })
  }
  return faults
}

/** One file of a model as the engine runs it. A file that changed is a new object: what began with the old one ends with it. */
export interface Script {
  /** `vendor/model` */
  model: string
  /** its name in the model's folder */
  file: string
  source: string
}

/** A model as the registry holds it. */
export interface Model extends ModelDefinition {
  /** `vendor/model`, its folder */
  slug: string
  /** `codec.js`, or that of the default variant */
  codec: Script
  /** of each variant by its name; empty where there are none */
  variantCodecs: ReadonlyMap<string, Script>
  /** `simulate.js` */
  simulate: Script | null
}

const jsonObject = z.record(z.string(), z.json())
/** A misspelt digit would cut the frame short there, and another one would be tested. */
export const hexText = z.string().regex(/^([0-9a-fA-F]{2})*$/, 'is not pairs of hexadecimal digits')

/** `examples.json`: every entry is a test. */
export const exampleSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('uplink'),
    description: z.string(),
    input: z.strictObject({
      fPort: z.int(),
      hex: hexText,
      recvTime: z.string().optional(),
      variables: z.record(z.string(), z.string()).optional(),
      /** of the device, for a model with variants */
      firmware: z.string().optional(),
      /** parameters of the installation, for `normalized` */
      parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
    }),
    /** the codec's data: every key given here must be in it */
    output: jsonObject.optional(),
    /** the frame is refused; each text is part of one of the codec's errors */
    errors: z.array(z.string()).optional(),
    /** vocabulary values per channel, newest reading of the frame */
    normalized: z.record(z.string(), jsonObject).optional(),
  }),
  z.strictObject({
    type: z.literal('downlink-encode'),
    description: z.string(),
    /** of the device, for a model with variants; not in `input`, which is the encoder's own */
    firmware: z.string().optional(),
    input: jsonObject,
    output: z.strictObject({ fPort: z.int(), hex: hexText }).optional(),
    errors: z.array(z.string()).optional(),
  }),
  z.strictObject({
    type: z.literal('downlink-decode'),
    description: z.string(),
    input: z.strictObject({ fPort: z.int(), hex: hexText, firmware: z.string().optional() }),
    output: jsonObject.optional(),
    errors: z.array(z.string()).optional(),
  }),
])
export type Example = z.infer<typeof exampleSchema>
export const examplesSchema = z.array(exampleSchema)
