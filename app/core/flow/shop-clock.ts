import { after } from './instants.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60

/** Returns a function from an instant to the minute of the day, from 0 to 1439, in a zone. An unknown zone counts as UTC. */
export function minuteOfDayIn(timeZone: string): (at: Date) => number {
  const format = formatIn(timeZone) ?? formatIn('UTC')!
  return (at) => {
    const parts = format.formatToParts(at)
    const part = (name: string) => Number(parts.find(({ type }) => type === name)?.value)
    return part('hour') * 60 + part('minute')
  }
}

/**
 * Returns when a zone's clock next shows a minute of the day, later than `now`. On the day when clocks are set forward past that minute,
 * returns when it would have come by the old time.
 */
export function nextMinuteOfDay(minute: number, timeZone: string, now: Date): Date {
  const minuteOfDay = minuteOfDayIn(timeZone)
  const ahead = (from: Date) => (minute - minuteOfDay(from) + DAY_MINUTES) % DAY_MINUTES
  const nextMinute = new Date((Math.floor(now.getTime() / MINUTE_MS) + 1) * MINUTE_MS)
  const guess = after(nextMinute, ahead(nextMinute) * MINUTE_MS)
  // If clocks are set in between, they show another minute then; the shorter difference is the one by which they moved.
  const off = ahead(guess)
  const corrected = after(guess, (off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off) * MINUTE_MS)
  return corrected > now && ahead(corrected) === 0 ? corrected : guess
}

function formatIn(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-u-nu-latn', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' })
  } catch {
    return null
  }
}
