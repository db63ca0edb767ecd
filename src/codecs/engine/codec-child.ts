import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { limits } from './limits.ts'
import { type GroupResult, ResultReader } from './result-reader.ts'
import { encodeMessage, type LoadOrder, type Message, MessageReader, messageOf, messageType } from './transport.ts'

interface ChildEvents {
  /** isolated-vm is loaded and a first isolate is warm */
  ready: () => void
  /** to the oldest batch that has none yet: a result per group */
  answer: (results: readonly GroupResult[]) => void
  /** it died, or was killed because of `reason`; `stderr` is the last it said */
  gone: (reason: string, stderr: string) => void
}

/** A batch that was sent; the first of them is the one at work. */
interface Sent {
  id: number
  asked: Asked
  /** when its turn came, and the processor time the child had used when the parent's watch first saw it */
  since: number
  cpu: number | null
}

/** The groups of a batch. */
export type Asked = readonly { codec: number; calls: number }[]

/** One child process as its parent sees it: what it says is believed only where it fits what was asked. */
export class CodecChild {
  ready = false
  /** codecs whose source it has */
  readonly knows = new Set<number>()
  private process: ChildProcess | undefined
  private readonly sent: Sent[] = []
  private end = ''
  private stderr = ''
  private readonly reader = new MessageReader()
  private readonly results = new ResultReader()
  private readonly events: ChildEvents
  private readonly isolates: number
  private readonly file: string

  /** `isolates`: how many it may keep */
  constructor(events: ChildEvents, isolates: number, file: string = childFile) {
    this.events = events
    this.isolates = isolates
    this.file = file
  }

  get usable(): boolean {
    return this.ready && this.end === ''
  }

  get pid(): number | undefined {
    return this.process?.pid
  }

  /** Never throws: what cannot be started is told by `gone`. */
  start(): void {
    try {
      this.launch()
    } catch (thrown) {
      // Without memory for it spawn throws; without file descriptors left it gives a process that has no pipes, and says why later.
      setImmediate(() => this.events.gone(this.end || errorText(thrown), ''))
    }
  }

  private launch(): void {
    const child = spawn(process.execPath, [...sandboxFlags(this.file), this.file, isolatedVm, String(this.isolates)], {
      env: { TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: '/',
      // A session of its own: Ctrl-C in the terminal is for the parent, which has frames to finish.
      detached: true,
    })
    this.process = child
    child.on('error', (error) => {
      this.end ||= error.message
    })
    // A broken pipe is told by `close` as well.
    child.stdin.on('error', () => {})
    child.stdout.on('data', (chunk: Buffer) => this.receive(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString('utf8')).slice(-1_000)
    })
    child.on('close', (code, signal) => {
      this.events.gone(this.end || `it ended by itself (${signal ?? code})`, this.stderr)
    })
  }

  define(codec: number, order: LoadOrder): void {
    this.write(messageOf(messageType.load, codec, { bytes: Buffer.from(JSON.stringify(order)) }))
    this.knows.add(codec)
  }

  /** Gives the codec's memory back, after what was sent before. */
  forget(codec: number): void {
    if (this.knows.delete(codec)) this.write(messageOf(messageType.forget, codec))
    this.results.forget(codec)
  }

  run(message: Message, asked: Asked): void {
    this.sent.push({ id: message.id, asked, since: Date.now(), cpu: null })
    this.write(message)
  }

  /** SIGKILL; `gone` follows. */
  kill(reason: string): void {
    this.end ||= reason
    this.process?.kill('SIGKILL')
  }

  /**
   * Kills the child when its batch has cost more processor time than any batch may: a loop in native code that
   * the isolate cannot stop. On a machine that is short of processors the clock on the wall says little.
   */
  watch(now: number): void {
    const [busy] = this.sent
    if (busy === undefined) return
    const cpu = processorTime(this.process?.pid)
    if (cpu === null && now - busy.since > limits.killWall / 5) {
      this.kill(overtime)
    } else if (now - busy.since > limits.killWall) {
      // Held up rather than busy: nobody's fault until it happens again.
      this.kill('nothing was heard of it')
    } else if (cpu !== null) {
      busy.cpu ??= cpu
      if (cpu - busy.cpu > limits.killCpu) this.kill(overtime)
    }
  }

  private write(message: Message): void {
    this.process?.stdin?.write(encodeMessage(message))
  }

  private receive(chunk: Buffer): void {
    if (this.end !== '') return
    try {
      for (const message of this.reader.push(chunk)) this.take(message)
    } catch (thrown) {
      this.kill(`it broke the protocol: ${errorText(thrown)}`)
    }
  }

  private take(message: Message): void {
    if (!this.ready && message.type === messageType.hello) {
      this.ready = true
      this.events.ready()
      return
    }
    const [busy, next] = this.sent
    if (busy === undefined || message.type !== messageType.result || message.id !== busy.id) {
      throw new Error('an answer to nothing that was asked')
    }
    const results = this.results.read(message, busy.asked)
    this.sent.shift()
    if (next !== undefined) next.since = Date.now()
    this.events.answer(results)
  }
}

function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** What a child said on stderr that tells best why it ended. */
export function errorLine(stderr: string): string {
  const line = stderr.split('\n').find((candidate) => /error/i.test(candidate)) ?? ''
  return line.trim().slice(0, 300).replace(/\.$/, '')
}

/** `gone` by the watch, not by itself. */
export const overtime = 'it did not answer in time'

const childFile = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url))

/** The real place of isolated-vm, for the child: under Node's permissions it could not follow links or search for it. */
const isolatedVm = createRequire(import.meta.url).resolve('isolated-vm')

/** Node's permission model as a second wall: no files but the program's own, no processes, no threads. */
function sandboxFlags(file: string): string[] {
  const nodeGypBuild = dirname(createRequire(isolatedVm).resolve('node-gyp-build/package.json'))
  const readable = [
    dirname(file),
    dirname(isolatedVm),
    nodeGypBuild,
    // Node looks upwards for the package.json that says how a file is to be read, and for a package in each
    // node_modules on its way; a place that it may not look at ends the search with an error.
    ...ancestors(file).map((folder) => join(folder, 'package.json')),
    ...ancestors(isolatedVm).map((folder) => join(folder, 'node_modules', 'node-gyp-build')),
    // node-gyp-build looks for it.
    '/etc/alpine-release',
  ]
  return [
    '--permission',
    '--allow-addons',
    '--disable-warning=PERM0001',
    '--no-node-snapshot',
    '--max-old-space-size=128',
    ...readable.map((path) => `--allow-fs-read=${path}`),
  ]
}

function ancestors(path: string): string[] {
  const folder = dirname(path)
  return folder === path ? [] : [folder, ...ancestors(folder)]
}

/** User and system time of a process in ms (proc(5), fields 14 and 15, in 1/100 s); null where there is no /proc. */
function processorTime(pid: number | undefined): number | null {
  if (pid === undefined) return null
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return null
  }
}
