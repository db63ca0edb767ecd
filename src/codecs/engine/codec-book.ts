import type { Script } from '../model.ts'

/** A script under the number that parent and children call it by; a changed source is a new number. */
export interface CodecEntry {
  id: number
  model: string
  file: string
  source: string
  /** the child that has it loaded, by its place among those at work */
  lane: number
  /** calls that have no verdict yet */
  pending: number
  /** its file has a newer source */
  replaced: boolean
}

/** The scripts that were asked for. Those read again without a change stay what they are, strikes and all. */
export class CodecBook {
  private readonly entries = new WeakMap<Script, CodecEntry>()
  /** the last seen of each file */
  private readonly latest = new Map<string, CodecEntry>()
  /** those that were run, the latest last */
  private readonly used = new Set<CodecEntry>()
  private readonly lanes: number[]
  private lastId = 0
  private readonly onReplaced: (old: CodecEntry) => void

  constructor(lanes: number, onReplaced: (old: CodecEntry) => void) {
    this.lanes = new Array(lanes).fill(0)
    this.onReplaced = onReplaced
  }

  entryOf(script: Script): CodecEntry {
    const known = this.entries.get(script)
    if (known !== undefined) return known
    const { model, file, source } = script
    const key = `${model}/${file}`
    const latest = this.latest.get(key)
    if (latest?.source === source) {
      this.entries.set(script, latest)
      return latest
    }
    const lane = latest?.lane ?? this.emptiestLane()
    const entry = { id: ++this.lastId, model, file, source, lane, pending: 0, replaced: false }
    if (latest !== undefined) {
      latest.replaced = true
      this.used.delete(latest)
      this.onReplaced(latest)
    }
    this.latest.set(key, entry)
    this.entries.set(script, entry)
    return entry
  }

  use(entry: CodecEntry): void {
    if (entry.replaced) return
    this.used.delete(entry)
    this.used.add(entry)
  }

  /** Those used last. */
  recent(count: number): CodecEntry[] {
    return [...this.used].slice(-count)
  }

  private emptiestLane(): number {
    const lane = this.lanes.indexOf(Math.min(...this.lanes))
    this.lanes[lane] = (this.lanes[lane] ?? 0) + 1
    return lane
  }
}
