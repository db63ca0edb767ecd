import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import { OndineError } from '../../errors/ondine-error.ts'
import { commandSchema } from '../../vocabulary/command.ts'
import type { CodecFrame, CodecRunner, DecodeResult, EncodeResult } from '../codec-runner.ts'
import { mapCommand } from '../command-mapping.ts'
import { select } from '../field-path.ts'
import { readTime } from '../frame-clock.ts'
import type { Parameters } from '../map-measure.ts'
import { hexText, type Model, type Script } from '../model.ts'
import { type MappedReading, normalise } from '../normalise.ts'
import type { Registry } from '../registry.ts'
import { firstFault } from '../schema-fault.ts'
import { scriptFor } from '../variant.ts'
import type { Line } from './batch-lines.ts'
import { nearest } from './hint.ts'
import { modelOf } from './model-folders.ts'

/** What codecs are asked of: models by their names, or one bare script. */
export type Source = { registry: Registry } | { script: Script }

const time = z.iso.datetime({ offset: true })
/** `codec`: a bare codec file, in the place of a model */
const which = { model: z.string().optional(), codec: z.string().optional() }

/** A line of `decode --batch`. */
const frameSchema = z.strictObject({
  ...which,
  fPort: z.int().min(0).max(255),
  hex: hexText,
  /** of the reception, ISO 8601; `recvTime` says the same */
  time: time.optional(),
  recvTime: time.optional(),
  variables: z.record(z.string(), z.string()).default({}),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
  firmware: z.string().nullable().default(null),
})

/** A line of `encode --batch`: the encoder's own input as `data` or `command`, or as `order` a standard command, which its model maps. */
const orderSchema = z
  .strictObject({
    ...which,
    data: z.unknown().optional(),
    command: z.unknown().optional(),
    order: commandSchema.optional(),
    minutes: z.int().positive().optional(),
    channel: z.string().default('main'),
    /** of the device, for a model with variants */
    firmware: z.string().nullable().default(null),
  })
  .refine(({ data, command, order }) => [data, command, order].filter((one) => one !== undefined).length === 1, {
    error: 'needs one of data, command and order',
  })

/** What cannot be decoded or encoded; `reason`: the engine's, or the code of what is wrong with the line. */
interface Refusal {
  reason: string
  errors: readonly string[]
}

/** A reading with its time resolved: null only where neither the device nor the caller gave one. */
type DatedReading = Omit<MappedReading, 'time'> & { time: string | null }

export type DecodedFrame =
  | { data: Readonly<Record<string, unknown>>; values?: readonly DatedReading[]; warnings: readonly string[] }
  | Refusal
export type EncodedOrder = { fPort: number; hex: string; warnings: readonly string[] } | Refusal

/** A codec file without a model. Throws `codec.file-unreadable`. */
export function bareCodec(file: string): Source {
  return { script: bareScript(file) }
}

function bareScript(file: string): Script {
  try {
    return { model: 'bare', file: basename(file), source: readFileSync(file, 'utf8') }
  } catch (thrown) {
    throw new OndineError('codec.file-unreadable', { file, reason: reasonOf(thrown) }, { cause: thrown })
  }
}

type Says = (error: OndineError) => string

/** Frames in their order; one that cannot be read is refused, and stops no other. `says` words an error. */
export async function decodeFrames(
  runner: CodecRunner,
  source: Source,
  lines: readonly unknown[],
  says: Says,
): Promise<readonly DecodedFrame[]> {
  const prepared = lines.map((line) => attempt(() => prepareFrame(source, line), says))
  const frames = prepared.flatMap((one) => ('frame' in one ? [one.frame] : []))
  const results = (await runner.decode(frames)).values()
  return prepared.map((one) => ('frame' in one ? decoded(one, results.next().value) : one))
}

interface PreparedFrame {
  frame: CodecFrame
  model: Model | null
  /** null: nobody said when the frame came */
  receivedAt: string | null
  parameters: Parameters
}

function prepareFrame(source: Source, line: unknown): PreparedFrame {
  const { fPort, hex: text, time, recvTime, variables, parameters, firmware, ...which } = valid(frameSchema, line)
  const bytes = Buffer.from(text, 'hex')
  const { model, script } = chosen(source, which)
  const codec = model === null ? script : scriptFor(model, { frame: { fPort, bytes }, firmware })
  const given = time ?? recvTime
  const receivedAt = given === undefined ? null : new Date(given).toISOString()
  return { frame: { codec, fPort, bytes, recvTime: receivedAt ?? new Date().toISOString(), variables }, model, receivedAt, parameters }
}

function decoded({ frame, model, receivedAt, parameters }: PreparedFrame, result: DecodeResult | undefined): DecodedFrame {
  if (result === undefined) throw new Error('the engine gave no result')
  if (!result.ok) return { reason: result.reason, errors: result.errors }
  const { data, warnings } = result
  if (model === null) return { data, warnings }
  // Where nobody says when the frame came, the device's own time is believed: it would be moved to now.
  const own = receivedAt === null && model.clock !== null ? readTime(select(data, model.clock.field)[0]) : null
  const readings = normalise(model, data, {
    receivedAt: own === null ? frame.recvTime : new Date(own).toISOString(),
    parameters: () => parameters,
  })
  return { data, values: readings.map((reading) => ({ ...reading, time: reading.time ?? receivedAt })), warnings }
}

/** Orders in their order; one that cannot be read or is refused stops no other. */
export async function encodeOrders(
  runner: CodecRunner,
  source: Source,
  lines: readonly unknown[],
  says: Says,
): Promise<readonly EncodedOrder[]> {
  return Promise.all(
    lines.map(async (line) => {
      const prepared = attempt(() => prepareOrder(source, line), says)
      return 'codec' in prepared ? encoded(await runner.encode(prepared.codec, prepared.data)) : prepared
    }),
  )
}

function prepareOrder(source: Source, line: unknown): { codec: Script; data: unknown } {
  const { data, command, order, minutes, channel, firmware, ...which } = valid(orderSchema, line)
  const { model, script } = chosen(source, which)
  const codec = model === null ? script : scriptFor(model, { frame: null, firmware })
  if (order === undefined) return { codec, data: data ?? command }
  const known = commandSchema.options.find(({ shape }) => shape.type.value === order.type)?.shape ?? {}
  const extra = Object.keys(Object(Object(line).order)).find((key) => !Object.hasOwn(known, key))
  if (extra !== undefined) throw unknownKey(extra, 'order.', Object.keys(known))
  if (model === null) throw new OndineError('kit.bad-line', { path: 'order', reason: 'needs a model' })
  return { codec, data: mapCommand(model, order, { channel, ...(minutes === undefined ? {} : { minutes }) }).input }
}

function encoded(result: EncodeResult): EncodedOrder {
  if (!result.ok) return { reason: result.reason, errors: result.errors }
  return { fPort: result.fPort, hex: Buffer.from(result.bytes).toString('hex'), warnings: result.warnings }
}

/** What a line of JSON says, or why it says nothing; null: it is too long. */
export function parseLine(line: Line): unknown {
  if (line === null) return new OndineError('kit.bad-line', { path: 'the line', reason: 'is too long' })
  try {
    return JSON.parse(line)
  } catch (thrown) {
    return new OndineError('kit.bad-line', { path: 'the line', reason: reasonOf(thrown) })
  }
}

function chosen(
  source: Source,
  { model: slug, codec }: { model?: string | undefined; codec?: string | undefined },
): { model: Model | null; script: Script } {
  if ('script' in source) return { model: null, script: source.script }
  if ((slug === undefined) === (codec === undefined)) {
    throw new OndineError('kit.bad-line', { path: 'model', reason: slug === undefined ? 'is missing' : 'cannot be there beside codec' })
  }
  if (codec !== undefined) return { model: null, script: { ...bareScript(codec), file: codec } }
  const model = modelOf(source.registry, slug ?? '')
  return { model, script: model.codec }
}

function valid<S extends z.ZodObject>(schema: S, line: unknown): z.infer<S> {
  if (line instanceof OndineError) throw line
  const result = schema.safeParse(line)
  if (result.success) return result.data
  const [key] = result.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  if (key !== undefined) throw unknownKey(key, '', Object.keys(schema.shape))
  const { path, reason } = firstFault(result.error)
  throw new OndineError('kit.bad-line', { path: path === 'the file' ? 'the line' : path, reason }, { cause: result.error })
}

/** What nobody reads was meant for something: a misspelt `recvTime` would date a reading to now. */
function unknownKey(key: string, before: string, known: readonly string[]): OndineError {
  return new OndineError('kit.unknown-key', { path: before + key, near: nearest(key, known) ?? '', keys: known.join(', ') })
}

/** What a library says is wrong, without the end of its sentence. */
function reasonOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, '')
}

function attempt<T>(prepare: () => T, says: Says): T | Refusal {
  try {
    return prepare()
  } catch (thrown) {
    const error = OndineError.from(thrown)
    return { reason: error.code, errors: [says(error)] }
  }
}
