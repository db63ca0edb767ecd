import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pino } from 'pino'
import type { CodecFrame } from '../../src/codecs/codec-runner.ts'
import { processorTime } from '../../src/codecs/engine/codec-child.ts'
import type { CodecEngine } from '../../src/codecs/engine/codec-engine.ts'
import { frameOf } from '../../src/codecs/kit/run-examples.ts'
import type { Model, Script } from '../../src/codecs/model.ts'
import { Registry } from '../../src/codecs/registry.ts'

type Direct = (input: { bytes: number[]; fPort: number; recvTime: Date; variables: object }) => unknown
interface Row {
  what: string
  figure: number
  unit: string
  ratio?: number
  to?: string
}

const logger = pino({ level: 'silent' })

/** As it is deployed: built, with as many children as it takes by itself. A child that strips its own types takes 20 MB more. */
const built = new URL('../../dist/codecs/engine/codec-engine.js', import.meta.url)
execFileSync('npm', ['run', 'build'], { cwd: join(import.meta.dirname, '..', '..'), stdio: ['ignore', 'ignore', 'inherit'] })
const { CodecEngine: Engine }: { CodecEngine: typeof CodecEngine } = await import(built.href)

/** Six models of four families, as a batch of a territory is: many devices of few models. */
const territory = [
  'axioma/qalcosonic-w1',
  'nasys/ul20xx',
  'milesight/em400-mud',
  'decentlab/dl-trs12',
  'milesight/em300-di',
  'dragino/lse01',
]

/** The sandbox against a direct call of the same codecs on the same frames, and what it costs in memory and on bad days. */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const registry = new Registry({ folders: [join(import.meta.dirname, '..', '..', 'codecs')], logger })
  await registry.start()
  const six = registry.list().filter(({ slug }) => territory.includes(slug))
  const frames = mixedFrames(registry, six, 256)
  const frames44 = mixedFrames(registry, registry.list(), 256)
  const rows: Row[] = []

  await withEngine(async (engine) => {
    const many = Array.from({ length: 8 }, () => frames).flat()
    const many44 = Array.from({ length: 8 }, () => frames44).flat()
    const [direct, full, queued, single, direct44, queued44] = await rates(engine, [
      { count: frames.length, call: directly(six, frames) },
      { count: frames.length, call: () => engine.decode(frames) },
      { count: many.length, call: () => engine.decode(many) },
      { count: 1, call: () => engine.decode(frames.slice(0, 1)) },
      { count: frames44.length, call: directly(registry.list(), frames44) },
      { count: many44.length, call: () => engine.decode(many44) },
    ])
    const rate = (what: string, { perSecond }: Rate, to?: Rate) => {
      rows.push({
        what,
        figure: perSecond,
        unit: 'decodes/s',
        ...(to === undefined ? {} : { ratio: perSecond / to.perSecond, to: 'direct' }),
      })
    }
    // Where a machine is shared two processes get less of it than one: what each uses of the processor says what the sandbox costs.
    const cost = (what: string, { processor }: Rate, to?: Rate) => {
      rows.push({ what, figure: processor, unit: 'µs', ...(to === undefined ? {} : { ratio: to.processor / processor, to: 'direct' }) })
    }
    rate('six models mixed, direct call without a sandbox', direct)
    rate('six models mixed, 8 batches of 256 queued (target: ratio of 0.50 or more)', queued, direct)
    rate('six models mixed, batches of 256, one after the other', full, direct)
    cost('… processor time of one decode, direct', direct)
    cost('… processor time of one decode, all processes together', queued, direct)
    rate('all models in equal parts, direct call', direct44)
    rate('all models in equal parts, 8 batches of 256 queued', queued44, direct44)
    cost('… processor time of one decode, direct', direct44)
    cost('… processor time of one decode, all processes together', queued44, direct44)
    rate('engine, one frame at a time', single, direct)
    rows.push({ what: 'engine, round trip of one frame', figure: 1e6 / single.perSecond, unit: 'µs' })
    const { next, all } = await recovery(engine, frames)
    rows.push({ what: 'killed child to the next result (target: under 50)', figure: next, unit: 'ms' })
    rows.push({ what: 'killed child to the last result of the batch it had', figure: all, unit: 'ms' })
  })
  const { looping, idle } = await longestBlocks()
  rows.push({ what: 'longest block of the parent while a codec loops (target: under 20)', figure: looping, unit: 'ms' })
  rows.push({ what: '… while nothing runs: what the machine itself adds', figure: idle, unit: 'ms' })
  rows.push({ what: 'all children with 1,000 codecs (target: under 400)', figure: await memoryOfThousand(registry), unit: 'MB' })
  return { title: 'Codec engine: uplink examples of the shipped models', rows }
}

/** Examples of these models in turn. */
function mixedFrames(registry: Registry, of: readonly Model[], count: number): CodecFrame[] {
  const models = of.flatMap((model) => {
    const frames = registry
      .examples(model.slug)
      .flatMap((example) => (example.type === 'uplink' && example.output !== undefined ? frameOf(model, example) : []))
    return frames.length === 0 ? [] : [frames]
  })
  return Array.from({ length: count }, (_, index) => {
    const frames = models[index % models.length]
    return frames?.[Math.floor(index / models.length) % frames.length]
  }).filter((frame) => frame !== undefined)
}

/** What the engine's codecs do, called as they are: each with input of its own. */
function directly(models: readonly Model[], frames: readonly CodecFrame[]): () => void {
  const decoders = new Map<string, Direct>()
  for (const { slug, codec } of models) decoders.set(slug, new Function(`${codec.source}\nreturn decodeUplink`)())
  const inputs = frames.map((frame) => ({ frame, bytes: Array.from(frame.bytes), decode: decoders.get(frame.codec.model) }))
  return () => {
    for (const { frame, bytes, decode } of inputs) {
      decode?.({ bytes: bytes.slice(), fPort: frame.fPort, recvTime: new Date(frame.recvTime), variables: {} })
    }
  }
}

const warmUp = 4
const turns = 6

interface Rate {
  perSecond: number
  /** µs of all processes per call, the least of the turns: what else runs only adds to it */
  processor: number
}
interface Contender {
  count: number
  call: () => unknown
}

/** What each costs, measured in turns: the load of the machine changes for all of them alike. */
async function rates<C extends readonly Contender[]>(engine: CodecEngine, contenders: readonly [...C]): Promise<{ [K in keyof C]: Rate }>
async function rates(engine: CodecEngine, contenders: readonly Contender[]): Promise<Rate[]> {
  const totals = contenders.map(() => ({ calls: 0, time: 0, processor: Number.POSITIVE_INFINITY }))
  for (let turn = 0; turn < warmUp + turns; turn++) {
    for (const [index, { call, count }] of contenders.entries()) {
      const before = processorTimes(engine)
      const start = performance.now()
      let calls = 0
      for (; performance.now() < start + 500; calls++) await call()
      const time = performance.now() - start
      const used = processorTimes(engine).reduce((sum, after, process) => sum + after - (before[process] ?? after), 0)
      const total = totals[index]
      // The first turns are to warm up: V8 takes some seconds to know so many codecs.
      if (total === undefined || turn < warmUp) continue
      total.calls += calls * count
      total.time += time
      total.processor = Math.min(total.processor, (used * 1_000) / (calls * count))
    }
  }
  return totals.map(({ calls, time, processor }) => ({ perSecond: (calls * 1_000) / time, processor }))
}

/** ms that this process and the children have used. */
function processorTimes(engine: CodecEngine): number[] {
  const { user, system } = process.cpuUsage()
  const children = engine.pids().map((pid) => processorTime(pid) ?? Number.NaN)
  return [(user + system) / 1_000, ...children]
}

/** Medians of a few: the working child is killed with a batch in it, the clock runs until a frame that comes then, and all of the batch, have results. */
async function recovery(engine: CodecEngine, frames: readonly CodecFrame[]): Promise<{ next: number; all: number }> {
  const times: { next: number; all: number }[] = []
  for (let round = 0; round < 7; round++) {
    const [worker] = engine.pids()
    const decoding = engine.decode(frames)
    const start = performance.now()
    if (worker !== undefined) process.kill(worker, 'SIGKILL')
    await engine.decode(frames.slice(0, 1))
    const next = performance.now() - start
    await decoding
    times.push({ next, all: performance.now() - start })
    // The one that stands by comes up again.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
  }
  return { next: median(times.map(({ next }) => next)), all: median(times.map(({ all }) => all)) }
}

/** Medians of five: each loop is run until its codec was stopped, and then as long with nothing to do. */
async function longestBlocks(): Promise<{ looping: number; idle: number }> {
  const codec = { model: 'bench/loop', file: 'codec.js', source: 'function decodeUplink() { [].indexOf.call({ length: 2 ** 53 - 1 }, 1) }' }
  return withEngine(async (engine) => {
    const looping: number[] = []
    const idle: number[] = []
    for (let round = 0; round < 5; round++) {
      engine.enable(codec.model)
      const start = performance.now()
      const frame = { codec, fPort: 1, bytes: Uint8Array.of(1), recvTime: '2026-11-22T06:12:31.218Z', variables: {} }
      looping.push(await longestBlock(engine.decode([frame])))
      const time = performance.now() - start
      idle.push(await longestBlock(new Promise((resolve) => setTimeout(resolve, time))))
    }
    return { looping: median(looping), idle: median(idle) }
  })
}

/** ms that our event loop was held up at worst until this was over */
async function longestBlock(work: Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await work
  delay.disable()
  return delay.max / 1e6
}

function median(figures: number[]): number {
  return figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN
}

/** Memory of all children (pages they share counted once) when each of 1,000 codecs, copies of the shipped ones, has decoded a frame. */
async function memoryOfThousand(registry: Registry): Promise<number> {
  const models = registry.list()
  const scripts = Array.from({ length: 1_000 }, (_, index): Script => {
    const source = models[index % models.length]?.codec.source ?? ''
    return { model: `bench/m${index}`, file: 'codec.js', source: `${source}\n// ${index}` }
  })
  return withEngine(async (engine) => {
    const frame = { fPort: 1, bytes: Uint8Array.of(1, 2), recvTime: '2026-11-22T06:12:31.218Z', variables: {} }
    await engine.decode(scripts.map((codec) => ({ ...frame, codec })))
    return engine.pids().reduce((sum, pid) => sum + memoryOf(pid), 0)
  })
}

/** Proportional set size in MB (proc(5), smaps_rollup). */
function memoryOf(pid: number): number {
  const line = /Pss:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  return Number(line?.[1] ?? Number.NaN) / 1_024
}

async function withEngine<T>(work: (engine: CodecEngine) => Promise<T>): Promise<T> {
  const engine = new Engine({ logger })
  await engine.start()
  try {
    // The children at work and the one that stands by are up.
    await new Promise((resolve) => setTimeout(resolve, 500))
    return await work(engine)
  } finally {
    await engine.stop()
  }
}
