import type { UplinkEvent } from '../../lorawan/network-event.ts'
import type { Span } from '../../readings/history.ts'

/** Whose frame it is, as known when it is kept: decides how long it is. null: of nobody that is known. */
export interface FrameOwner {
  tenant: string | null
  service: string | null
}

export interface FrameToKeep extends FrameOwner {
  uplink: UplinkEvent
  /** the inventory names the model: tags and device profile need not be kept to find it */
  modelKnown: boolean
}

/** How long frames of a tenant and service are kept, in days; null: for ever. The narrowest rule that fits counts. */
export interface FrameKeeping extends FrameOwner {
  frames: number | null
}

/** What is in the archive. */
export interface FrameExtent {
  frames: number
  bytes: number
  /** first UTC day of which there are frames, `2026-11-22`; null: none */
  firstDay: string | null
}

/**
 * Every uplink with its payload, long after the spool let go of it, so that it can be decoded again. Implemented on SQLite.
 * What comes back is what decoding needs: the names and ids of ChirpStack are empty, tags and profile too where the inventory named the model.
 */
export interface FrameArchive {
  start(): Promise<void>
  stop(): Promise<void>
  /** Durable once it resolves, and idempotent by (device, time, fCnt); rejects with `frames.unreachable` */
  keep(frames: readonly FrameToKeep[]): Promise<void>
  /** Frames received in the span, oldest first, each once, in pages */
  frames(query: Span & { devices: readonly string[] }): AsyncIterable<readonly UplinkEvent[]>
  /** The same devices in groups of at most `size` that cost little more to read than one of them; the same groups each time */
  together(devices: readonly string[], size: number): readonly (readonly string[])[]
  extent(): Promise<FrameExtent>
  /** Takes out what is older than it is to be kept, a little at a time; how many frames went */
  expire(rules: readonly FrameKeeping[], now: Date): Promise<number>
}
