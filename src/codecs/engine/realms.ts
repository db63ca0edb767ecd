import type ivm from 'isolated-vm'
import type { Dispatcher, SharedBuffers } from './dispatcher.ts'
import { limits } from './limits.ts'
import { dispatcherSource, realmSource } from './prelude.ts'
import { findEntries, type Realm } from './realm.ts'
import { type LoadOrder, status } from './transport.ts'

/** One isolate: its codecs share a heap, each in a realm of its own. */
export interface Home {
  isolate: ivm.Isolate
  prelude: ivm.Script
  finder: ivm.Script
  adopt: ivm.Reference<Dispatcher['adopt']>
  drop: ivm.Reference<Dispatcher['drop']>
  run: ivm.Reference<Dispatcher['run']>
  codecs: Map<number, LoadedCodec>
  /** slots of the dispatcher that were used and are free again, and the first that never was */
  freeSlots: number[]
  nextSlot: number
  lastUsed: number
}

export interface LoadedCodec {
  home: Home
  /** its number in the isolate's dispatcher */
  slot: number
  context: ivm.Context
  /** nothing it remembers of its results was told yet */
  fresh: boolean
}

/** Why a codec could not be loaded. */
export interface LoadFailure {
  status: number
  text: string
}

/** The codecs that one child has loaded; the isolate that was used least recently is given up first. */
export class Realms {
  private readonly orders = new Map<number, LoadOrder>()
  private readonly loaded = new Map<number, LoadedCodec>()
  private readonly broken = new Map<number, string>()
  private readonly homes = new Set<Home>()
  private uses = 0
  private readonly isolatedVm: typeof import('isolated-vm')
  private readonly buffers: SharedBuffers
  private readonly isolates: number

  constructor(isolatedVm: typeof import('isolated-vm'), buffers: SharedBuffers, isolates: number) {
    this.isolates = isolates
    this.isolatedVm = isolatedVm
    this.buffers = buffers
  }

  /** Makes the first isolate and runs all of our own code in it once, before anyone waits for it. */
  warm(): void {
    this.define(0, { file: 'codec.js', source: '', warm: true })
    this.forget(0)
  }

  define(codec: number, order: LoadOrder): void {
    this.orders.set(codec, order)
    if (order.warm) this.find(codec)
  }

  forget(codec: number): void {
    this.orders.delete(codec)
    this.broken.delete(codec)
    this.unload(codec)
  }

  /** The codec's realm, made if there is none. */
  find(codec: number): LoadedCodec | LoadFailure {
    const found = this.loaded.get(codec) ?? this.tryLoad(codec)
    if ('home' in found) found.home.lastUsed = ++this.uses
    return found
  }

  isAlive(home: Home): boolean {
    return this.homes.has(home)
  }

  /** Gives up a codec's realm: after a call that was cut off nobody knows what state it is in. */
  unload(codec: number): void {
    const target = this.loaded.get(codec)
    if (target === undefined) return
    const { home, slot, context } = target
    this.loaded.delete(codec)
    home.codecs.delete(codec)
    this.freeSlot(home, slot)
    context.release()
  }

  /** Gives up an isolate with all of its realms. */
  drop(home: Home): void {
    this.homes.delete(home)
    for (const codec of home.codecs.keys()) this.loaded.delete(codec)
    if (!home.isolate.isDisposed) home.isolate.dispose()
  }

  private tryLoad(codec: number): LoadedCodec | LoadFailure {
    const known = this.broken.get(codec)
    if (known !== undefined) return { status: status.loadError, text: known }
    const order = this.orders.get(codec)
    if (order === undefined) return { status: status.loadError, text: 'the codec was never sent' }
    const home = this.roomyHome()
    const slot = home.freeSlots.pop() ?? home.nextSlot++
    try {
      return this.load(home, slot, codec, order)
    } catch (thrown) {
      if (home.isolate.isDisposed) {
        this.drop(home)
        return { status: status.memory, text: '' }
      }
      this.freeSlot(home, slot)
      if (isTimeout(thrown)) return { status: status.loadTimeout, text: '' }
      const text = describe(thrown).slice(0, limits.messageChars)
      this.broken.set(codec, text)
      return { status: status.loadError, text }
    }
  }

  private freeSlot(home: Home, slot: number): void {
    home.drop.applySync(undefined, [slot])
    home.freeSlots.push(slot)
  }

  private load(home: Home, slot: number, codec: number, order: LoadOrder): LoadedCodec {
    const { isolate, prelude, finder, adopt } = home
    const source = isolate.compileScriptSync(order.source, { filename: order.file })
    // A second try needs a second realm: a constant cannot be declared twice.
    const { context, harness } = withPatience(limits.load, (timeout) => {
      const context = isolate.createContextSync()
      const harness: ivm.Reference<Realm> = prelude.runSync(context, { reference: true })
      adopt.applySync(undefined, [slot, harness.getSync('attach', { reference: true }).derefInto()])
      source.runSync(context, { timeout })
      return { context, harness }
    })
    const entries = finder.runSync(context, { reference: true, timeout: limits.decode })
    harness.getSync('bind', { reference: true }).applySync(undefined, [entries.derefInto()], { timeout: limits.decode })
    for (const reference of [source, harness, entries]) reference.release()
    const target = { home, slot, context, fresh: true }
    this.loaded.set(codec, target)
    home.codecs.set(codec, target)
    return target
  }

  private roomyHome(): Home {
    for (const home of this.homes) if (hasRoom(home)) return home
    if (this.homes.size >= this.isolates) {
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
    const context = isolate.createContextSync()
    const make: ivm.Reference<(buffers: unknown) => Dispatcher> = isolate
      .compileScriptSync(dispatcherSource)
      .runSync(context, { reference: true })
    const buffers = new this.isolatedVm.ExternalCopy(this.buffers).copyInto({ release: true })
    const dispatcher = make.applySync(undefined, [buffers], { result: { reference: true } })
    const home: Home = {
      isolate,
      prelude: isolate.compileScriptSync(realmSource),
      finder: isolate.compileScriptSync(findEntries),
      adopt: dispatcher.getSync('adopt', { reference: true }),
      drop: dispatcher.getSync('drop', { reference: true }),
      run: dispatcher.getSync('run', { reference: true }),
      codecs: new Map(),
      freeSlots: [],
      nextSlot: 0,
      lastUsed: this.uses,
    }
    this.homes.add(home)
    return home
  }
}

function hasRoom({ codecs, isolate }: Home): boolean {
  if (codecs.size >= limits.contextsPerIsolate) return false
  // Few codecs are so large that it takes less than this many of them.
  return codecs.size < 10 || isolate.getHeapStatisticsSync().used_heap_size < limits.isolateFull * 1_048_576
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
      if (!isTimeout(thrown) || !wasStarved(before, limit) || timeout > limit * 16) throw thrown
    }
  }
}

/** Whether this thread was hardly given the processor since `before`. */
export function wasStarved(before: NodeJS.CpuUsage, limit: number): boolean {
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000 < limit * 0.7
}

export function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.startsWith('Script execution timed out')
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'the codec cannot be run'
  const line = /(?:codec|simulate)[\w.-]*\.js:(\d+)/.exec(`${thrown.message} ${thrown.stack ?? ''}`)
  const message = thrown.message.replace(/\s*\[[^\]]*\]$/, '')
  return `${thrown.name}: ${message}${line === null ? '' : ` (line ${line[1]})`}`
}
