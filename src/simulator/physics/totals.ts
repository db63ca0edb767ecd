// Sums over all days since the origin, kept by key: what grows by the day needs each day once only.
const kept = new Map<string, number[]>()

/** What the days before `index` (0: the day of the origin) give together. `ofDay` must be the same for the same key. */
export function totalBefore(key: string, index: number, ofDay: (index: number) => number): number {
  const sums = kept.get(key) ?? [0]
  kept.set(key, sums)
  for (let last = sums.at(-1) ?? 0; sums.length <= index; sums.push(last)) last += ofDay(sums.length - 1)
  return sums[index] ?? 0
}
