interface WallClock {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

const HOUR_MS = 60 * 60_000
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** `Nov 21, 2026 at 9:56 PM` by the shop's own clock. */
export function shopTime(at: Date, timeZone: string): string {
  const { year, month, day } = wallClock(at, timeZone)
  return `${MONTHS[month - 1]} ${day}, ${year} at ${shopClockTime(at, timeZone)}`
}

/** `9:56 PM` by the shop's own clock. */
export function shopClockTime(at: Date, timeZone: string): string {
  const { hour, minute } = wallClock(at, timeZone)
  return `${hour % 12 === 0 ? 12 : hour % 12}:${twoDigits(minute)} ${hour < 12 ? 'AM' : 'PM'}`
}

/** `9:56 PM` on the shop's own day of `nowMs`, `Nov 21, 2026 at 9:56 PM` on any other. */
export function shopTimeBrief(at: Date, { nowMs, timeZone }: { nowMs: number; timeZone: string }): string {
  return isSameDay(at, new Date(nowMs), timeZone) ? shopClockTime(at, timeZone) : shopTime(at, timeZone)
}

/** The same within a sentence: `at 9:56 PM`, `on Nov 21, 2026 at 9:56 PM`. */
export function shopTimeInSentence(at: Date, now: { nowMs: number; timeZone: string }): string {
  const preposition = isSameDay(at, new Date(now.nowMs), now.timeZone) ? 'at' : 'on'
  return `${preposition} ${shopTimeBrief(at, now)}`
}

/** `2 PM–3 PM`; with minutes where the zone's hours do not begin with those of UTC. */
export function shopHour(startedAt: Date, timeZone: string): string {
  const words = (at: Date) => shopClockTime(at, timeZone).replace(':00', '')
  return `${words(startedAt)}–${words(new Date(startedAt.getTime() + HOUR_MS))}`
}

function isSameDay(one: Date, other: Date, timeZone: string): boolean {
  const [a, b] = [wallClock(one, timeZone), wallClock(other, timeZone)]
  return a.year === b.year && a.month === b.month && a.day === b.day
}

/** `2026-11-21 20:56:03 UTC`. */
export function utcTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/**
 * Only numbers are asked of Intl, and the text is put together here: how a runtime spells a date changes with its ICU (a narrow
 * space before "PM" in one, a plain one in the next), and the server's text must be the browser's to the letter.
 */
function wallClock(at: Date, timeZone: string): WallClock {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: keyof WallClock): number => parts.get(type) ?? 0
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const format = isKnownZone(timeZone) ? newFormat(timeZone) : newFormat('UTC')
  formats.set(timeZone, format)
  return format
}

/** A browser older than the zone's name knows no such zone. */
function isKnownZone(timeZone: string): boolean {
  try {
    return newFormat(timeZone) !== null
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-u-nu-latn-ca-gregory', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  })
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
