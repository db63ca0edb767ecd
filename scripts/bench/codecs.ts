import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pino } from 'pino'
import type { CodecFrame } from '../../src/codecs/codec-runner.ts'
import { CodecEngine } from '../../src/codecs/engine/codec-engine.ts'
import type { Script } from '../../src/codecs/model.ts'
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

/** The sandbox against a direct call of the same codecs on the same frames, and what it costs in memory and on bad days. */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const registry = new Registry({ folders: [join(import.meta.dirname, '..', '..', 'codecs')], logger })
  await registry.start()
  const frames = mixedFrames(registry, 256)
  const rows: Row[] = []

  await withEngine(async (engine) => {
    const many = Array.from({ length: 8 }, () => frames).flat()
    const [direct = 0, full = 0, queued = 0, single = 0] = await rates([
      { count: frames.length, call: directly(registry, frames) },
      { count: frames.length, call: () => engine.decode(frames) },
      { count: many.length, call: () => engine.decode(many) },
      { count: 1, call: () => engine.decode(frames.slice(0, 1)) },
    ])
    const row = (what: string, figure: number) => ({ what, figure, unit: 'decodes/s', ratio: figure / direct, to: 'direct' })
    rows.push({ what: 'direct call, no sandbox', figure: direct, unit: 'decodes/s' })
    rows.push(row('engine, 8 batches of 256 queued (target: ratio of 0.50 or more)', queued))
    rows.push(row('engine, batches of 256, one after the other', full))
    rows.push(row('engine, one frame at a time', single))
    rows.push({ what: 'engine, round trip of one frame', figure: 1e6 / single, unit: 'µs' })
    const { next, all } = await recovery(engine, frames)
    rows.push({ what: 'killed child to the next result (target: under 50)', figure: next, unit: 'ms' })
    rows.push({ what: 'killed child to the last result of the batch it had', figure: all, unit: 'ms' })
  })
  rows.push({ what: 'longest block of the parent while a codec loops (target: under 20)', figure: await longestBlock(), unit: 'ms' })
  rows.push({ what: 'all children with 1,000 codecs (target: under 400)', figure: await memoryOfThousand(registry), unit: 'MB' })
  return { title: 'Codec engine: uplink examples of the shipped models', rows }
}

/** Examples of all models in turn. */
function mixedFrames(registry: Registry, count: number): CodecFrame[] {
  const models = registry.list().flatMap(({ slug, codec }) => {
    const frames = registry.examples(slug).flatMap((example) =>
      example.type !== 'uplink' || example.output === undefined
        ? []
        : {
            codec,
            fPort: example.input.fPort,
            bytes: Uint8Array.from(Buffer.from(example.input.hex, 'hex')),
            recvTime: example.input.recvTime ?? '2026-11-22T06:12:31.218Z',
            variables: {},
          },
    )
    return frames.length === 0 ? [] : [frames]
  })
  return Array.from({ length: count }, (_, index) => {
    const frames = models[index % models.length]
    return frames?.[Math.floor(index / models.length) % frames.length]
  }).filter((frame) => frame !== undefined)
}

/** What the engine's codecs do, called as they are: each with input of its own. */
function directly(registry: Registry, frames: readonly CodecFrame[]): () => void {
  const decoders = new Map<string, Direct>()
  for (const { slug, codec } of registry.list()) decoders.set(slug, new Function(`${codec.source}\nreturn decodeUplink`)())
  const inputs = frames.map((frame) => ({ frame, bytes: Array.from(frame.bytes), decode: decoders.get(frame.codec.model) }))
  return () => {
    for (const { frame, bytes, decode } of inputs) {
      decode?.({ bytes: bytes.slice(), fPort: frame.fPort, recvTime: new Date(frame.recvTime), variables: {} })
    }
  }
}

/** Calls per second of each, measured in turns: the load of the machine changes for all of them alike. */
async function rates(contenders: readonly { count: number; call: () => unknown }[]): Promise<number[]> {
  const totals = contenders.map(() => ({ calls: 0, time: 0 }))
  for (let turn = 0; turn < 6; turn++) {
    for (const [index, { call }] of contenders.entries()) {
      const start = performance.now()
      let calls = 0
      for (; performance.now() < start + 500; calls++) await call()
      const total = totals[index]
      // The first turn is to warm up.
      if (total === undefined || turn === 0) continue
      total.calls += calls
      total.time += performance.now() - start
    }
  }
  return contenders.map(({ count }, index) => ((totals[index]?.calls ?? 0) * count * 1_000) / (totals[index]?.time ?? 1))
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
  const median = (of: 'next' | 'all') => times.map((time) => time[of]).sort((a, b) => a - b)[3] ?? Number.NaN
  return { next: median('next'), all: median('all') }
}

async function longestBlock(): Promise<number> {
  const codec = { model: 'bench/loop', file: 'codec.js', source: 'function decodeUplink() { [].indexOf.call({ length: 2 ** 53 - 1 }, 1) }' }
  return withEngine(async (engine) => {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    await engine.decode([{ codec, fPort: 1, bytes: Uint8Array.of(1), recvTime: '2026-11-22T06:12:31.218Z', variables: {} }])
    delay.disable()
    return delay.max / 1e6
  })
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
  const engine = new CodecEngine({ logger, processes: 1 })
  await engine.start()
  try {
    // Both the working child and the one that stands by are up.
    await new Promise((resolve) => setTimeout(resolve, 500))
    return await work(engine)
  } finally {
    await engine.stop()
  }
}
