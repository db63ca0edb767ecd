import { z } from 'zod'
import { OndineError } from '../errors/ondine-error.ts'
import type { Reading } from './reading.ts'
import type { LastValue, ReadingPage, ReadingQuery } from './reading-store.ts'
import { instants } from './storable.ts'

/**
 * Where a reading stands in a list. Total over all readings of a store, so that a page goes on after the last
 * reading of the page before whatever was written meanwhile.
 */
export interface Position {
  /** ms since 1970 */
  time: number
  device: string
  channel: string
  family: string
}

export function positionOf(reading: Reading): Position {
  return { time: Date.parse(reading.time), device: reading.device, channel: reading.channel, family: reading.family }
}

/** Oldest first; `newest first` is the exact reverse. Texts by their bytes, as databases compare them. */
export function comparePositions(a: Position, b: Position): number {
  return a.time - b.time || compareTexts(a.device, b.device) || compareTexts(a.channel, b.channel) || compareTexts(a.family, b.family)
}

export function compareReadings(order: ReadingQuery['order']): (a: Reading, b: Reading) => number {
  const sign = order === 'oldest first' ? 1 : -1
  return (a, b) => sign * comparePositions(positionOf(a), positionOf(b))
}

const cursorSchema = z.tuple([z.int().min(instants.first).max(instants.last), z.string(), z.string(), z.string()])

export function encodeCursor({ time, device, channel, family }: Position): string {
  return Buffer.from(JSON.stringify([time, device, channel, family])).toString('base64url')
}

/** @throws OndineError `reading.cursor-unknown` */
export function decodeCursor(cursor: string): Position {
  try {
    const [time, device, channel, family] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { time, device, channel, family }
  } catch (cause) {
    throw new OndineError('reading.cursor-unknown', {}, { cause })
  }
}

/** Cuts sorted readings, of which one more than `limit` was asked for, to a page. */
export function pageOf(sorted: readonly Reading[], limit: number): ReadingPage {
  const last = sorted[limit - 1]
  const cursor = sorted.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null
  return { readings: sorted.slice(0, limit), cursor }
}

/** The cursor after `limit` of these positions, null when they end there. */
export function cursorAfter(sorted: readonly Position[], limit: number): string | null {
  const last = sorted[limit - 1]
  return sorted.length > limit && last !== undefined ? encodeCursor(last) : null
}

/** One value per tenant, asset and name: the newest; at the same instant that of the greater (device, channel). Sorted by those three. */
export function newestValues(values: Iterable<LastValue & { channel: string }>): LastValue[] {
  const newest = new Map<string, LastValue & { channel: string }>()
  for (const value of values) {
    const key = `${value.tenant}\0${value.asset}\0${value.name}`
    const known = newest.get(key)
    if (known === undefined || compareAges(value, known) >= 0) newest.set(key, value)
  }
  return [...newest.values()]
    .sort((a, b) => alphabetic(a.tenant, b.tenant) || alphabetic(a.asset, b.asset) || alphabetic(a.name, b.name))
    .map(({ channel: _, ...value }) => value)
}

function compareAges(a: LastValue & { channel: string }, b: LastValue & { channel: string }): number {
  return alphabetic(a.time, b.time) || compareTexts(a.device, b.device) || compareTexts(a.channel, b.channel)
}

export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function alphabetic(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
