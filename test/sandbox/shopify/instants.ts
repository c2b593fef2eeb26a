/** The Admin API writes instants to the second, in UTC: `2026-11-20T10:00:00Z`. */
export function isoSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Classic webhooks write instants in the shop's own time: `2026-11-20T05:00:00-05:00`. */
export function isoShopTime(ms: number, timeZone: string): string {
  const local = formatIn(timeZone).format(ms).replace(' ', 'T')
  const offsetMinutes = Math.round((Date.parse(`${local}Z`) - ms) / 60_000)
  const sign = offsetMinutes < 0 ? '-' : '+'
  const hours = String(Math.floor(Math.abs(offsetMinutes) / 60)).padStart(2, '0')
  const minutes = String(Math.abs(offsetMinutes) % 60).padStart(2, '0')
  return `${local}${sign}${hours}:${minutes}`
}

// Swedish dates are ISO dates with a space in the middle.
function formatIn(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    formats.set(timeZone, format)
  }
  return format
}
