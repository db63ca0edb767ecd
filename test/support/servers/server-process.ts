import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A TCP port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Resolves once something accepts connections there; the process's own output explains a failure. */
async function acceptsConnections(port: number, alive: () => string | null): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const stopped = alive()
    if (stopped !== null) throw new Error(stopped)
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' })
      socket.once('connect', () => socket.end(() => resolve(true)))
      socket.once('error', () => resolve(false))
    })
    if (open) return
    await sleep(100)
  }
  throw new Error(`nothing listens on port ${port} after 60 s`)
}

export interface ServerProcess {
  readonly port: number
  readonly folder: string
  readonly pid: number
  /** what it printed, newest last */
  output(): string
  /** SIGTERM, wait, remove its folder */
  stop(): Promise<void>
  /** SIGKILL: what a power cut does to it; the folder stays */
  kill(): Promise<void>
  /** SIGTERM; the folder stays */
  pause(): Promise<void>
  /** the same command on the same port and folder */
  restart(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

interface Launch {
  name: string
  port?: number
  /** an existing folder, which is then kept at stop */
  folder?: string
  command: (place: {
    port: number
    folder: string
  }) => Promise<{ file: string; args: string[]; env?: Record<string, string>; uid?: number }>
  ready?: (place: { port: number; folder: string }) => Promise<void>
}

/** Starts a server on a free port of the loopback in a temporary folder and waits until it answers. */
export async function startServerProcess(launch: Launch): Promise<ServerProcess> {
  const port = launch.port ?? (await freePort())
  const folder = launch.folder ?? (await mkdtemp(join(tmpdir(), `ondine-${launch.name}-`)))
  let child: ChildProcess
  let output = ''

  async function start(): Promise<void> {
    const { file, args, env, uid } = await launch.command({ port, folder })
    child = spawn(file, args, {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    })
    running.add(child)
    let ended: string | null = null
    child.once('error', (error) => {
      ended = `${launch.name} could not be started: ${error.message}`
    })
    child.once('exit', (code, signal) => {
      ended ??= `${launch.name} ended (${code ?? signal}):\n${output}`
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-20_000)
      })
    }
    await acceptsConnections(port, () => ended)
    await launch.ready?.({ port, folder })
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    running.delete(child)
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
    await exited
    clearTimeout(late)
  }

  await start()
  return {
    port,
    folder,
    get pid() {
      return child.pid ?? 0
    },
    output: () => output,
    kill: () => end('SIGKILL'),
    pause: () => end('SIGTERM'),
    restart: start,
    async stop() {
      await end('SIGTERM')
      if (launch.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
