import type ivm from 'isolated-vm'
import { limits } from './limits.ts'
import { findEntries, realm } from './realm.ts'
import { type LoadOrder, status } from './transport.ts'

interface GroupOutcome {
  status: number
  text: string
}

interface LoadedCodec {
  home: Home
  context: ivm.Context
  run: ivm.Reference<(text: string) => string>
}

/** One isolate with the codecs that share its heap. */
interface Home {
  isolate: ivm.Isolate
  prelude: ivm.Script
  finder: ivm.Script
  codecs: Set<number>
  lastUsed: number
}

const preludeSource = `(() => { 'use strict'; return (${realm.toString()})(${JSON.stringify(limits)}) })()`

/** The codecs of one child: a realm of its own for each, about 25 realms to an isolate, the least used isolate given up first. */
export class Sandbox {
  private readonly orders = new Map<number, LoadOrder>()
  private readonly loaded = new Map<number, LoadedCodec>()
  private readonly broken = new Map<number, string>()
  private readonly homes = new Set<Home>()
  private uses = 0
  private readonly isolatedVm: typeof import('isolated-vm')

  constructor(isolatedVm: typeof import('isolated-vm')) {
    this.isolatedVm = isolatedVm
  }

  /** Makes the first isolate before anyone waits for it. */
  warm(): void {
    const home = this.addHome()
    home.prelude.runSync(home.isolate.createContextSync(), { reference: true }).release()
  }

  define(codec: number, order: LoadOrder): void {
    this.orders.set(codec, order)
  }

  /** Runs one group of calls; `calls` is their number. Never throws. */
  run(codec: number, text: string, calls: number): GroupOutcome {
    const known = this.broken.get(codec)
    if (known !== undefined) return { status: status.loadError, text: known }
    let target: LoadedCodec | undefined = this.loaded.get(codec)
    if (target === undefined) {
      const order = this.orders.get(codec)
      if (order === undefined) return { status: status.loadError, text: 'the codec was never sent' }
      const home = this.roomyHome()
      try {
        target = this.load(home, codec, order)
      } catch (thrown) {
        return this.loadFailure(codec, home, thrown)
      }
    }
    target.home.lastUsed = ++this.uses
    const limit = calls === 1 ? limits.decode : limits.groupSoft + limits.decode
    const { run, home } = target
    try {
      const output: unknown = withPatience(limit, (timeout) => run.applySync(undefined, [text], { timeout, result: { copy: true } }))
      if (typeof output !== 'string' || output.length > limits.groupCharsHard) return this.giveUp(codec, status.badOutput)
      return { status: status.done, text: output }
    } catch (thrown) {
      if (home.isolate.isDisposed) return this.giveUp(codec, status.memory)
      return this.giveUp(codec, isTimeout(thrown) ? status.timeout : status.badOutput)
    }
  }

  private load(home: Home, codec: number, order: LoadOrder): LoadedCodec {
    const source = home.isolate.compileScriptSync(order.source, { filename: order.file })
    // A second try needs a second realm: a constant cannot be declared twice.
    const { context, harness } = withPatience(limits.load, (timeout) => {
      const context = home.isolate.createContextSync()
      const harness = home.prelude.runSync(context, { reference: true })
      source.runSync(context, { timeout })
      return { context, harness }
    })
    source.release()
    const entries = home.finder.runSync(context, { reference: true, timeout: limits.decode })
    harness.getSync('bind', { reference: true }).applySync(undefined, [entries.derefInto()], { timeout: limits.decode })
    const target = { home, context, run: harness.getSync('run', { reference: true }) }
    this.loaded.set(codec, target)
    home.codecs.add(codec)
    return target
  }

  private loadFailure(codec: number, home: Home, thrown: unknown): GroupOutcome {
    if (home.isolate.isDisposed) {
      this.drop(home)
      return { status: status.memory, text: '' }
    }
    if (isTimeout(thrown)) return { status: status.loadTimeout, text: '' }
    const text = describe(thrown).slice(0, limits.messageChars)
    this.broken.set(codec, text)
    return { status: status.loadError, text }
  }

  /** After a call that was cut off nobody knows what state its realm is in. */
  private giveUp(codec: number, outcome: number): GroupOutcome {
    const target = this.loaded.get(codec)
    if (target !== undefined) {
      if (target.home.isolate.isDisposed) this.drop(target.home)
      else {
        target.home.codecs.delete(codec)
        this.loaded.delete(codec)
        target.run.release()
        target.context.release()
      }
    }
    return { status: outcome, text: '' }
  }

  private roomyHome(): Home {
    for (const home of this.homes) if (home.codecs.size < limits.contextsPerIsolate) return home
    if (this.homes.size >= limits.isolates) {
      const [idle] = [...this.homes].sort((a, b) => a.lastUsed - b.lastUsed)
      if (idle !== undefined) this.drop(idle)
    }
    return this.addHome()
  }

  private addHome(): Home {
    const isolate = new this.isolatedVm.Isolate({
      memoryLimit: limits.isolateMemory,
      // V8 has lost control of the isolate: nothing in this process can be trusted any more.
      onCatastrophicError: () => process.abort(),
    })
    const home = {
      isolate,
      prelude: isolate.compileScriptSync(preludeSource),
      finder: isolate.compileScriptSync(findEntries),
      codecs: new Set<number>(),
      lastUsed: this.uses,
    }
    this.homes.add(home)
    return home
  }

  private drop(home: Home): void {
    this.homes.delete(home)
    for (const codec of home.codecs) this.loaded.delete(codec)
    if (!home.isolate.isDisposed) home.isolate.dispose()
  }
}

/**
 * The limit is meant as work, but the isolate's timer is a clock on the wall: where this thread was hardly given
 * the processor, the call gets another and longer try. (`isolate.cpuTime` is no help: it goes on while the thread waits.)
 */
function withPatience<T>(limit: number, call: (timeout: number) => T): T {
  for (let timeout = limit; ; timeout *= 2) {
    const before = process.threadCpuUsage()
    try {
      return call(timeout)
    } catch (thrown) {
      const { user, system } = process.threadCpuUsage(before)
      const starved = (user + system) / 1_000 < limit * 0.7
      if (!isTimeout(thrown) || !starved || timeout > limit * 16) throw thrown
    }
  }
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.startsWith('Script execution timed out')
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'the codec cannot be run'
  const line = /(?:codec|simulate)\.js:(\d+)/.exec(`${thrown.message} ${thrown.stack ?? ''}`)
  const message = thrown.message.replace(/\s*\[[^\]]*\]$/, '')
  return `${thrown.name}: ${message}${line === null ? '' : ` (line ${line[1]})`}`
}
