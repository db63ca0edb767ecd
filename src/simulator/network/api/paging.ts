interface Page {
  getLimit(): number
  getOffset(): number
}

/** The asked part of a list: a limit of 0 gives none, so that only the count is answered. */
export function pageOf<T>(items: readonly T[], page: Page): T[] {
  return items.slice(page.getOffset(), page.getOffset() + page.getLimit())
}

/** SQL's LIKE '%search%': letters of either case; an empty search matches all. */
export function matches(name: string, search: string): boolean {
  return name.toLowerCase().includes(search.toLowerCase())
}

/** By code point, as SQLite and the C collation sort; equal keys stay in order of creation. */
export function sortedBy<T>(items: readonly T[], key: (item: T) => string | number, descending = false): T[] {
  const sign = descending ? -1 : 1
  return [...items].sort((a, b) => sign * compare(key(a), key(b)))
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
