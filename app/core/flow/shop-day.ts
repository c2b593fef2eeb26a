import { after } from './instants.ts'

const HOUR_MS = 60 * 60_000
/** A day on which clocks are set back has 25 hours. */
const MOST_HOURS = 25

/** Returns a function from an instant to the date in a zone, such as `2026-11-27`. An unknown zone counts as UTC. */
export function datesIn(timeZone: string): (at: Date) => string {
  const format = formatIn(timeZone) ?? formatIn('UTC')!
  return (at) => format.format(at)
}

/**
 * Returns the first of the whole hours (of UTC) that begin on the shop's present day. In a zone that is half an hour off, the day counts from
 * the half hour on.
 */
export function todayFrom(timeZone: string, now: Date): Date {
  const dateOf = datesIn(timeZone)
  const today = dateOf(now)
  let hour = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS)
  // Just after midnight in a zone that is half an hour off, the present hour began yesterday: it is all there is of today.
  for (let i = 0; i < MOST_HOURS && dateOf(after(hour, -HOUR_MS)) === today; i++) hour = after(hour, -HOUR_MS)
  return hour
}

/** Sweden writes dates as ISO 8601 does. */
function formatIn(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  } catch {
    return null
  }
}
