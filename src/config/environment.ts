import { OndineError } from '../errors/ondine-error.ts'
import { type JsonSchema, propertiesOf } from './json-schema.ts'

const prefix = 'ONDINE_'
/** Read by the command line and by the tests: not configuration of the server. */
const reserved = /^ONDINE_(URL|TOKEN|CONFIG|TEST_.*)$/

export interface FromEnvironment {
  values: Record<string, unknown>
  /** `listen.port` → `ONDINE_LISTEN_PORT="8421"`; of a text only the variable, as it may be a secret */
  sources: ReadonlyMap<string, string>
}

/**
 * `ONDINE_*` variables as a configuration object: ONDINE_LISTEN_PORT=8421 is `listen.port`, ONDINE_DATA_DIR is
 * `dataDir`, lists are separated by commas. A variable that names no key is an error: a typing mistake must not be silent.
 */
export function fromEnvironment(environment: Readonly<Record<string, string | undefined>>, schema: JsonSchema): FromEnvironment {
  const result: Record<string, unknown> = {}
  const sources = new Map<string, string>()
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || reserved.test(variable) || text === undefined || text === '') continue
    const found = findKey(variable.slice(prefix.length).split('_'), schema)
    if (found === undefined) {
      const unknown = { path: variable, reason: 'no key has this name', fault: 'value.unknown-variable' }
      throw new OndineError('config.invalid', unknown)
    }
    setAt(result, found.path, parse(text, found.schema))
    sources.set(found.path.join('.'), isPlain(found.schema) ? `${variable}="${text}"` : variable)
  }
  return { values: result, sources }
}

/** Numbers, yes or no and choices hold no secret; a text may. */
function isPlain(schema: JsonSchema): boolean {
  return ['integer', 'number', 'boolean'].includes(schema.type ?? '') || schema.enum !== undefined
}

/** Words of the variable's name → path of keys: each key takes as many words as its camelCase name has. */
function findKey(words: readonly string[], schema: JsonSchema): { path: string[]; schema: JsonSchema } | undefined {
  if (words.length === 0) return { path: [], schema }
  for (const [key, child] of propertiesOf(schema)) {
    const keyWords = key
      .replace(/([A-Z])/g, '_$1')
      .toUpperCase()
      .split('_')
    if (!keyWords.every((word, index) => words[index] === word)) continue
    const rest = findKey(words.slice(keyWords.length), child)
    if (rest !== undefined) return { path: [key, ...rest.path], schema: rest.schema }
  }
  return undefined
}

/** The schema says how to read the text; what does not fit stays text and is refused by the schema with its path. */
function parse(text: string, schema: JsonSchema): unknown {
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (schema.type === 'integer' || schema.type === 'number') return Number.isFinite(Number(text)) ? Number(text) : text
  if (schema.type === 'array') return text.split(',').map((item) => item.trim())
  return text
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (key === undefined) return
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const child = target[key]
  const next: Record<string, unknown> = isRecord(child) ? child : {}
  target[key] = next
  setAt(next, rest, value)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
