import type { Reading } from '../../readings/reading.ts'
import {
  comparePositions,
  compareReadings,
  cursorAfter,
  decodeCursor,
  encodeCursor,
  type Position,
  positionOf,
} from '../../readings/reading-order.ts'
import type { ReadingPage, ReadingQuery, ReadingScope } from '../../readings/reading-store.ts'
import { bound, identifier, oneOf, scopeConditions, where } from './influxql.ts'
import { metaField } from './meta.ts'
import type { Session } from './session.ts'
import { families, positionsOf, readingsOf } from './stored-row.ts'

/** A page of readings. @throws OndineError `reading.cursor-unknown` */
export async function listReadings(session: Session, scope: ReadingScope, query: ReadingQuery): Promise<ReadingPage> {
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor)
  const conditions = scopeConditions(scope, query.asset)
  if (conditions === null || query.devices?.length === 0) return { readings: [], cursor: null }
  if (query.devices !== undefined) conditions.push(oneOf('device', query.devices))
  if (query.from !== undefined) conditions.push(`time >= ${bound(query.from)}ms`)
  if (query.to !== undefined) conditions.push(`time < ${bound(query.to)}ms`)
  const page = await positionsOfPage(session, conditions, query, after)
  const readings = await readingsAt(session, conditions, page.slice(0, query.limit))
  return { readings: readings.sort(compareReadings(query.order)), cursor: cursorAfter(page, query.limit) }
}

/**
 * Where the readings of a page stand, and one more when another page follows. Of each row a single field is asked:
 * a cursor per series and field is what costs. InfluxDB orders by time alone, so the rows of the page's first and
 * last instants are fetched whole and ordered here.
 */
async function positionsOfPage(
  session: Session,
  conditions: readonly string[],
  { order, limit }: ReadingQuery,
  after: Position | null,
): Promise<Position[]> {
  const sign = order === 'newest first' ? -1 : 1
  const sort = (positions: Position[]) => positions.sort((a, b) => sign * comparePositions(a, b))
  const select = async (time: string[], tail: string) => {
    const selected = `SELECT ${metaField}, device, channel FROM ${families}${where([...conditions, ...time])}${tail}`
    return (await session.query([selected])).flatMap(positionsOf)
  }
  const at = (time: number) => select([`time = ${time}ms`], '')
  const rest = after === null ? [] : (await at(after.time)).filter((position) => sign * comparePositions(position, after) > 0)
  const beyond = after === null ? [] : [`time ${sign < 0 ? '<' : '>'} ${after.time}ms`]
  const found = sort([...rest, ...(await select(beyond, ` ORDER BY time ${sign < 0 ? 'DESC' : 'ASC'} LIMIT ${limit + 1}`))])
  const last = found[limit - 1]
  if (found.length <= limit || last === undefined || last.time === after?.time) return found.slice(0, limit + 1)
  const complete = [...found.filter((position) => position.time !== last.time), ...(await at(last.time))]
  return sort(complete).slice(0, limit + 1)
}

async function readingsAt(session: Session, conditions: readonly string[], positions: readonly Position[]): Promise<Reading[]> {
  const [first, last] = [positions[0], positions.at(-1)]
  if (first === undefined || last === undefined) return []
  const wanted = new Set(positions.map(encodeCursor))
  const devices = [...new Set(positions.map((position) => position.device))]
  const from = [...new Set(positions.map((position) => position.family))].map(identifier)
  const span = [`time >= ${Math.min(first.time, last.time)}ms`, `time <= ${Math.max(first.time, last.time)}ms`]
  const selected = `SELECT * FROM ${from.join(', ')}${where([...conditions, ...span, oneOf('device', devices)])}`
  const readings = (await session.query([selected])).flatMap(readingsOf)
  return readings.filter((reading) => wanted.has(encodeCursor(positionOf(reading))))
}
