import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { eventually } from './ondine-process.ts'

/**
 * Runs a program on a pseudo-terminal of its own, as a person's shell does, and passes on what goes in and comes out. Node has no
 * way to open one.
 */
const relay = `
import fcntl, os, pty, select, struct, sys, termios
pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 140, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
sources = [master, 0]
while master in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b''
        if not data:
            sources.remove(source)
        else:
            os.write(1 if source == master else master, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 255)
`

/** Why there is no pseudo-terminal on this machine; undefined: there is. */
export const noTerminal: string | undefined =
  spawnSync('python3', ['-c', 'import fcntl, os, pty, termios; os.waitstatus_to_exitcode']).status === 0
    ? undefined
    : 'no python3 that can open a pseudo-terminal'

export const ctrlC = '\u0003'
export const enter = '\r'
export const left = '\u001b[D'
export const down = '\u001b[B'

export class Terminal {
  readonly #child: ChildProcess
  readonly #ended: Promise<number>
  #output = ''
  /** so much of the text has been waited for */
  #seen = 0

  constructor(command: readonly string[], { cwd, environment }: { cwd: string; environment: Readonly<Record<string, string>> }) {
    const child = spawn('python3', ['-c', relay, ...command], {
      cwd,
      env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdout.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString()
    })
    this.#ended = once(child, 'close').then(([code]) => Number(code))
    this.#child = child
  }

  /** All that was shown so far, without colours and movements of the cursor. */
  get text(): string {
    return stripVTControlCharacters(this.#output)
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys)
  }

  /** The first match on what is shown, once it is there. */
  async shows(what: RegExp): Promise<RegExpExecArray> {
    return eventually(`${what} on the terminal`, async () => what.exec(this.text) ?? undefined)
  }

  /** What is shown behind all that was waited for so far. */
  async next(what: RegExp): Promise<void> {
    this.#seen = await eventually(`${what} on the terminal: ${this.text.slice(this.#seen)}`, async () => {
      const found = what.exec(this.text.slice(this.#seen))
      return found === null ? undefined : this.#seen + found.index + found[0].length
    })
  }

  /** Its exit code. */
  ended(): Promise<number> {
    return this.#ended
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
