import { type CallGroup, callNumbers, groupNumbers } from './call-stream.ts'
import { planNumbers, type SharedMemory } from './dispatcher.ts'
import { limits } from './limits.ts'
import { type Home, isTimeout, type LoadedCodec, Realms, wasStarved } from './realms.ts'
import { controlPlaces, resultCodes } from './result-codes.ts'
import { status } from './transport.ts'

/** The groups of a batch whose realms are in one isolate. */
type Party = { group: CallGroup; target: LoadedCodec }[]

/** How often the time for calls that were hardly given the processor is doubled. */
const patience = 5

/** Runs batches in the realms of one child. */
export class Sandbox {
  /** calls and frames of a batch; then its results, up to `control[out]` and `control[chars]`, as a `result` message has them */
  readonly memory: SharedMemory
  readonly realms: Realms

  /** `isolates`: at most so many */
  constructor(isolatedVm: typeof import('isolated-vm'), isolates: number) {
    const buffers = {
      control: new SharedArrayBuffer(64),
      plan: new SharedArrayBuffer(limits.batch * planNumbers * 4),
      calls: new SharedArrayBuffer(limits.batch * (groupNumbers + callNumbers) * 8),
      frames: new SharedArrayBuffer(limits.batch * limits.frame),
      // Beyond what ends a batch there is room for the largest result.
      out: new SharedArrayBuffer((limits.outNumbers + limits.nodes * 10) * 8),
      chars: new SharedArrayBuffer((limits.outChars + limits.chars * 2) * 2),
    }
    this.memory = {
      control: new Int32Array(buffers.control),
      plan: new Int32Array(buffers.plan),
      calls: new Float64Array(buffers.calls),
      frames: new Uint8Array(buffers.frames),
      out: new Float64Array(buffers.out),
      chars: new Uint16Array(buffers.chars),
    }
    this.realms = new Realms(isolatedVm, buffers, isolates)
  }

  /** Never throws. */
  run(groups: readonly CallGroup[]): void {
    const { control } = this.memory
    control[controlPlaces.out] = 0
    control[controlPlaces.chars] = 0
    const end = Date.now() + limits.batchSoft
    const parties = new Map<Home, Party>()
    for (const group of groups) {
      const target = this.realms.find(group.codec)
      if (!('home' in target)) {
        this.answer(group, target.status, target.text)
        continue
      }
      const party = parties.get(target.home)
      if (party === undefined) parties.set(target.home, [{ group, target }])
      else party.push({ group, target })
    }
    let soft: number = limits.batchSoft
    let goOn = true
    for (const [home, party] of parties) {
      // Loading another codec may have cost this isolate its life.
      if (goOn && soft > 0 && this.realms.isAlive(home)) goOn = this.runParty(home, party, soft)
      else for (const { group } of party) this.answer(group, status.notRun)
      soft = end - Date.now()
    }
  }

  /** False when nothing more of the batch is to be run. */
  private runParty(home: Home, party: Party, soft: number): boolean {
    const { control, plan } = this.memory
    const calls = party.reduce((sum, { group }) => sum + group.calls, 0)
    const limit = calls === 1 ? limits.decode : soft + limits.decode
    for (let from = 0, tries = 0; ; tries++) {
      party.forEach(({ group, target }, index) => {
        plan.set([target.slot, group.calls, group.callsAt, group.framesAt, group.text.length], index * planNumbers)
      })
      const outcome = this.attempt(home, party, from, soft, limit * 2 ** tries)
      const reached = control[controlPlaces.group] ?? 0
      if (outcome === status.done) {
        this.finish(party, from, reached)
        this.leave(party, reached)
        return reached === party.length
      }
      // Cut off after the last call one of them has left work behind that does not end: then none of them is believed.
      const [first, last] = reached === party.length ? [from, reached] : [reached, reached + 1]
      this.finish(party, from, first)
      control[controlPlaces.out] = plan[first * planNumbers + 5] ?? 0
      control[controlPlaces.chars] = plan[first * planNumbers + 6] ?? 0
      if (outcome === starved && tries < patience && this.renew(home, party.slice(first, last))) {
        from = first
        continue
      }
      for (const { group } of party.slice(first, last)) {
        this.realms.unload(group.codec)
        this.answer(group, outcome === starved ? status.timeout : outcome)
      }
      this.leave(party, last)
      return false
    }
  }

  /** Fresh realms in the same isolate: after a call that was cut off nobody knows what state one is in. */
  private renew(home: Home, party: Party): boolean {
    for (const entry of party) {
      this.realms.unload(entry.group.codec)
      const target = this.realms.find(entry.group.codec)
      if (!('home' in target) || target.home !== home) return false
      entry.target = target
    }
    return true
  }

  /**
   * Runs the groups of an isolate from one on, and says how that ended. The isolate's timer is a clock on the wall, but its
   * limit is meant as work. (`isolate.cpuTime` is no help: it goes on while the thread waits.)
   */
  private attempt(home: Home, party: Party, from: number, soft: number, limit: number): number {
    const text = party.reduce((all, { group }, index) => (index < from ? all : all + group.text), '')
    this.memory.control[controlPlaces.group] = from
    const before = process.threadCpuUsage()
    try {
      home.run.applySync(undefined, [from, party.length, text, soft], { timeout: limit })
      return status.done
    } catch (thrown) {
      if (home.isolate.isDisposed) {
        this.realms.drop(home)
        return status.memory
      }
      if (!isTimeout(thrown)) return status.badOutput
      return wasStarved(before, limit) ? starved : status.timeout
    }
  }

  /** Heads for groups whose results are in place. */
  private finish(party: Party, from: number, to: number): void {
    const { out, plan } = this.memory
    for (let index = from; index < to; index++) {
      const entry = party[index]
      const start = plan[index * planNumbers + 5]
      if (entry === undefined || start === undefined) continue
      out[start] = entry.group.index
      out[start + 1] = status.done
      out[start + 2] = entry.target.fresh ? 1 : 0
      entry.target.fresh = false
    }
  }

  private leave(party: Party, from: number): void {
    for (const { group } of party.slice(from)) this.answer(group, status.notRun)
  }

  /** A group without results of its codec, at most with one of ours. */
  private answer(group: CallGroup, outcome: number, text = ''): void {
    const { control, out, chars } = this.memory
    const start = control[controlPlaces.out] ?? 0
    const charsStart = control[controlPlaces.chars] ?? 0
    const content = text === '' ? [] : [resultCodes.codecError, 1, text.length]
    out.set([group.index, outcome, 0, content.length === 0 ? 0 : 1, content.length, text.length, ...content], start)
    for (let index = 0; index < text.length; index++) chars[charsStart + index] = text.charCodeAt(index)
    control[controlPlaces.out] = start + resultCodes.groupNumbers + content.length
    control[controlPlaces.chars] = charsStart + text.length
  }
}

/** No `status`: it was cut off, but this thread was hardly given the processor. */
const starved = -1
