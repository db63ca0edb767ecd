import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

const bin = resolve(import.meta.dirname, '../../bin/ondine.js')
const serverFile = z.object({ url: z.string(), pid: z.int() })

/** A command that has ended. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface OndineProcess {
  readonly dataDir: string
  readonly url: string
  readonly token: string
  readonly pid: number
  /** what was printed since the first start, newest last, both streams */
  output(): string
  /** the same since the last start, one stream */
  stdout(): string
  stderr(): string
  /** the command line against this server */
  cli(...args: string[]): Promise<Ended>
  get(path: string): Promise<unknown>
  send(method: 'PUT' | 'POST', path: string, body: unknown): Promise<unknown>
  /** a line of /metrics by its beginning, `ondine_events_received_total{qos="1"}`; 0 when it is not there */
  metric(line: string): Promise<number>
  /** SIGTERM unless told; resolves with the exit code */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>
  /** SIGKILL */
  kill(): Promise<void>
  restart(): Promise<void>
  /** stop and remove the data directory */
  clean(): Promise<void>
}

interface StartOptions {
  environment?: Record<string, string>
  dataDir?: string
  timeout?: number
  /** as a stranger starts it: nothing configured, an empty home, its default ports */
  unconfigured?: true
}

/** Runs the real program, as a user would, with its configuration from the environment. */
export async function startOndine(options: StartOptions = {}): Promise<OndineProcess> {
  const home = await mkdtemp(join(tmpdir(), 'ondine-home-'))
  const place = options.unconfigured === true ? join(home, 'data') : undefined
  const dataDir = options.dataDir ?? place ?? (await mkdtemp(join(tmpdir(), 'ondine-data-')))
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    ...(options.unconfigured === true ? {} : { ...freePorts, ONDINE_DATA_DIR: dataDir }),
    ...options.environment,
  }
  let child: ReturnType<typeof launch>
  let output = ''
  let said = { stdout: '', stderr: '' }
  let url = ''
  let token = ''

  function launch() {
    const started = spawn(process.execPath, [bin, 'start'], { cwd: home, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    said = { stdout: '', stderr: '' }
    const now = said
    for (const stream of ['stdout', 'stderr'] as const) {
      started[stream].on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-200_000)
        now[stream] = (now[stream] + chunk.toString()).slice(-200_000)
      })
    }
    return started
  }

  async function start(): Promise<void> {
    child = launch()
    for (let attempt = 0; attempt < (options.timeout ?? 60_000) / 100; attempt++) {
      const ending = child.exitCode ?? child.signalCode
      if (ending !== null) throw new Error(`ondine ended with ${ending}:\n${output}`)
      const file = await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => undefined)
      const found = file === undefined ? undefined : serverFile.parse(JSON.parse(file))
      if (found !== undefined && found.pid === child.pid) {
        const live = await fetch(`${found.url}/health/live`).catch(() => undefined)
        if (live?.ok) {
          url = found.url
          token = (await readFile(join(dataDir, 'admin.token'), 'utf8')).trim()
          return
        }
      }
      await sleep(100)
    }
    throw new Error(`ondine did not start:\n${output}`)
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await exited
    clearTimeout(late)
    return child.exitCode
  }

  async function request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }

  await start()
  return {
    dataDir,
    get url() {
      return url
    },
    get token() {
      return token
    },
    get pid() {
      return child.pid ?? 0
    },
    output: () => output,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    cli: (...args) => run(args, home, environment),
    get: (path) => request('GET', path),
    send: request,
    async metric(line) {
      const text = await (await fetch(`${url}/metrics`)).text()
      const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `))
      return found === undefined ? 0 : Number(found.slice(line.length + 1))
    },
    stop: (signal = 'SIGTERM') => end(signal),
    kill: async () => void (await end('SIGKILL')),
    restart: start,
    async clean() {
      await end('SIGTERM')
      await rm(home, { recursive: true, force: true })
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Runs a command of the real program until it ends by itself; one that does not is killed after a minute. */
export async function runOndine(args: readonly string[], environment: Record<string, string>): Promise<Ended> {
  const home = await mkdtemp(join(tmpdir(), 'ondine-home-'))
  try {
    return await run(args, home, { PATH: process.env.PATH ?? '', HOME: home, ...freePorts, ...environment })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const freePorts = { ONDINE_LISTEN_PORT: '0', ONDINE_SIMULATOR_BROKER_PORT: '0' }

async function run(args: readonly string[], cwd: string, env: Record<string, string>): Promise<Ended> {
  const started = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    started[stream].on('data', (chunk: Buffer) => {
      said[stream] += chunk.toString()
    })
  }
  const late = setTimeout(() => started.kill('SIGKILL'), 60_000)
  await once(started, 'close')
  clearTimeout(late)
  return { code: started.exitCode, ...said }
}

/** Asks until the answer is there; fails with what was last seen. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, timeout = 60_000): Promise<T> {
  let last: unknown
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(200)) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      last = error
    }
  }
  throw new Error(`${what} did not happen within ${timeout / 1000} s`, { cause: last })
}
