import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { ChirpstackAnswer, ProbeJob, V8Answer } from './job.ts'

/** ms of one job, unless it says so; a codec that hangs in native code ends with its process */
const usualPatience = 60_000

const outcome = z.union([z.object({ json: z.string() }), z.object({ error: z.string(), line: z.number(), slow: z.boolean() })])
const indices = z.array(z.int())
const chirpstackAnswer = z.object({ outcomes: z.array(outcome) })
const v8Answer = z.object({
  failed: z.object({ error: z.string(), line: z.number() }).nullable(),
  outcomes: z.array(outcome),
  ranges: z.array(z.object({ start: z.number(), end: z.number(), count: z.number() })),
  clock: indices,
  chance: indices,
  state: indices,
  undeclared: z.array(z.string()),
  entries: z.array(z.string()),
  micros: z.array(z.number().nullable()),
})

/**
 * Looks at codecs from closer than the engine does, in a child process of its own under Node's permissions: which lines
 * examples reach, what depends on clock, chance or earlier frames, and what ChirpStack's QuickJS says.
 */
export class Probe {
  private child: ChildProcess | undefined
  private last: Promise<unknown> = Promise.resolve()

  /** Rejects with `kit.probe-ended` when the codec ends the process or never comes to its end. */
  async v8(job: Omit<ProbeJob, 'task'>): Promise<V8Answer> {
    return this.ask({ ...job, task: 'v8' }, v8Answer)
  }

  /** `patience`: ms for all calls of the job */
  async chirpstack(job: Omit<ProbeJob, 'task'>, patience = usualPatience): Promise<ChirpstackAnswer> {
    return this.ask({ ...job, task: 'chirpstack' }, chirpstackAnswer, patience)
  }

  stop(): void {
    this.child?.kill('SIGKILL')
    this.child = undefined
  }

  /** One job after the other. */
  private ask<S extends z.ZodType>(job: ProbeJob, schema: S, patience = usualPatience): Promise<z.infer<S>> {
    const answered = this.last.then(() => this.send(job, patience)).then((line) => parsed(schema, line, job.file))
    this.last = answered.catch(() => {})
    return answered
  }

  private send(job: ProbeJob, patience: number): Promise<string> {
    const child = this.child ?? this.launch()
    return new Promise((resolve, reject) => {
      const { stdin, stdout } = child
      if (stdin === null || stdout === null) return reject(ended(job.file))
      const lines = createInterface({ input: stdout })
      const end = () => {
        clearTimeout(timer)
        lines.close()
        child.off('close', died)
      }
      const died = () => {
        end()
        reject(ended(job.file))
      }
      const timer = setTimeout(() => child.kill('SIGKILL'), patience)
      child.once('close', died)
      lines.once('line', (line) => {
        end()
        resolve(line)
      })
      stdin.write(`${JSON.stringify(job)}\n`)
    })
  }

  private launch(): ChildProcess {
    const child = spawn(process.execPath, [...flags, childFile, isolatedVm, library, build], {
      env: { TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: '/',
      // A session of its own: Ctrl-C in the terminal is for the parent, which may have more to say.
      detached: true,
    })
    child.on('error', () => {})
    const release = endWithUs(child)
    // Also between two jobs, when nobody waits for an answer.
    child.on('close', () => {
      release()
      if (this.child === child) this.child = undefined
    })
    child.stdin.on('error', () => {})
    this.child = child
    return child
  }
}

/**
 * A codec that loops would outlive this process, which a signal ends without a word. Gives what takes that back. Ours are the
 * first listeners: one that was there `once` is gone when those behind it are called.
 */
function endWithUs(child: ChildProcess): () => void {
  const end = () => child.kill('SIGKILL')
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const listener = () => {
      const others = process.listeners(signal).some((other) => !ours.has(other))
      release()
      end()
      // As if nobody had listened.
      if (!others) process.kill(process.pid, signal)
    }
    ours.add(listener)
    return { signal, listener }
  })
  const release = () => {
    process.off('exit', end)
    for (const { signal, listener } of signals) process.off(signal, listener)
  }
  process.on('exit', end)
  for (const { signal, listener } of signals) process.prependListener(signal, listener)
  return release
}

const ours = new WeakSet<object>()

function parsed<S extends z.ZodType>(schema: S, line: string, file: string): z.infer<S> {
  try {
    return schema.parse(JSON.parse(line))
  } catch (thrown) {
    throw new OndineError('kit.probe-ended', { file }, { cause: thrown })
  }
}

function ended(file: string): OndineError {
  return new OndineError('kit.probe-ended', { file })
}

const childFile = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url))
const require = createRequire(import.meta.url)
const isolatedVm = require.resolve('isolated-vm')
const library = require.resolve('quickjs-emscripten-core')
const build = require.resolve('@jitl/quickjs-ng-wasmfile-release-sync')

/** Node's permission model as a second wall: no files but the program's own, no processes, no threads. */
const flags = [
  '--permission',
  '--allow-addons',
  '--disable-warning=PERM0001',
  '--no-node-snapshot',
  '--max-old-space-size=256',
  ...[
    dirname(childFile),
    ...[isolatedVm, library, build].map((file) => packageFolder(file)),
    dirname(createRequire(isolatedVm).resolve('node-gyp-build/package.json')),
    dirname(createRequire(library).resolve('@jitl/quickjs-ffi-types/package.json')),
    // Node looks upwards for package.json and node_modules; a place that it may not look at ends the search with an error.
    ...[childFile, isolatedVm, library, build]
      .flatMap(ancestors)
      .flatMap((folder) => [
        join(folder, 'package.json'),
        ...['node-gyp-build', '@jitl', 'quickjs-emscripten-core'].map((name) => join(folder, 'node_modules', name)),
      ]),
    '/etc/alpine-release',
  ].map((path) => `--allow-fs-read=${path}`),
]

/** The package that a file of its `dist` or its root belongs to. */
function packageFolder(file: string): string {
  return /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? dirname(file)
}

function ancestors(path: string): string[] {
  const folder = dirname(path)
  return folder === path ? [] : [folder, ...ancestors(folder)]
}
