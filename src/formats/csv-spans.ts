/** Where a cell stands in a text, its quotes included. */
interface CellSpan {
  start: number
  end: number
  value: string
}

export interface RecordSpan {
  start: number
  /** before its line end */
  end: number
  /** behind its line end: where the next one begins */
  next: number
  cells: CellSpan[]
}

/**
 * Where every record and cell of a CSV text stands, for a change of some that leaves all others as they are. null: something stands
 * behind a closing quote, or a quote is never closed.
 */
export function csvSpans(text: string, separator: string): RecordSpan[] | null {
  const records: RecordSpan[] = []
  const limit = new RegExp(`[\\r\\n${separator.replace(/[\\\]^-]/, '\\$&')}]`, 'g')
  for (let at = 0; at < text.length; ) {
    const record: RecordSpan = { start: at, end: at, next: at, cells: [] }
    for (let isMore = true; isMore; ) {
      const end = text[at] === '"' ? closingQuote(text, at) : firstOf(limit, text, at)
      if (end === null || !(end === text.length || text[end] === separator || text[end] === '\r' || text[end] === '\n')) return null
      const raw = text.slice(at, end)
      record.cells.push({ start: at, end, value: raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw })
      isMore = text[end] === separator
      at = isMore ? end + 1 : end
    }
    record.end = at
    at += text.startsWith('\r\n', at) ? 2 : 1
    record.next = Math.min(at, text.length)
    records.push(record)
  }
  return records
}

function firstOf(limit: RegExp, text: string, at: number): number {
  limit.lastIndex = at
  return limit.exec(text)?.index ?? text.length
}

/** Behind the quote that ends a cell which begins with one. */
function closingQuote(text: string, at: number): number | null {
  for (let next = at + 1; ; ) {
    const quote = text.indexOf('"', next)
    if (quote < 0) return null
    if (text[quote + 1] !== '"') return quote + 1
    next = quote + 2
  }
}
