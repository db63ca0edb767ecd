/** ChirpStack sets no maximum; a page of this size takes some ten milliseconds. */
export const pageSize = 1000

/** All of a list that is asked for page by page. */
export async function everyPage<T>(fetch: (offset: number) => Promise<T[]>): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const page = await fetch(all.length)
    all.push(...page)
    if (page.length < pageSize) return all
  }
}
