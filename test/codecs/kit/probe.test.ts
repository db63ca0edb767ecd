import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { lineCoverage, lineList } from '../../../src/codecs/kit/coverage.ts'
import { inChirpstack } from '../../../src/codecs/kit/probe/in-chirpstack.ts'
import type { ProbeCall } from '../../../src/codecs/kit/probe/job.ts'
import { Probe } from '../../../src/codecs/kit/probe/probe.ts'

const probe = new Probe()
afterAll(() => probe.stop())

const call: ProbeCall = { kind: 'decode', fPort: 1, bytes: [1, 2], time: Date.UTC(2026, 10, 22), variables: { a: 'b' } }
const job = (body: string, calls = [call]) => ({ file: 'codec.js', source: `function decodeUplink(input) {\n${body}\n}`, calls })

describe('as ChirpStack runs it', () => {
  test('the input, and Buffer as a module', async () => {
    const body = `const buffer = Buffer.from(input.bytes)
      return { data: { n: buffer.readUInt16BE(0), hex: buffer.toString('hex'), time: input.recvTime.toISOString(), a: input.variables.a } }`
    const [outcome] = (await probe.chirpstack(job(body))).outcomes
    expect(outcome).toEqual({ json: '{"data":{"n":258,"hex":"0102","time":"2026-11-22T00:00:00.000Z","a":"b"}}' })
    const [same] = (await probe.v8(job(body))).outcomes
    expect(same).toEqual(outcome)
  })

  test.for([
    ['an undeclared name', 'name = 1', /ReferenceError: name is not defined/, 2],
    ['an octal number', 'return 010', /Octal/, 2],
    ['console', '\nconsole.log(1)', /console is not defined/, 3],
    ['module', 'module.exports = {}', /module is not defined/, 2],
    ['with', 'with ({}) {}', /with/, 2],
    ['a loop that never ends', 'for (;;) {}', /interrupted/, null],
  ] as const)('it refuses %s, with the line', async ([, body, error, line]) => {
    const [outcome] = (await probe.chirpstack(job(body))).outcomes
    expect(outcome).toMatchObject({ error: expect.stringMatching(error) })
    if (line !== null) expect(outcome).toMatchObject({ line, slow: false })
    else expect(outcome).toMatchObject({ slow: true })
  })

  test('what is slow is tried three times, and once that is proven no more', async () => {
    const { default: variant }: typeof import('@jitl/quickjs-ng-wasmfile-release-sync') = createRequire(import.meta.url)(
      '@jitl/quickjs-ng-wasmfile-release-sync',
    )
    const take = vi.fn(() => newQuickJSWASMModuleFromVariant(variant))
    const { outcomes } = await inChirpstack({ take, spoilt: () => {} }, { task: 'chirpstack', ...job('for (;;) {}', [call, call, call]) })
    expect(outcomes).toMatchObject([{ slow: true }, { slow: true }, { slow: true }])
    expect(take).toHaveBeenCalledTimes(3 + 1 + 1)
  })

  test('nothing is kept from one frame to the next: each has an engine of its own', async () => {
    const { outcomes } = await probe.chirpstack(job('globalThis.n = (globalThis.n || 0) + 1\nreturn { data: { n } }', [call, call]))
    expect(outcomes).toEqual([{ json: '{"data":{"n":1}}' }, { json: '{"data":{"n":1}}' }])
  })
})

describe('a codec that breaks what examines it', () => {
  test.for([
    ['JSON that cannot be made', 'return { data: { a: 1n } }', /BigInt/],
    ['a getter that throws', 'return { data: { get a() { throw new Error("no") } } }', /no/],
    ['a recursion without an end', 'const deeper = (n) => deeper(n + 1) + 1\nreturn deeper(0)', /call stack/],
    ['an object that is too deep', 'let a = {}\nfor (let i = 0; i < 50000; i++) a = { a }\nreturn { data: a }', /call stack|interrupted/],
    ['all memory', 'return { data: { a: "x".repeat(4e8).length } }', /memory/],
    ['a proxy', 'return new Proxy({}, { ownKeys() { for (;;) {} }, get() { for (;;) {} } })', /interrupted/],
  ] as const)('%s is told of that call, and the next is right', async ([, body, error]) => {
    expect((await probe.chirpstack(job(body))).outcomes).toMatchObject([{ error: expect.stringMatching(error) }])
    expect((await probe.chirpstack(job('return { data: {} }'))).outcomes).toEqual([{ json: '{"data":{}}' }])
  })

  test('a built-in that never comes to its end', async () => {
    const { source, ...rest } = job('return { data: {} }')
    const patched = { ...rest, source: `Array.prototype.filter = function () { for (;;) {} }\n${source}` }
    expect((await probe.v8(patched)).failed?.error).toMatch(/timed out/)
  })

  test.for(['SIGINT', 'SIGTERM'] as const)('%s ends it with the one who asked, in the middle of a loop', async (signal) => {
    const program = `import { Probe } from ${JSON.stringify(new URL('../../../src/codecs/kit/probe/probe.ts', import.meta.url).href)}
      const probe = new Probe()
      await probe.v8({ file: 'codec.js', source: '', calls: [] })
      process.stdout.write(Reflect.get(probe, 'child').pid + '\\n')
      await probe.v8({ file: 'codec.js', source: 'Array(2 ** 32 - 1).fill(0).sort().sort().sort()', calls: [] })`
    const asking = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(createInterface({ input: asking.stdout }), 'line')
    const exited = once(asking, 'exit')
    asking.kill(signal)
    expect(await exited).toEqual([null, signal])
    await vi.waitFor(() => expect(isRunning(Number(line))).toBe(false), { timeout: 10_000 })
  })

  test('a process that dies between two jobs is followed by another', async () => {
    await probe.v8(job('return { data: {} }'))
    const child: ChildProcess = Reflect.get(probe, 'child')
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
    expect((await probe.v8(job('return { data: {} }'))).outcomes).toEqual([{ json: '{"data":{}}' }])
  })
})

describe('in an isolate', () => {
  test('clock, chance, state and undeclared names, each by itself', async () => {
    expect(await probe.v8(job('return { data: { n: Date.now() } }'))).toMatchObject({ clock: [0], chance: [], state: [] })
    expect(await probe.v8(job('return { data: { n: String(new Date()) } }'))).toMatchObject({ clock: [0] })
    expect(await probe.v8(job('return { data: { n: Math.random() } }'))).toMatchObject({ clock: [], chance: [0], state: [] })
    const counting = await probe.v8(job('n = typeof n === "undefined" ? 1 : n + 1\nreturn { data: { n } }', [call, call]))
    expect(counting).toMatchObject({ clock: [], chance: [], state: [0, 1], undeclared: ['n'] })
    expect(await probe.v8(job('return { data: { n: input.recvTime.getTime() } }'))).toMatchObject({ clock: [], chance: [], state: [] })
  })

  test('what cannot be run, and where', async () => {
    expect((await probe.v8(job('return {'))).failed).toMatchObject({ line: 3 })
    expect((await probe.v8(job('return nothing.there'))).outcomes).toEqual([{ error: 'nothing is not defined', line: 2, slow: false }])
  })

  test('a codec that takes all memory is told so, or ends the process, and does not end the probe', async () => {
    const bomb = job('const all = []\nfor (;;) all.push(new Array(1e6).fill(1.5))')
    const told = await probe.v8(bomb).then(
      ({ failed }) => failed?.error,
      (error: unknown) => Object(error).code,
    )
    expect(told).toMatch(/64 MB|kit\.probe-ended/)
    expect((await probe.v8(job('return { data: {} }'))).outcomes).toEqual([{ json: '{"data":{}}' }])
  })
})

describe('lines that examples run', () => {
  test('comments, blank lines and brackets are no lines; one counts unless all of it is left out', async () => {
    const body = `// a comment
  if (input.fPort === 1) {
    return { data: { text: 'not // a comment' } }
  }

  /* never
     run */
  return { errors: [] }`
    const { source } = job(body)
    const { ranges } = await probe.v8(job(body))
    expect(lineCoverage(source, ranges)).toEqual({ lines: 4, covered: 3, missed: [9] })
    expect((await probe.v8(job(body, []))).ranges.length).toBeGreaterThan(0)
  })

  test('lists of lines', () => {
    expect(lineList([1, 2, 3, 7, 9, 10])).toBe('1-3, 7, 9-10')
    expect(lineList([])).toBe('')
  })
})

/** One that nobody has waited for yet is there, and does nothing. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
