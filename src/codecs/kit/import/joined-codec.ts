import type { ImportedCodec } from './layout.ts'

/** How a catalogue's own platform calls a codec, where that is not TS013. */
export interface Convention {
  /**
   * ts013: `decodeUplink(input)`; ttn: `Decoder(bytes, port)`; chirpstack: `Decode(fPort, bytes)`;
   * thingpark: TS013, but `encodeDownlink` takes the data alone
   */
  signature: 'ts013' | 'ttn' | 'chirpstack' | 'thingpark'
  /** the decoder gives its data alone, or a list where TS013 has an object: a list becomes `{ list: … }` */
  odd: boolean
  /** the port of a downlink whose encoder names none; null: it names one */
  port: number | null
  /** it has The Things Stack's `normalizeUplink`: what that makes of the data stands under the data's key `normalized`, as a list */
  normalizes: boolean
}

/**
 * One script that the engine runs: the catalogue's own file where that is all it needs; the same file with the entry points
 * of TS013 put in front of its own; or, where files or conventions would meet, each in a function of its own.
 */
export function joinedCodec({ parts, convention }: Pick<ImportedCodec, 'parts' | 'convention'>): string {
  const [only] = parts
  const whole = parts.length === 1 && only?.entries === 'all' ? only.source : null
  const { signature, odd, port, normalizes } = convention
  const asks = parts.some(({ source }) => asksForModules(source))
  if (whole !== null && signature === 'ts013' && !odd && port === null && !normalizes && !asks) return whole
  const fromPart = (name: string) => {
    const index = parts.findIndex(({ entries }) => entries === 'all' || entries.some((entry) => entry === name))
    return index < 0 ? null : `imported${index + 1}`
  }
  const entries = entryPoints(convention, fromPart)
  if (whole !== null && signature === 'ts013' && !odd && !declaresForGood.test(whole)) return atTopLevel(whole, asks, entries)
  return [native, ...parts.map(({ path, source }, index) => inFunction(`imported${index + 1}`, path, source)), entries].join('\n')
}

/** Node's modules are not there, and many codecs that ask for one never use it for what they are tested with. */
function asksForModules(source: string): boolean {
  // Behind the last end of a comment none is looked for: each beginning would be followed to the end of the file.
  const ended = source.lastIndexOf('*/') + 2
  const code = source.slice(0, ended).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '') + source.slice(ended).replace(/\/\/[^\n]*/g, '')
  return /\brequire\s*\(/.test(code)
}

/** An entry point that no second declaration may stand beside. */
const declaresForGood = /^[ \t]*(const|let|class)\s+(decodeUplink|encodeDownlink|decodeDownlink)\b/m

const names = ['decodeUplink', 'encodeDownlink', 'decodeDownlink', 'normalizeUplink', 'Decode', 'Decoder', 'Encode', 'Encoder']
const given = names.map((name) => `    ${name}: typeof ${name} === 'function' ? ${name} : undefined,`).join('\n')

const native = "var importedNative = typeof require === 'function' ? require : undefined"

/** The source keeps its globals, which some find through `this`, and its directive, which must stay the first statement. */
function atTopLevel(source: string, asks: boolean, entries: string): string {
  const directive = /^\s*(['"])use strict\1/.test(source) ? "'use strict'\n" : ''
  return `${directive}${native}${asks ? '\nvar require = importedRequire' : ''}
${source}
;var imported1 = importedEntries({
${given}
    driver: typeof driver === 'object' ? driver : undefined
}, typeof module === 'object' && module !== null ? module : {})

${entries}`
}

function inFunction(variable: string, path: string, source: string): string {
  return `// ${comment(path)}
var ${variable} = (function (module) {
  return importedEntries((function (exports, require) {
${source}
  ;return {
${given}
    driver: typeof driver === 'object' ? driver : undefined
  }
  })(module.exports, importedRequire), module)
})({ exports: {} })
`
}

/** A path may hold what ends a line, also for JavaScript (ECMA-262 §12.3). */
function comment(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '?')
}

function entryPoints({ signature, port, normalizes }: Convention, fromPart: (name: string) => string | null): string {
  const lines = ['// The entry points of TS013, put in front of the above by the import.']
  const decoder = fromPart('decodeUplink')
  const encoder = fromPart('encodeDownlink')
  const downlinkDecoder = fromPart('decodeDownlink')
  if (decoder !== null) {
    const call = {
      ts013: `${decoder}.decodeUplink(input)`,
      thingpark: `${decoder}.decodeUplink(input)`,
      ttn: `${decoder}.Decoder(input.bytes, input.fPort)`,
      chirpstack: `${decoder}.Decode(input.fPort, input.bytes, input.variables)`,
    }[signature]
    const entry = { ts013: 'decodeUplink', thingpark: 'decodeUplink', ttn: 'Decoder', chirpstack: 'Decode' }[signature]
    const result = `importedResult(${call})`
    lines.push(
      declared('decodeUplink', `${decoder}.${entry}`, normalizes ? `importedNormal(${result}, ${decoder}.normalizeUplink)` : result),
    )
  }
  if (encoder !== null) {
    const call = {
      ts013: `${encoder}.encodeDownlink(input)`,
      thingpark: `${encoder}.encodeDownlink(input.data)`,
      ttn: `${encoder}.Encoder(input.data, input.fPort)`,
      chirpstack: `${encoder}.Encode(input.fPort, input.data)`,
    }[signature]
    const entry = { ts013: 'encodeDownlink', thingpark: 'encodeDownlink', ttn: 'Encoder', chirpstack: 'Encode' }[signature]
    const prepared = port === null ? '' : `if (input.fPort === undefined) input.fPort = ${port}\n  `
    lines.push(declared('encodeDownlink', `${encoder}.${entry}`, `importedDownlink(${call})`, prepared))
  }
  if (downlinkDecoder !== null) {
    lines.push(declared('decodeDownlink', `${downlinkDecoder}.decodeDownlink`, `importedResult(${downlinkDecoder}.decodeDownlink(input))`))
  }
  return `${lines.join('\n\n')}\n\n${shapes(port)}${normalizes ? normal : ''}`
}

/** Declared only where the codec has it: a function that is there and always fails would promise too much. */
function declared(name: string, behind: string, result: string, prepared = ''): string {
  return `var ${name} = ${behind} && function (input) {\n  ${prepared}return ${result}\n}`
}

function shapes(port: number | null): string {
  return `function importedRequire(name) {
  try {
    return importedNative(name)
  } catch (error) {
    return new Proxy({}, {
      get: function (_, key) {
        return function () { throw new Error(name + '.' + String(key) + ' is not there: ' + error.message) }
      }
    })
  }
}

function importedEntries(declared, module) {
  var exported = module.exports || {}
  var driven = declared.driver || exported.driver || {}
  var found = {}
  ;${JSON.stringify(names)}.forEach(function (name) {
    // A function of the script has no object of its own; one of an object has it.
    var holder = [declared, exported, driven].filter(function (from) { return typeof from[name] === 'function' })[0]
    if (holder) found[name] = holder[name].bind(holder === declared ? undefined : holder)
  })
  return found
}

function importedResult(result) {
  if (typeof result !== 'object' || result === null) return result
  if (Array.isArray(result)) return { data: { list: result } }
  if (result.data === undefined && result.errors === undefined) return { data: result }
  return Array.isArray(result.data) ? { data: { list: result.data }, warnings: result.warnings, errors: result.errors } : result
}

function importedDownlink(result) {
  if (typeof result === 'string' || Array.isArray(result)) result = { bytes: result }
  if (typeof result !== 'object' || result === null) return result
  var bytes = result.bytes
  if (typeof bytes === 'string') bytes = (bytes.match(/../g) || []).map(function (pair) { return parseInt(pair, 16) })
  var fPort = result.fPort${port === null ? '' : ` === undefined ? ${port} : result.fPort`}
  return { fPort: fPort, bytes: bytes, warnings: result.warnings, errors: result.errors }
}
`
}

const normal = `
function importedNormal(result, normalizeUplink) {
  if (typeof normalizeUplink !== 'function' || typeof result !== 'object' || result === null) return result
  if (typeof result.data !== 'object' || result.data === null || (result.errors && result.errors.length > 0)) return result
  var made = normalizeUplink(result)
  if (typeof made !== 'object' || made === null || !made.data) return result
  return {
    data: Object.assign({}, result.data, { normalized: [].concat(made.data) }),
    warnings: [].concat(result.warnings || [], made.warnings || [], made.errors || [])
  }
}
`
