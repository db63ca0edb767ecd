import type ivm from 'isolated-vm'
import { bufferModule } from './buffer-module.ts'
import { findEntries, harness } from './harness.ts'
import type { CallOutcome, ProbeCall, ProbeJob, V8Answer } from './job.ts'

const harnessSource = `(${harness.toString()})()`
/** Codecs may use Buffer, in the engine as in ChirpStack. */
const bufferSource = `(() => { ${bufferModule.replace('export function', 'function')}; globalThis.Buffer = Buffer })()`
/** of one call, ms: what takes longer is told as slow */
const callLimit = 1_000
/** decodes that are timed together, and how often */
const repeats = 20
const rounds = 3

/** An isolate with all that its realms run, compiled once: many are made. */
interface Home {
  isolate: ivm.Isolate
  /** what the codec may use: Buffer, where it speaks of it */
  tools: readonly ivm.Script[]
  kit: ivm.Script
  codec: ivm.Script
  finder: ivm.Script
}

/** A realm with the codec loaded. */
interface Realm {
  run: (call: ProbeCall, clock: number, chance: number) => CallOutcome
  repeat: (call: ProbeCall) => void
  text: (name: 'names' | 'undeclared') => readonly string[]
  release: () => void
}

/** Runs a script's calls in isolates: with a profiler for its coverage, and again under other circumstances. */
export async function inV8(isolatedVm: typeof import('isolated-vm'), job: ProbeJob): Promise<V8Answer> {
  const nothing: V8Answer = {
    ...{ failed: null, outcomes: [], ranges: [], clock: [], chance: [], state: [], undeclared: [], entries: [], micros: [] },
  }
  const limits = {
    memoryLimit: 64,
    // V8 has lost control of the isolate: the parent starts another process.
    onCatastrophicError: () => process.abort(),
  }
  const plain = new isolatedVm.Isolate(limits)
  const profiled = new isolatedVm.Isolate({ ...limits, inspector: true })
  try {
    // First without the inspector: under it an isolate that runs out of memory hangs instead of ending.
    const home = homeOf(plain, job)
    const realm = load(home, job)
    const outcomes = untilSlow(job.calls, (call) => realm.run(call, call.time, 1))
    if (plain.isDisposed) throw new Error('the codec took more than 64 MB of memory')
    const facts = { ...nothing, outcomes, undeclared: realm.text('undeclared'), entries: realm.text('names') }
    // One that does not come to its end is told once, and not waited for again.
    if (outcomes.some((outcome) => 'error' in outcome && outcome.slow)) return facts
    return { ...facts, ranges: await covered(profiled, job), ...circumstances(home, job), micros: timed(home, job, outcomes) }
  } catch (thrown) {
    const { message, stack } = Object(thrown)
    return { ...nothing, failed: { error: cleaned(String(message ?? thrown)), line: lineOf(`${message} ${stack}`, job.file) } }
  } finally {
    for (const isolate of [plain, profiled]) if (!isolate.isDisposed) isolate.dispose()
  }
}

/** One that does not come to its end is the last: each other may cost the limit again. */
function untilSlow(calls: readonly ProbeCall[], run: (call: ProbeCall) => CallOutcome): CallOutcome[] {
  const outcomes: CallOutcome[] = []
  for (const call of calls) {
    const outcome = run(call)
    outcomes.push(outcome)
    if ('error' in outcome && outcome.slow) break
  }
  return outcomes
}

async function covered(isolate: ivm.Isolate, job: ProbeJob): Promise<V8Answer['ranges']> {
  const session = isolate.createInspectorSession()
  const waiting = new Map<number, (answer: unknown) => void>()
  session.onNotification = () => {}
  session.onResponse = (id, message) => waiting.get(id)?.(JSON.parse(message))
  let last = 0
  const ask = (method: string, params = {}) =>
    new Promise<unknown>((resolve) => {
      last += 1
      waiting.set(last, resolve)
      session.dispatchProtocolMessage(JSON.stringify({ id: last, method, params }))
    })
  try {
    await ask('Profiler.enable')
    await ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    const realm = load(homeOf(isolate, job), job, true)
    for (const call of job.calls) realm.run(call, call.time, 1)
    return rangesOf(await ask('Profiler.takePreciseCoverage'), job.file)
  } finally {
    session.dispose()
  }
}

function rangesOf(answer: unknown, file: string): V8Answer['ranges'] {
  const scripts: { url: string; functions: { ranges: { startOffset: number; endOffset: number; count: number }[] }[] }[] =
    Object(Object(answer).result).result ?? []
  const script = scripts.find(({ url }) => url === file)
  return (script?.functions ?? []).flatMap(({ ranges }) =>
    ranges.map(({ startOffset, endOffset, count }) => ({ start: startOffset, end: endOffset, count })),
  )
}

/** What changes when only the clock, only chance, or only the calls before are others. */
function circumstances(home: Home, job: ProbeJob): Pick<V8Answer, 'clock' | 'chance' | 'state'> {
  const all = (realm: Realm, calls: readonly ProbeCall[], later = 0, chance = 1) =>
    calls.map((call) => JSON.stringify(realm.run(call, call.time + later, chance)))
  const within = <T>(work: (realm: Realm) => T): T => {
    const realm = load(home, job)
    try {
      return work(realm)
    } finally {
      realm.release()
    }
  }
  const differing = (others: readonly string[], usual: readonly string[]) =>
    others.flatMap((outcome, index) => (outcome === usual[index] ? [] : [index]))
  const [forwards, backwards] = within((realm) => [all(realm, job.calls), all(realm, job.calls.toReversed()).toReversed()] as const)
  // In the same order, so that what a codec keeps between calls is not taken for the clock or chance.
  const clock = differing(
    within((realm) => all(realm, job.calls, 86_461_001)),
    forwards,
  )
  const chance = differing(
    within((realm) => all(realm, job.calls, 0, 1_234_567)),
    forwards,
  )
  const alone = job.calls.flatMap((call) => within((realm) => all(realm, [call])))
  const state = new Set([...differing(forwards, alone), ...differing(backwards, alone)])
  return { clock, chance, state: [...state].sort((a, b) => a - b) }
}

function timed(home: Home, job: ProbeJob, outcomes: readonly CallOutcome[]): V8Answer['micros'] {
  const realm = load(home, job)
  const micros = job.calls.map((call, index) => {
    const outcome = outcomes[index]
    if (call.kind !== 'decode' || outcome === undefined || !('json' in outcome)) return null
    let least = Number.POSITIVE_INFINITY
    for (let round = 0; round < rounds; round++) {
      const started = process.hrtime.bigint()
      realm.repeat(call)
      least = Math.min(least, Number(process.hrtime.bigint() - started) / 1_000 / repeats)
    }
    return Math.round(least * 10) / 10
  })
  realm.release()
  return micros
}

function homeOf(isolate: ivm.Isolate, { source, file }: ProbeJob): Home {
  const compiled = (text: string) => isolate.compileScriptSync(text)
  return {
    isolate,
    tools: source.includes('Buffer') ? [compiled(bufferSource)] : [],
    kit: compiled(harnessSource),
    codec: isolate.compileScriptSync(source, { filename: file }),
    finder: compiled(findEntries),
  }
}

function load({ isolate, tools, kit: kitScript, codec, finder }: Home, job: ProbeJob, inspector = false): Realm {
  const context = isolate.createContextSync({ inspector })
  for (const script of tools) script.runSync(context)
  const kit = kitScript.runSync(context, { reference: true })
  codec.runSync(context, { timeout: callLimit })
  const entries = finder.runSync(context, { reference: true, timeout: callLimit })
  const take = (name: string) => kit.getSync(name, { reference: true })
  take('bind').applySync(undefined, [entries.derefInto()])
  const [run, repeat] = [take('run'), take('repeat')]
  return {
    run(call, clock, chance) {
      try {
        const text: unknown = run.applySync(undefined, [JSON.stringify(call), clock, chance], {
          timeout: callLimit,
          result: { copy: true },
        })
        const { json, error, stack } = Object(JSON.parse(String(text)))
        if (typeof json === 'string') return { json }
        return { error: cleaned(String(error)), line: lineOf(String(stack), job.file), slow: false }
      } catch (thrown) {
        const message = thrown instanceof Error ? thrown.message : String(thrown)
        return { error: cleaned(message), line: 0, slow: message.startsWith('Script execution timed out') }
      }
    },
    repeat: (call) => {
      repeat.applySync(undefined, [JSON.stringify(call), repeats], { timeout: callLimit })
    },
    text: (name) => {
      const text: unknown = take(name).applySync(undefined, [], { timeout: callLimit, result: { copy: true } })
      const names: unknown = JSON.parse(String(text))
      return Array.isArray(names) ? names.map(String) : []
    },
    release: () => context.release(),
  }
}

/** isolated-vm puts the place behind a message in brackets. */
function cleaned(message: string): string {
  return message.replace(/\s*\[[^\]]*:\d+:\d+\]$/, '')
}

function lineOf(text: string, file: string): number {
  const at = text.lastIndexOf(`${file}:`)
  const first = text.indexOf(`${file}:`)
  return at < 0 ? 0 : Number.parseInt(text.slice(first + file.length + 1), 10) || 0
}
