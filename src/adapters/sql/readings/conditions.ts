import type { ReadingScope } from '../../../readings/reading-store.ts'

export type Cell = number | string

/** A condition on rows, with what stands for its question marks. */
export interface Condition {
  sql: string
  cells: readonly Cell[]
}

export function allOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? 'true' : conditions.map((condition) => condition.sql).join(' and ')
}

export function cellsOf(conditions: readonly Condition[]): Cell[] {
  return conditions.flatMap((condition) => condition.cells)
}

/** On the table `asset`, named a. */
export function assetConditions(scope: ReadingScope, asset: string | undefined): Condition[] {
  const conditions: Condition[] = []
  if (scope.tenant !== null) conditions.push({ sql: 'a.tenant = ?', cells: [scope.tenant] })
  if (scope.services !== null)
    conditions.push({ sql: 'a.service in (select value from json_each(?))', cells: [JSON.stringify(scope.services)] })
  if (scope.assets !== null) conditions.push({ sql: 'a.asset in (select value from json_each(?))', cells: [JSON.stringify(scope.assets)] })
  if (asset !== undefined) conditions.push({ sql: 'a.asset = ?', cells: [asset] })
  return conditions
}
