import { limits } from '../../engine/limits.ts'
import type { Model } from '../../model.ts'
import { codeOf, lineList } from '../coverage.ts'
import type { ScriptExamination } from '../examine.ts'
import { about, type Finding, leastCoverage } from './finding.ts'

type About = ReturnType<typeof about>

/** Characters; ChirpStack reads the whole script again for each frame, within its 100 ms. */
const largeScript = 100_000

/** What is wrong with one script: its form, what ChirpStack's QuickJS would refuse, what is not repeatable, what no example runs. */
export function scriptFindings(model: Model, examined: ScriptExamination, file: string): Finding[] {
  const { script, v8 } = examined
  const on = about(file)
  const size = sizeFindings(script.source, on)
  if (v8.failed !== null) return [...size, on.error({ rule: 'does-not-load', context: { error: v8.failed.error } }, v8.failed.line)]
  return [
    ...size,
    ...entryFindings(model, v8.entries, on),
    ...shapeFindings(examined, on),
    ...chirpstackFindings(examined, on),
    ...staticFindings(script.source, on),
    ...repeatFindings(examined, on),
    ...coverageFindings(examined, on),
  ]
}

function sizeFindings(source: string, { error, warning }: About): Finding[] {
  const context = (limit: number) => ({ rule: 'size' as const, context: { size: source.length, limit } })
  if (source.length > limits.source) return [error(context(limits.source))]
  return source.length > largeScript ? [warning(context(largeScript))] : []
}

function entryFindings(model: Model, entries: readonly string[], { error, warning }: About): Finding[] {
  const has = (name: string) => entries.includes(name)
  const legacy = (names: readonly string[], wanted: string): Finding[] => {
    if (has(wanted)) return []
    return names.filter(has).map((name) => warning({ rule: 'legacy-entry', context: { name, wanted } }))
  }
  const decoders = ['Decode', 'Decoder']
  const encoders = ['Encode', 'Encoder']
  const findings = [...legacy(decoders, 'decodeUplink'), ...legacy(encoders, 'encodeDownlink')]
  if (!['decodeUplink', ...decoders].some(has)) findings.push(error({ rule: 'no-entry', context: { name: 'decodeUplink' } }))
  if (Object.keys(model.commands).length > 0 && !['encodeDownlink', ...encoders].some(has)) {
    findings.push(error({ rule: 'encoder-missing', context: { name: 'encodeDownlink' } }))
  }
  return findings
}

/** What TS013 says of the object that is returned: §4.1 and §4.2. */
function shapeFindings({ v8, calls, examples }: ScriptExamination, { error, warning }: About): Finding[] {
  const seen = new Map<string, { make: (numbers: string) => Finding; numbers: number[] }>()
  v8.outcomes.forEach((outcome, at) => {
    const [call, index] = [calls[at], examples[at]]
    if (call === undefined || index === undefined || !('json' in outcome)) return
    const note = (key: string, make: (numbers: string) => Finding) => {
      const known = seen.get(key)
      if (known === undefined) seen.set(key, { make, numbers: [index + 1] })
      else known.numbers.push(index + 1)
    }
    const given: unknown = JSON.parse(outcome.json)
    if (typeof given !== 'object' || given === null) {
      note('none', (numbers) => error({ rule: 'no-data-no-errors', context: { examples: numbers } }))
      return
    }
    const known = call.kind === 'encode' ? ['fPort', 'bytes', 'warnings', 'errors'] : ['data', 'warnings', 'errors']
    const { data, errors, fPort, bytes, warnings }: Record<string, unknown> = Object(given)
    for (const key of Object.keys(given)) {
      if (!known.includes(key)) note(`key ${key}`, () => warning({ rule: 'returned-key', context: { key, known: known.join(', ') } }))
    }
    const wrong = (key: string, wanted: string) =>
      note(`type ${key}`, (numbers) => error({ rule: 'returned-type', context: { key, wanted, examples: numbers } }))
    for (const [key, value] of Object.entries({ errors, warnings })) if (value !== undefined && !isTexts(value)) wrong(key, '["…"]')
    const failed = Array.isArray(errors) && errors.length > 0
    const result = call.kind === 'encode' ? bytes : data
    if (failed && result !== undefined && result !== null) {
      note('both', (numbers) => error({ rule: 'data-and-errors', context: { examples: numbers } }))
    }
    if (failed) return
    if (result === undefined || result === null) {
      note('none', (numbers) => error({ rule: 'no-data-no-errors', context: { examples: numbers } }))
    } else if (call.kind !== 'encode') {
      if (typeof data !== 'object' || Array.isArray(data)) wrong('data', '{ … }')
    } else {
      if (!isBytes(bytes)) wrong('bytes', '[0–255, …]')
      if (!(Number.isInteger(fPort) && Number(fPort) >= 1 && Number(fPort) <= 223)) wrong('fPort', '1–223')
    }
  })
  return [...seen.values()].map(({ make, numbers }) => make(lineList(numbers)))
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isBytes(value: unknown): boolean {
  return Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)
}

function chirpstackFindings({ chirpstack, v8, script }: ScriptExamination, { error }: About): Finding[] {
  const undeclared = v8.undeclared.map((name) => {
    const assigned = new RegExp(
      `(^|[^.\\w$])${name.replaceAll('$', '\\$')}\\s*(=[^=]|\\+\\+|--)|for\\s*\\(\\s*${name.replaceAll('$', '\\$')}\\s`,
    )
    return error({ rule: 'undeclared', context: { name } }, lineWith(script.source, assigned))
  })
  const faults = chirpstack.flatMap((fault): Finding[] => {
    const examples = lineList(fault.examples)
    if (fault.error === null) return [error({ rule: 'chirpstack-differs', context: { examples } })]
    // Told by name above.
    if (v8.undeclared.some((name) => fault.error?.includes(`${name} is not defined`))) return []
    if (/octal/i.test(fault.error)) return [error({ rule: 'octal', context: {} }, fault.line)]
    const rule = fault.slow ? 'chirpstack-slow' : 'chirpstack-refuses'
    return [error({ rule, context: { error: fault.error, examples } }, fault.line)]
  })
  return [...undeclared, ...faults]
}

/** What no example may have reached, and the text shows. */
function staticFindings(source: string, { warning }: About): Finding[] {
  const lines = codeOf(source).map(({ code }) => withoutTexts(code))
  return lines.flatMap((code, index): Finding[] => {
    return [...code.matchAll(/(?<![\w.$])(console|module|require|process|setTimeout|setInterval)\s*[.([]/g)]
      .filter(([, name]) => !new RegExp(`typeof\\s+${name}`).test(source))
      .map(([, name = '']) => warning({ rule: 'not-in-chirpstack', context: { name } }, index + 1))
  })
}

function withoutTexts(code: string): string {
  return code.replaceAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/g, (text) => ' '.repeat(text.length))
}

/** A decode must be repeatable: years later the same frame gives the same reading. */
function repeatFindings({ v8, examples, script }: ScriptExamination, { error }: About): Finding[] {
  const numbers = (indices: readonly number[]) => lineList(indices.map((at) => (examples[at] ?? 0) + 1))
  const rules = [
    ['clock', v8.clock, /Date\.now\s*\(|new\s+Date\s*(\(\s*\)|(?!\s*\())|(?<![\w.])Date\s*\(\s*\)/],
    ['chance', v8.chance, /Math\s*\.\s*random/],
    ['state', v8.state, null],
  ] as const
  return rules.flatMap(([rule, indices, text]) => {
    if (indices.length === 0) return []
    return [error({ rule, context: { examples: numbers(indices) } }, text === null ? null : lineWith(script.source, text))]
  })
}

function lineWith(source: string, text: RegExp): number | null {
  const index = codeOf(source).findIndex(({ code }) => text.test(withoutTexts(code)))
  return index < 0 ? null : index + 1
}

function coverageFindings({ coverage }: ScriptExamination, { error }: About): Finding[] {
  const { lines, covered, missed } = coverage
  const percent = lines === 0 ? 100 : Math.floor((100 * covered) / lines)
  return percent >= leastCoverage ? [] : [error({ rule: 'coverage', context: { percent, lines: lineList(missed) } }, missed[0] ?? null)]
}
