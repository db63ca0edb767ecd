import type { Message } from 'google-protobuf'
import type { Row, Table } from '../table.ts'
import { invalid, notFound } from './refusal.ts'

/** The row of that id, or NOT_FOUND. */
export function find<M extends Message>(table: Table<M>, id: string): Row<M> {
  const row = table.get(id)
  if (row === undefined) throw notFound(id)
  return row
}

/** A nested message that a request may not leave out: INVALID_ARGUMENT `device is missing`. */
export function present<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw invalid(`${name} is missing`)
  return part
}
