import type { Database, Statement } from 'better-sqlite3'
import type { FrameToKeep } from '../../../uplinks/frames/frame-archive.ts'
import { Dictionary } from '../readings/dictionary.ts'
import { createDay, msPerDay, packId, placeOf, tableOf } from './layout.ts'
import { frameBytes, type NumberedFrame, packFrame } from './pack.ts'

type Cell = number | Uint8Array

/** Where a device's frames go, as long as nothing of it changes. */
interface KnownSource {
  devAddr: string
  tenant: string | null
  service: string | null
  hint: number
  source: number
  scope: number
  place: number
}

interface PlacedFrame extends NumberedFrame {
  uplink: FrameToKeep['uplink']
  day: number
  place: number
  scope: number
}

interface OpenDay {
  insert: Statement<Cell[]>
  scopes: Set<number>
}

/** Few fit in a page of the file when they are larger. */
const packLimit = 1_300
const sourceLimit = 300_000

/** Writes frames within the caller's transaction. */
export class FrameWriter {
  readonly #database: Database
  readonly #scopes: Dictionary
  readonly #hints: Dictionary
  readonly #radios: Dictionary
  readonly #gateways: Dictionary
  readonly #sources: Dictionary
  readonly #addScope: Statement<number[]>
  readonly #grow: Statement<number[]>
  readonly #batchesOf: Statement<number[], number>
  readonly #days = new Map<number, OpenDay>()
  readonly #known = new Map<string, KnownSource>()
  /** in front of their dictionaries: asked for with every frame */
  readonly #radioNumbers = new Map<number, number>()
  readonly #gatewayNumbers = new Map<string, number>()
  #buffer = Buffer.alloc(0)

  constructor(database: Database) {
    this.#database = database
    this.#scopes = new Dictionary(database, 'scope', ['tenant', 'service'])
    this.#hints = new Dictionary(database, 'hint', ['profile', 'tags'])
    this.#radios = new Dictionary(database, 'radio', ['spreading_factor', 'frequency', 'confirmed'])
    this.#gateways = new Dictionary(database, 'gateway', ['gateway'])
    this.#sources = new Dictionary(database, 'source', ['device', 'dev_addr', 'scope', 'hint'])
    this.#addScope = database.prepare('insert or ignore into day_scope (day, scope) values (?, ?)')
    this.#grow = database.prepare('update frame_day set frames = frames + ?, batches = batches + 1 where day = ?')
    this.#batchesOf = database.prepare<number[], number>('select batches from frame_day where day = ?').pluck()
  }

  /** After a roll-back, or when a day was dropped, nothing in memory may be trusted. */
  forget(): void {
    for (const dictionary of [this.#scopes, this.#hints, this.#radios, this.#gateways, this.#sources]) dictionary.forget()
    this.#days.clear()
    this.#known.clear()
    this.#radioNumbers.clear()
    this.#gatewayNumbers.clear()
  }

  write(frames: readonly FrameToKeep[]): void {
    const placed = frames.map((frame) => this.#placed(frame))
    placed.sort((a, b) => a.day - b.day || a.place - b.place || a.scope - b.scope)
    for (let start = 0, end = 0; start < placed.length; start = end) {
      const day = placed[start]?.day
      while (end < placed.length && placed[end]?.day === day) end++
      if (day !== undefined) this.#writeDay(day, placed.slice(start, end))
    }
  }

  /** Frames of one day, by place and scope. */
  #writeDay(day: number, frames: readonly PlacedFrame[]): void {
    const open = this.#dayOf(day)
    const batch = this.#batchesOf.get(day) ?? 0
    let number = 0
    let [count, bytes] = [0, 0]
    for (const [index, frame] of frames.entries()) {
      this.#makeRoom(bytes + frameBytes(frame.uplink))
      bytes = packFrame(this.#buffer, bytes, frame, this.#gatewayNumber)
      count++
      const { place, scope } = frame
      const next = frames[index + 1]
      const samePlace = next?.place === place
      if (samePlace && next.scope === scope && bytes < packLimit) continue
      if (!open.scopes.has(scope)) {
        this.#addScope.run(day, scope)
        open.scopes.add(scope)
      }
      open.insert.run(packId(place, batch, number), scope, count, this.#buffer.subarray(0, bytes))
      number = samePlace ? number + 1 : 0
      ;[count, bytes] = [0, 0]
    }
    this.#grow.run(frames.length, day)
  }

  #placed(frame: FrameToKeep): PlacedFrame {
    const { uplink } = frame
    const { source, scope, place } = this.#sourceOf(frame)
    const ms = Date.parse(uplink.time)
    const day = Math.floor(ms / msPerDay)
    return { uplink, source, scope, place, radio: this.#radioNumber(uplink), day, at: ms - day * msPerDay }
  }

  #radioNumber({ spreadingFactor, frequency, confirmed }: FrameToKeep['uplink']): number {
    const row = [spreadingFactor ?? 0, frequency, Number(confirmed)] as const
    const key = (row[1] * 16 + row[0]) * 2 + row[2]
    const known = this.#radioNumbers.get(key)
    if (known !== undefined) return known
    const number = this.#radios.idOf(...row)
    this.#radioNumbers.set(key, number)
    return number
  }

  readonly #gatewayNumber = (gatewayId: string): number => {
    const known = this.#gatewayNumbers.get(gatewayId)
    if (known !== undefined) return known
    const number = this.#gateways.idOf(gatewayId)
    this.#gatewayNumbers.set(gatewayId, number)
    return number
  }

  #sourceOf({ uplink: { device, devAddr }, tenant, service, modelKnown }: FrameToKeep): KnownSource {
    const hint = modelKnown ? 0 : this.#hints.idOf(device.deviceProfileName, JSON.stringify(device.tags))
    const { devEui } = device
    const known = this.#known.get(devEui)
    if (known?.devAddr === devAddr && known.tenant === tenant && known.service === service && known.hint === hint) return known
    const scope = this.#scopes.idOf(tenant ?? '', service ?? '')
    const source = this.#sources.idOf(devEui, devAddr, scope, hint)
    const fresh = { devAddr, tenant, service, hint, source, scope, place: placeOf(devEui) }
    if (this.#known.size >= sourceLimit) this.#known.clear()
    this.#known.set(devEui, fresh)
    return fresh
  }

  #dayOf(day: number): OpenDay {
    const known = this.#days.get(day)
    if (known !== undefined) return known
    if (this.#batchesOf.get(day) === undefined) createDay(this.#database, day)
    const insert = this.#database.prepare<Cell[]>(`insert into ${tableOf(day)} (id, scope, count, frames) values (?, ?, ?, ?)`)
    if (this.#days.size >= 50) this.#days.clear()
    const open = { insert, scopes: new Set<number>() }
    this.#days.set(day, open)
    return open
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#buffer.length) return
    const larger = Buffer.alloc(Math.max(bytes * 2, 4096))
    this.#buffer.copy(larger)
    this.#buffer = larger
  }
}
