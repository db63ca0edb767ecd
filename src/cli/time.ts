/** `2026-11-23 06:00:00 +01:00`: date, time and offset, so that nobody has to guess; in this machine's zone unless one is given (IANA). */
export function localTime(iso: string, timeZone?: string): string {
  const parts = new Map(
    formatIn(timeZone)
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value]),
  )
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  const offset = of('timeZoneName').replace('GMT', '') || '+00:00'
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')} ${offset}`
}

/** `06:12:31`, for lines that follow each other. */
export function clockTime(iso: string): string {
  return localTime(iso).slice(11, 19)
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>()

/** Kept: making one takes longer than using it a thousand times. */
function formatIn(timeZone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    timeZoneName: 'longOffset',
    ...(timeZone === undefined ? {} : { timeZone }),
  })
  formats.set(timeZone, format)
  return format
}
