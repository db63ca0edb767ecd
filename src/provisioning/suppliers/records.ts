import { OndineError } from '../../errors/ondine-error.ts'
import { limits, type Row, type Sheet } from './delivery.ts'

type Values = Readonly<Record<string, unknown>>

const deepest = 8

/**
 * The records of a JSON or XML document as rows: the longest list of objects wherever it stands, each object's own values under
 * their path (`root_keys.app_key.key`). Throws `delivery.no-records` and `file.too-many`.
 */
export function recordsOf(document: unknown, file: string): Sheet[] {
  const records = longestList(document, 0) ?? (isValues(document) ? innermost(document) : [])
  if (records.length === 0) throw new OndineError('delivery.no-records', { file })
  if (records.length > limits.rows) throw new OndineError('file.too-many', { file, what: 'rows', limit: limits.rows })
  const titles = new Map<string, number>()
  const rows = records.map((record, index): Row => {
    const cells: string[] = []
    const notText: number[] = []
    const put = (path: string, value: unknown) => {
      if (value === null || value === undefined) return
      const column = titles.get(path) ?? titles.size
      titles.set(path, column)
      if (titles.size > limits.columns) throw new OndineError('file.too-many', { file, what: 'columns', limit: limits.columns })
      cells[column] = String(value)
      if (typeof value !== 'string') notText.push(column)
    }
    flatten(record, '', put, 0)
    return { line: index + 1, cells, notText: notText.length === 0 ? null : notText }
  })
  // Places that a record left out are empty cells.
  const filled = rows.map((row) => ({ ...row, cells: Array.from({ length: titles.size }, (_, column) => row.cells[column] ?? '') }))
  return [{ name: null, titles: [...titles.keys()], rows: filled }]
}

function flatten(value: unknown, path: string, put: (path: string, value: unknown) => void, depth: number): void {
  if (typeof value !== 'object' || value === null) put(path, value)
  else if (depth < deepest) flattenInner(value, path, put, depth)
}

function flattenInner(value: object, path: string, put: (path: string, value: unknown) => void, depth: number): void {
  for (const [key, inner] of Object.entries(value)) {
    // The text of an XML element that has attributes too.
    if (key === '#text') put(path, inner)
    else flatten(inner, path === '' ? key : `${path}.${key}`, put, depth + 1)
  }
}

function longestList(value: unknown, depth: number): Values[] | null {
  if (depth > deepest) return null
  if (Array.isArray(value)) {
    const objects = value.filter(isValues)
    return objects.length > 0 ? objects : null
  }
  if (!isValues(value)) return null
  const lists = Object.values(value).flatMap((inner) => {
    const list = longestList(inner, depth + 1)
    return list === null ? [] : [list]
  })
  return lists.sort((a, b) => b.length - a.length)[0] ?? null
}

/** A delivery of one device: XML makes no list of it. Empty: it is nested deeper than any is. */
function innermost(value: Values, depth = 0): Values[] {
  const [only, ...others] = Object.values(value)
  if (others.length > 0 || !isValues(only)) return [value]
  return depth < deepest ? innermost(only, depth + 1) : []
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
