import { z } from 'zod'
import { OndineError } from '../errors/ondine-error.ts'

/** Which part of a list: `limit` 1 to 1000, `cursor` opaque, from the page before. */
export interface PageQuery {
  limit: number
  cursor?: string | undefined
}

export interface Page<T> {
  items: readonly T[]
  /** null on the last page */
  cursor: string | null
}

/** The sort key of the last row of a page, as text for the outside. */
export function toCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Throws `inventory.bad-cursor` when the text is not a key of `length` parts. */
export function fromCursor(cursor: string, length: number): string[] {
  try {
    return z
      .array(z.string().regex(/^[^\0]*$/))
      .length(length)
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch (cause) {
    throw new OndineError('inventory.bad-cursor', {}, { cause })
  }
}

/** A page out of `limit + 1` rows, when there were so many. */
export function pageOf<T>(rows: readonly T[], limit: number, key: (row: T) => readonly string[]): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, cursor: rows.length > limit && last !== undefined ? toCursor(key(last)) : null }
}
