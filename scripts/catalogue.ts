/**
 * `node scripts/catalogue.ts <folder of models>`: every example of imported models in plain V8 and in the engine, judged in
 * the same way. Prints each that passes in V8 and not in the engine, with its cause; exit 1 where that is more than 0.5 %.
 * Where both pass and the results are not the same JSON all the same, that is told too (an example need not name every key).
 * `--failed` prints those that fail in V8. Not shipped: it runs others' code in a process that is no sandbox.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { CodecEngine } from '../src/codecs/engine/codec-engine.ts'
import { checkExample, type ExampleResult, exampleTime } from '../src/codecs/kit/check-example.ts'
import { runExample, scriptOf } from '../src/codecs/kit/run-examples.ts'
import type { Example, Model, Script } from '../src/codecs/model.ts'
import { Registry } from '../src/codecs/registry.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('node scripts/catalogue.ts <folder of models>')
const wanted = 0.995
const logger = pino({ level: 'silent' })
const registry = new Registry({ folders: [resolve(folder)], logger })
await registry.start()

const child = spawn(process.execPath, [fileURLToPath(new URL('catalogue-child.ts', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { TZ: 'UTC' },
})
const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
const engine = new CodecEngine({ logger, processes: 1 })
await engine.start()

interface Case {
  slug: string
  example: Example
  v8: ExampleResult
  passes: { v8: boolean; engine: boolean }
  /** how the two results differ */
  cause: string | null
}
const cases: Case[] = []
const distinct = new Set<string>()
for (const model of registry.list()) {
  const examples = registry.examples(model.slug)
  const byScript = Map.groupBy(examples, (example) => scriptOf(model, example))
  for (const [script, own] of byScript) cases.push(...(await compared(model, script, own)))
}
child.stdin.end()
await Promise.all([engine.stop(), once(child, 'exit')])

const passing = cases.filter(({ passes }) => passes.v8)
const lost = passing.filter(({ passes }) => !passes.engine)
const otherwise = passing.filter(({ passes, cause }) => passes.engine && cause !== null)
for (const one of lost) console.log(`lost: ${line(one)}`)
for (const one of otherwise) console.log(`passes, but differs: ${line(one)}`)
const ratio = passing.length === 0 ? 1 : (passing.length - lost.length) / passing.length
console.log(
  `models ${registry.list().length} (unusable ${registry.problems().length}), vectors ${cases.length} (distinct ${distinct.size}), pass in V8 ` +
    `${passing.length}, of those in the engine ${passing.length - lost.length}: ${(100 * ratio).toFixed(2)} %; ${otherwise.length} of them with another result`,
)
for (const { model, error } of registry.problems()) console.log(`${model}\t${error.message}`)
if (process.argv.includes('--failed')) {
  for (const one of cases) {
    if (!one.passes.v8) console.log(`V8 fails: ${line(one)}\t${JSON.stringify(one.v8).slice(0, 160)}`)
  }
}
process.exitCode = ratio < wanted || registry.problems().length > 0 ? 1 : 0

function line({ slug, example, cause }: Case): string {
  return [slug, example.type, example.description.slice(0, 60), cause].join('\t')
}

async function compared(model: Model, script: Script, examples: readonly Example[]): Promise<Case[]> {
  child.stdin.write(`${JSON.stringify({ source: script.source, calls: examples.map(callOf) })}\n`)
  const [line, ours] = await Promise.all([answers.next(), Promise.all(examples.map((example) => runExample(engine, model, example)))])
  const outcomes: unknown = JSON.parse(line.value ?? '[]')
  return examples.map((example, index) => {
    distinct.add(
      createHash('sha256')
        .update(`${script.source}\0${JSON.stringify(example)}`)
        .digest('hex'),
    )
    const v8 = toResult(example, Array.isArray(outcomes) ? outcomes[index] : undefined)
    const own = ours[index]
    if (own === undefined) throw new Error('the engine gave no result')
    const good = (result: ExampleResult) => checkExample(model, example, result).length === 0
    return { slug: model.slug, example, v8, passes: { v8: good(v8), engine: good(own) }, cause: causeOf(v8, own) }
  })
}

function callOf(example: Example): unknown {
  if (example.type === 'downlink-encode') return { kind: 'encode', input: { data: example.input, variables: {} } }
  const { fPort, hex } = example.input
  const bytes = [...Buffer.from(hex, 'hex')]
  if (example.type === 'downlink-decode') return { kind: 'decode-downlink', input: { fPort, bytes, recvTime: exampleTime, variables: {} } }
  const { recvTime = exampleTime, variables = {} } = example.input
  return { kind: 'decode', input: { fPort, bytes, recvTime, variables } }
}

function toResult(example: Example, outcome: unknown): ExampleResult {
  const refused = (...errors: string[]): ExampleResult => ({ ok: false, reason: 'codec-error', errors })
  const { json, error } = Object(outcome)
  if (typeof json !== 'string') return refused(String(error ?? 'no result'))
  const { data, fPort, bytes, errors } = Object(JSON.parse(json))
  if (Array.isArray(errors) && errors.length > 0)
    return refused(...errors.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))))
  if (example.type !== 'downlink-encode') return { ok: true, data, warnings: [] }
  return { ok: true, fPort, bytes: Uint8Array.from(Array.isArray(bytes) ? bytes : []), warnings: [] }
}

/** How the engine's result differs from plain V8's; null: it does not. */
function causeOf(v8: ExampleResult, ours: ExampleResult): string | null {
  if (!ours.ok) {
    const said = `${ours.reason}: ${ours.errors.join('; ')}`
    return v8.ok || v8.errors.join('; ') !== ours.errors.join('; ') ? said : null
  }
  if (!v8.ok) return `V8 refuses, the engine does not: ${v8.errors.join('; ')}`
  const plain = (result: object) => JSON.parse(JSON.stringify({ ...result, warnings: [] }))
  return difference(plain(v8), plain(ours), '')
}

function difference(expected: unknown, got: unknown, path: string): string | null {
  if (typeof expected === 'number' && typeof got === 'number') {
    return Math.abs(expected - got) <= 1e-6 * Math.abs(expected) ? null : `${path}: ${expected} in V8, ${got} here`
  }
  if (typeof expected !== 'object' || typeof got !== 'object' || expected === null || got === null) {
    return expected === got ? null : `${path}: ${JSON.stringify(expected)} in V8, ${JSON.stringify(got)} here`
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(got)])
  for (const key of keys) {
    const found = difference(Reflect.get(expected, key), Reflect.get(got, key), `${path}.${key}`)
    if (found !== null) return found
  }
  return null
}
