const DAY = /^(\d{4})[-/](\d{2})[-/](\d{2})$/
const TIME = /^(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}:?\d{2})?$/
/** Seconds or milliseconds since 1970, from the year 2001 to the year 2286. */
const UNIX = /^[1-9]\d{9}(\d{3})?$/

/**
 * Returns a date as ISO 8601: `2026-02-05`, or with a time and its zone. Understands dates with the year first, times with or without a
 * zone (then UTC), and Unix time in seconds or milliseconds. Null for anything else: which number of 05/02/2026 is the month is not known.
 */
export function toIsoDate(text: string): string | null {
  if (UNIX.test(text)) return new Date(text.length === 10 ? Number(text) * 1000 : Number(text)).toISOString()
  const [, year, month, day] = DAY.exec(text) ?? []
  if (year) return isReal(`${year}-${month}-${day}`) ? `${year}-${month}-${day}` : null
  const [, date, time, zone = 'Z'] = TIME.exec(text) ?? []
  if (!date || !isReal(date)) return null
  const written = `${date}T${time}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`
  return Number.isNaN(Date.parse(written)) ? null : written
}

/** Whether the day exists: JavaScript takes 2026-02-30 for 2 March. */
function isReal(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}
