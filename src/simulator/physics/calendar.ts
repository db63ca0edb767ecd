/** Milliseconds. */
export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** Everything that adds up (water, energy) starts from here, so that a total depends on the time alone. */
export const origin = Date.UTC(2024, 0, 1)

/** Households and refuse lorries live by French winter time; the simulation leaves summer time out. */
const localOffset = hour

/** Whole local days since the origin, and how far into the day (0 to 1). */
export function localDay(time: number): { index: number; fraction: number } {
  const days = (time + localOffset - origin) / day
  const index = Math.floor(days)
  return { index, fraction: days - index }
}

/** Hours since local midnight, 0 to 24. */
export function localHour(time: number): number {
  const since = (time + localOffset - origin) % day
  return (since < 0 ? since + day : since) / hour
}

/** 0 (Monday) to 6 (Sunday) of a local day: the origin is a Monday. */
export function weekdayOf(index: number): number {
  return ((index % 7) + 7) % 7
}

/** How far into its year a time is, 0 to 1. */
export function yearFraction(time: number): number {
  const years = (time - origin) / (365.25 * day)
  return years - Math.floor(years)
}
