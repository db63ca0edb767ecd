import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

const bin = resolve(import.meta.dirname, '../../bin/ondine.js')
const serverFile = z.object({ url: z.string(), pid: z.int() })

export interface OndineProcess {
  readonly dataDir: string
  readonly url: string
  readonly token: string
  output(): string
  /** the command line against this server */
  cli(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>
  get(path: string): Promise<unknown>
  send(method: 'PUT' | 'POST', path: string, body: unknown): Promise<unknown>
  /** SIGTERM; resolves with the exit code */
  stop(): Promise<number | null>
  /** SIGKILL */
  kill(): Promise<void>
  restart(): Promise<void>
  /** stop and remove the data directory */
  clean(): Promise<void>
}

/** Runs the real program, as a user would, with its configuration from the environment. */
export async function startOndine(
  options: { environment?: Record<string, string>; dataDir?: string; timeout?: number } = {},
): Promise<OndineProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ondine-data-')))
  const home = await mkdtemp(join(tmpdir(), 'ondine-home-'))
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    ONDINE_DATA_DIR: dataDir,
    ONDINE_LISTEN_PORT: '0',
    ONDINE_SIMULATOR_BROKER_PORT: '0',
    ...options.environment,
  }
  let child: ReturnType<typeof launch>
  let output = ''
  let url = ''
  let token = ''

  function launch() {
    const started = spawn(process.execPath, [bin, 'start'], { cwd: home, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-200_000)
    }
    started.stdout.on('data', keep)
    started.stderr.on('data', keep)
    return started
  }

  async function start(): Promise<void> {
    child = launch()
    for (let attempt = 0; attempt < (options.timeout ?? 60_000) / 100; attempt++) {
      if (child.exitCode !== null) throw new Error(`ondine ended with ${child.exitCode}:\n${output}`)
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
    output: () => output,
    async cli(...args) {
      const started = spawn(process.execPath, [bin, ...args], { cwd: home, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
      let stdout = ''
      let stderr = ''
      started.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString()
      })
      started.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString()
      })
      await once(started, 'close')
      return { code: started.exitCode, stdout, stderr }
    },
    get: (path) => request('GET', path),
    send: request,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    restart: start,
    async clean() {
      await end('SIGTERM')
      await rm(home, { recursive: true, force: true })
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
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
