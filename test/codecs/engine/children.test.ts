import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { CodecEngine, type CodecEngineEvent } from '../../../src/codecs/engine/codec-engine.ts'
import { goodCodec, logger, Sources, startEngine } from './engine-support.ts'

/** A zombie that nobody has reaped yet is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

const slow =
  'function decodeUplink(i) { var x = 0; for (var k = 0; k < 1e5; k++) x += k % 7; return { data: { first: i.bytes[0], second: i.bytes[1] } } }'

describe('children that are killed from outside', () => {
  test('take nothing along: every result, in order, and nobody is blamed', async () => {
    const sources = new Sources().set('acme/good', goodCodec).set('acme/slow', slow)
    const events: CodecEngineEvent[] = []
    const engine = await startEngine({ processes: 2, events })
    try {
      const frames = Array.from({ length: 4_000 }, (_, index) =>
        sources.frame(index % 2 ? 'acme/slow' : 'acme/good', [index & 255, index >> 8]),
      )
      let finished = false
      const decoding = engine.decode(frames).finally(() => {
        finished = true
      })
      let kills = 0
      const killer = setInterval(() => {
        const [victim] = engine.pids()
        if (finished || kills === 3 || victim === undefined) return
        kills += 1
        process.kill(victim, 'SIGKILL')
      }, 40)
      const results = await decoding
      clearInterval(killer)
      expect(kills).toBeGreaterThan(0)
      expect(events.filter((event) => event.type === 'child-gone').length).toBeGreaterThan(0)
      expect(engine.status()).toEqual([])
      results.forEach((result, index) => {
        const [low, high] = [index & 255, index >> 8]
        expect(result).toEqual({ ok: true, warnings: [], data: index % 2 ? { first: low, second: high } : { sum: low + high, port: 10 } })
      })
    } finally {
      await engine.stop()
    }
  }, 60_000)

  test('all at once are replaced', async () => {
    const sources = new Sources().set('acme/good', goodCodec)
    const engine = await startEngine()
    try {
      for (let round = 0; round < 3; round++) {
        for (const pid of engine.pids()) process.kill(pid, 'SIGKILL')
        expect(await engine.decode([sources.frame('acme/good', [round])])).toMatchObject([{ ok: true, data: { sum: round } }])
      }
    } finally {
      await engine.stop()
    }
  }, 60_000)
})

test('a child that is not given the processor is not taken for a loop', async () => {
  // Far below the limit of a decode even where nothing is compiled yet and the machine is slow: only the hold may be too long.
  const work = 'function decodeUplink() { var x = 0; for (var k = 0; k < 2e6; k++) x += k % 7; return { data: { x: x } } }'
  const sources = new Sources().set('acme/work', work)
  const engine = await startEngine()
  try {
    await engine.decode([sources.frame('acme/work')])
    for (let round = 0; round < 5; round++) {
      const [worker = 0] = engine.pids()
      const decoding = engine.decode([sources.frame('acme/work')])
      // Somewhere in its work it is held for longer than a decode may take.
      await delay(2 + round * 2)
      process.kill(worker, 'SIGSTOP')
      await delay(400)
      process.kill(worker, 'SIGCONT')
      expect(await decoding).toMatchObject([{ ok: true }])
    }
    expect(engine.status()).toEqual([])
  } finally {
    await engine.stop()
  }
}, 60_000)

test('children have nothing of our environment and may open no file of ours', async () => {
  process.env.ONDINE_SECRET_OF_A_TEST = 'must not be seen'
  const engine = await startEngine()
  const pids = engine.pids()
  try {
    expect(pids.length).toBeGreaterThan(0)
    for (const pid of pids) {
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean)).toEqual(['TZ=UTC'])
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      expect(command).toContain('--permission')
      expect(command.some((argument) => /^--allow-(child|worker|fs-write|wasi|net)/.test(argument))).toBe(false)
    }
  } finally {
    await engine.stop()
    delete process.env.ONDINE_SECRET_OF_A_TEST
  }
  expect(pids.filter(isAlive)).toEqual([])
}, 30_000)

test('a hundred models share the isolates of one child', async () => {
  const sources = new Sources()
  for (let index = 0; index < 100; index++) {
    sources.set(`acme/m${index}`, `var state = ${index}; function decodeUplink(i) { return { data: { state: state, first: i.bytes[0] } } }`)
  }
  const engine = await startEngine()
  try {
    for (let round = 0; round < 2; round++) {
      const results = await engine.decode(Array.from({ length: 300 }, (_, index) => sources.frame(`acme/m${index % 100}`, [index & 255])))
      results.forEach((result, index) => {
        expect(result).toMatchObject({ ok: true, data: { state: index % 100, first: index & 255 } })
      })
    }
  } finally {
    await engine.stop()
  }
}, 60_000)

/** Memory that a process has for itself, in MB (proc(5), smaps_rollup). */
function ownMemory(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/Private_Dirty:\s+(\d+) kB/.exec(text)?.[1]) / 1_024
}

test('codecs that cannot be loaded, or had to be given up, leave the others what they are', async () => {
  const sources = new Sources()
  const engine = await startEngine()
  const good = (name: string) => `function decodeUplink() { return { data: { name: '${name}' } } }`
  const all: string[] = []
  try {
    for (let index = 0; index < 12; index++) {
      for (const [kind, source] of [
        ['good', good(`good-${index}`)],
        ['broken', 'throw new Error("no")'],
        ['loop', index % 4 === 0 ? 'function decodeUplink() { for (;;); }' : good(`loop-${index}`)],
      ] as const) {
        sources.set(`acme/${kind}-${index}`, source)
        await engine.decode([sources.frame(`acme/${kind}-${index}`)])
      }
      all.push(`good-${index}`)
      if (index % 3 === 0) sources.set(`acme/good-${index}`, `${good(`good-${index}`)} // changed`)
      const results = await engine.decode(all.map((name) => sources.frame(`acme/${name}`)))
      expect(results.map((result) => result.ok && result.data.name)).toEqual(all)
    }
  } finally {
    await engine.stop()
  }
}, 60_000)

test('a source that was replaced again and again leaves nothing behind in the children', async () => {
  const sources = new Sources()
  const engine = await startEngine()
  const replace = async (times: number) => {
    for (let version = 0; version < times; version++) {
      // Each holds a quarter of a megabyte for as long as it is loaded.
      sources.set(
        'acme/replaced',
        `var held = new Array(32768).fill(${version}.5); function decodeUplink() { return { data: { version: held[0] } } }`,
      )
      expect(await engine.decode([sources.frame('acme/replaced')])).toMatchObject([{ data: { version: version + 0.5 } }])
    }
  }
  try {
    const [worker = 0] = engine.pids()
    await replace(60)
    const before = ownMemory(worker)
    await replace(400)
    expect(engine.pids()[0]).toBe(worker)
    // A hundred megabytes had they been kept.
    expect(ownMemory(worker) - before).toBeLessThan(60)
    expect(engine.status()).toEqual([])
  } finally {
    await engine.stop()
  }
}, 120_000)

test('codecs of one busy child are taken over by another that is idle', async () => {
  const sources = new Sources()
    .set('acme/stuck', 'function decodeUplink() { [].indexOf.call({ length: 2 ** 53 - 1 }, 1); return { data: {} } }')
    .set('acme/other', goodCodec)
    .set('acme/same-child', goodCodec)
  const engine = await startEngine({ processes: 2 })
  try {
    let stuck = true
    const hanging = engine.decode([sources.frame('acme/stuck')]).finally(() => {
      stuck = false
    })
    expect(await engine.decode([sources.frame('acme/other', [1])])).toMatchObject([{ data: { sum: 1 } }])
    expect(await engine.decode([sources.frame('acme/same-child', [2])])).toMatchObject([{ data: { sum: 2 } }])
    expect(stuck).toBe(true)
    expect(await hanging).toMatchObject([{ ok: false, reason: 'timeout' }])
  } finally {
    await engine.stop()
  }
}, 60_000)

test('a machine on which no child starts is told at once', async () => {
  const { execPath } = process
  const engine = new CodecEngine({ logger, processes: 1 })
  Object.defineProperty(process, 'execPath', { value: '/nowhere/node', configurable: true })
  try {
    await expect(engine.start()).rejects.toMatchObject({ code: 'codec.engine-failed' })
  } finally {
    Object.defineProperty(process, 'execPath', { value: execPath, configurable: true })
  }
}, 30_000)

test('children end with a parent that is killed', async () => {
  const parent = spawn(process.execPath, [fileURLToPath(new URL('./processes/parent.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(parent.stdout, 'data')
  const pids: number[] = JSON.parse(String(line))
  expect(pids.length).toBeGreaterThan(0)
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 20_000, interval: 50 })
}, 60_000)

test('without a file descriptor left for new children the program goes on, and decodes when there are some again', async () => {
  const script = fileURLToPath(new URL('./processes/out-of-files.ts', import.meta.url))
  const program = spawn('sh', ['-c', 'ulimit -n 64 && exec "$0" "$1"', process.execPath, script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [[output], [code]] = await Promise.all([once(program.stdout, 'data'), once(program, 'exit')])
  expect(JSON.parse(String(output))).toMatchObject([{ ok: true, data: { sum: 6 } }])
  expect(code).toBe(0)
}, 60_000)
