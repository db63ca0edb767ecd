/** `2026-11-23 06:00:00 +01:00`: date, time and offset of this machine's zone, so that nobody has to guess. */
export function localTime(iso: string): string {
  const date = new Date(iso)
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString()
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)} ${offsetOf(date)}`
}

/** `06:12:31`, for lines that follow each other. */
export function clockTime(iso: string): string {
  return localTime(iso).slice(11, 19)
}

function offsetOf(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`
}
