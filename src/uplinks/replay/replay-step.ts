import type { UplinkEvent } from '../../lorawan/network-event.ts'
import type { Span } from '../../readings/history.ts'
import type { Reading } from '../../readings/reading.ts'
import type { ReadingStore } from '../../readings/reading-store.ts'
import type { FrameDecoder } from '../frame-decoder.ts'
import type { FrameArchive } from '../frames/frame-archive.ts'
import type { Instants, Repeats } from '../repeats.ts'
import { compareReadings, type Difference, keyOf } from './compare-readings.ts'

/** Some devices and a stretch of time, small enough to be held in memory. */
export interface ReplayStep extends Span {
  devices: readonly string[]
}

export interface StepSources {
  model: string
  /** a frame's readings have its own time: neither a clock of the device nor history */
  exactTimes: boolean
  store: Pick<ReadingStore, 'list'>
  /** a repeated point merges field by field with what was there */
  merges: boolean
  archive: Pick<FrameArchive, 'frames'>
  decoder: Pick<FrameDecoder, 'decode'>
  repeats: Repeats
  instants: Instants
}

/** What a step would do; nothing of it is done yet. */
export interface StepPlan {
  frames: number
  undecoded: number
  unchanged: number
  kept: number
  before: ReadonlyMap<string, Reading>
  after: ReadonlyMap<string, Reading>
  differences: readonly Difference[]
}

/** ms that a device's clock may be ahead of a reception, and that history in a frame may go back (what went back further is found by the readings themselves) */
const aheadAtMost = 24 * 60 * 60_000
const historyAtMost = 3 * 24 * 60 * 60_000
const atOnce = 500
const everything = { tenant: null, services: null, assets: null }

/**
 * Decodes what the archive has of these devices and compares it with what the store has. A reading whose frame is not in the
 * archive, or cannot be decoded today, stays as it is: a codec that fails takes nothing away.
 */
export async function planStep(sources: StepSources, step: ReplayStep): Promise<StepPlan> {
  const before = await readingsIn(sources.store, step)
  const decoded = await decodeFrames(sources, step, frameSpan(sources, step, before.values()))
  const kept = [...before].filter(([, reading]) => !decoded.covered.has(frameKey(reading.device, reading.receivedAt, reading.frame.fCnt)))
  const after = new Map(decoded.readings)
  for (const [key, reading] of kept) {
    const made = after.get(key)
    // What was received last has the last word, as when both came.
    if (made === undefined || made.receivedAt < reading.receivedAt) after.set(key, reading)
  }
  const { frames, undecoded } = decoded
  return { frames, undecoded, kept: kept.length, before, after, ...compareReadings(before, after) }
}

async function readingsIn(store: StepSources['store'], { devices, from, to }: ReplayStep): Promise<Map<string, Reading>> {
  const found = new Map<string, Reading>()
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { devices, from, to, order: 'oldest first', limit: 5_000, ...(cursor === undefined ? {} : { cursor }) } as const
    const page: Awaited<ReturnType<typeof store.list>> = await store.list(everything, query)
    for (const reading of page.readings) found.set(keyOf(reading), reading)
    cursor = page.cursor
  }
  return found
}

/** When the frames were received that may tell of this time. */
function frameSpan({ exactTimes }: StepSources, { from, to }: ReplayStep, known: Iterable<Reading>): Span {
  let first = Date.parse(from) - (exactTimes ? 0 : aheadAtMost)
  let end = Date.parse(to) + (exactTimes ? 0 : historyAtMost)
  for (const { receivedAt } of known) {
    const ms = Date.parse(receivedAt)
    first = Math.min(first, ms)
    end = Math.max(end, ms + 1)
  }
  return { from: new Date(Math.max(0, first)).toISOString(), to: new Date(end).toISOString() }
}

interface DecodedFrames {
  frames: number
  undecoded: number
  /** frames that say today what there is to be read */
  covered: Set<string>
  readings: Map<string, Reading>
}

async function decodeFrames(sources: StepSources, step: ReplayStep, span: Span): Promise<DecodedFrames> {
  const result: DecodedFrames = { frames: 0, undecoded: 0, covered: new Set(), readings: new Map() }
  for await (const page of sources.archive.frames({ devices: step.devices, ...span })) {
    for (let start = 0; start < page.length; start += atOnce) await decodePart(sources, step, page.slice(start, start + atOnce), result)
  }
  return result
}

async function decodePart(sources: StepSources, step: ReplayStep, frames: readonly UplinkEvent[], result: DecodedFrames): Promise<void> {
  const { decoder, repeats, instants, model, merges } = sources
  const decoded = await decoder.decode(frames)
  for (const [index, uplink] of frames.entries()) {
    const one = decoded[index]
    if (one === undefined) throw new Error('an outcome is missing')
    if (one.model !== model) continue
    result.frames++
    // A device without a place is what the inventory says today; anything else is a frame that could not be read.
    if (one.obstacle !== null && one.obstacle.reason !== 'not-installed') {
      result.undecoded++
      continue
    }
    const order = Date.parse(uplink.time)
    result.covered.add(frameKey(uplink.device.devEui, uplink.time, uplink.fCnt))
    if (repeats.isRepeat(uplink, order)) continue
    for (const reading of instants.apart(one.readings, one.own, order)) {
      if (reading.time < step.from || reading.time >= step.to) continue
      const key = keyOf(reading)
      const earlier = merges ? result.readings.get(key) : undefined
      result.readings.set(key, earlier === undefined ? reading : merged(earlier, reading))
    }
  }
}

/** What a store makes of two frames that tell of one instant, where it merges them. */
function merged(earlier: Reading, later: Reading): Reading {
  const flags = Object.keys(later.flags).length > 0 ? later.flags : earlier.flags
  return { ...later, flags, values: { ...earlier.values, ...later.values } }
}

function frameKey(device: string, receivedAt: string, fCnt: number): string {
  return `${device} ${receivedAt} ${fCnt}`
}
