import { OndineError } from '../../../errors/ondine-error.ts'
import { type Example, exampleSchema } from '../../model.ts'
import { firstFault } from '../../schema-fault.ts'
import { fieldsOf, isFields, listOf, textOf, wholeOf } from './read-value.ts'

/** A test vector of a catalogue. A port may be left out there; here an example has one. */
export interface Vector {
  type: Example['type']
  description: string
  /** of the frame; null: the vector names none */
  fPort: number | null
  /** of the frame; null: a downlink to be encoded */
  hex: string | null
  /** of a downlink to be encoded */
  data: unknown
  recvTime: string | null
  variables: Readonly<Record<string, string>>
  output: Readonly<Record<string, unknown>> | null
  /** of the encoder's answer; null: no bytes are expected */
  bytes: { fPort: number | null; hex: string } | null
  errors: readonly string[]
  /** written in a way that TS013 does not know */
  odd: boolean
  /** of an encoder that names no port of its own, or is told one; TS013 tells it none */
  portless: boolean
}

interface Given {
  type: Example['type']
  description: unknown
  input: unknown
  output: unknown
  /** what `normalizeUplink` makes of the data; left out: nothing is said of it */
  normalized?: unknown
}

/** A vector as ChirpStack, TTN, Actility and Watteco write it, all after TS013. Throws why it cannot be one. */
export function readVector({ type, description, input: givenInput, output: givenOutput, normalized }: Given): Vector {
  const input = fieldsOf(givenInput)
  if (input.useContext === true || input.context !== undefined) throw new OndineError('import.vector-context', {})
  const recvTime = timeOf(input.recvTime) ?? timeOf(input.time)
  const result = fieldsOf(givenOutput)
  const errors = listOf(result.errors).flatMap((error) => textOf(error) ?? [])
  const base = {
    type,
    description: textOf(description) ?? type,
    recvTime,
    variables: Object.fromEntries(
      Object.entries(fieldsOf(input.variables)).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
    ),
    errors,
    odd: false,
    portless: false,
  }
  if (type === 'downlink-encode') {
    const refused = errors.length > 0
    if (!refused && result.bytes === undefined) throw new OndineError('import.vector-expects-nothing', {})
    const bytes = refused ? null : { fPort: wholeOf(result.fPort) ?? wholeOf(input.fPort) ?? null, hex: toHex(result.bytes) }
    return {
      ...base,
      fPort: wholeOf(input.fPort) ?? null,
      hex: null,
      data: plain(input.data ?? {}, input, recvTime),
      output: null,
      bytes,
      odd: typeof result.bytes === 'string',
      portless: bytes !== null && (result.fPort === undefined || result.fPort === input.fPort),
    }
  }
  const { data, odd } = expectedData(givenOutput)
  if (data === undefined && errors.length === 0) throw new OndineError('import.vector-expects-nothing', {})
  const output = errors.length > 0 ? null : plain(data, input, recvTime)
  const normal = normalized === undefined ? {} : { normalized: plain([normalized].flat(), input, recvTime) }
  return {
    ...base,
    fPort: wholeOf(input.fPort) ?? wholeOf(input.fport) ?? null,
    hex: toHex(input.bytes),
    data: null,
    output: isFields(output) ? { ...output, ...normal } : null,
    bytes: null,
    odd,
  }
}

/** Every vector of a list that can be read, and why the others cannot. */
export function readVectors(given: readonly Given[]): { vectors: Vector[]; unread: { description: string; error: OndineError }[] } {
  const vectors: Vector[] = []
  const unread: { description: string; error: OndineError }[] = []
  for (const one of given) {
    try {
      vectors.push(readVector(one))
    } catch (thrown) {
      unread.push({ description: textOf(one.description) ?? one.type, error: OndineError.from(thrown) })
    }
  }
  return { vectors, unread }
}

function expectedData(output: unknown): { data: unknown; odd: boolean } {
  if (Array.isArray(output)) return { data: { list: output }, odd: true }
  const { data, errors, warnings, ...others } = fieldsOf(output)
  if (Array.isArray(data)) return { data: { list: data }, odd: true }
  if (data !== undefined) return { data, odd: false }
  // Some platforms take the decoder's data as it is, without TS013's wrapping.
  return errors === undefined && warnings === undefined && Object.keys(others).length > 0
    ? { data: others, odd: true }
    : { data: undefined, odd: false }
}

/** What Actility's tests write for "any date" and "any number". */
const anything: ReadonlySet<unknown> = new Set(['XXXX-XX-XXTXX:XX:XX.XXXZ', 'SKIP_NUMBER'])

/** JSON's own values: what it has none for (NaN, undefined) is left out, as it is of a codec's result. */
function plain(value: unknown, input: Readonly<Record<string, unknown>>, recvTime: string | null): unknown {
  if (anything.has(value)) return undefined
  // The time of reception comes back as it reaches the codec, whatever zone the vector wrote it in.
  if (typeof value === 'string') return recvTime !== null && (value === input.recvTime || value === input.time) ? recvTime : value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'boolean' || value === null) return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  if (Array.isArray(value)) return value.map((item) => plain(item, input, recvTime) ?? null)
  if (!isFields(value)) return undefined
  const entries = Object.entries(value).map(([key, item]) => [key, plain(item, input, recvTime)] as const)
  return Object.fromEntries(entries.filter(([key, item]) => item !== undefined && key !== '__proto__'))
}

function timeOf(value: unknown): string | null {
  const text = textOf(value)
  if (text === undefined) return null
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}

/** Lists of numbers or of texts (`0x1f`), hexadecimal with any spaces between, base64. Throws `import.vector-bytes`. */
export function toHex(bytes: unknown): string {
  if (Array.isArray(bytes)) {
    const numbers = bytes.map((byte: unknown) =>
      typeof byte === 'string' && /^(0x[0-9a-f]{1,2}|\d{1,3})$/i.test(byte) ? Number(byte) : byte,
    )
    if (numbers.every((byte) => typeof byte === 'number' && Number.isInteger(byte) && byte >= 0 && byte <= 255)) {
      return numbers.map((byte) => Number(byte).toString(16).padStart(2, '0')).join('')
    }
  }
  if (typeof bytes === 'string') {
    const dense = bytes.replace(/0x|[\s,:-]/gi, '')
    if (/^([0-9a-f]{2})*$/i.test(dense)) return dense.toLowerCase()
    const base64 = bytes.replace(/\s/g, '')
    if (/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) return Buffer.from(base64, 'base64').toString('hex')
  }
  throw new OndineError('import.vector-bytes', {})
}

/** The port that most vectors name; null: none names one. */
export function usualPort(vectors: readonly Vector[]): number | null {
  const counts = new Map<number, number>()
  for (const { fPort, bytes } of vectors) {
    const port = bytes?.fPort ?? fPort
    if (port !== null && port >= 1 && port <= 223) counts.set(port, (counts.get(port) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

/** Throws `import.vector-odd` or `import.vector-other-port`. */
export function toExample(vector: Vector, options: { usual: number; port: number | null; firmware?: string }): Example {
  const { type, description, output, bytes, portless } = vector
  const errors = vector.errors.length === 0 ? {} : { errors: [...vector.errors] }
  const frame = { fPort: vector.fPort ?? options.usual, hex: vector.hex ?? '' }
  if (portless && bytes !== null && bytes.fPort !== null && options.port !== null && bytes.fPort !== options.port) {
    throw new OndineError('import.vector-other-port', { fPort: bytes.fPort, port: options.port })
  }
  const written =
    type === 'downlink-encode'
      ? {
          type,
          description,
          input: vector.data,
          ...(bytes === null ? errors : { output: { fPort: bytes.fPort ?? options.port ?? options.usual, hex: bytes.hex } }),
        }
      : {
          type,
          description,
          input: type === 'uplink' ? { ...frame, ...uplinkExtras(vector, options.firmware) } : frame,
          ...(output === null ? errors : { output }),
        }
  const example = exampleSchema.safeParse(written)
  if (example.success) return example.data
  const { path, reason } = firstFault(example.error)
  throw new OndineError('import.vector-odd', { reason: `${path}: ${reason}` }, { cause: example.error })
}

function uplinkExtras({ recvTime, variables }: Vector, firmware: string | undefined) {
  return {
    ...(recvTime === null ? {} : { recvTime }),
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
    ...(firmware === undefined ? {} : { firmware }),
  }
}
