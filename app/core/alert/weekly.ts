import { after } from '../flow/instants.ts'
import { nextMinuteOfDay } from '../flow/shop-clock.ts'
import { datesIn } from '../flow/shop-day.ts'

const MONDAY = 1
/** Nine in the morning. */
const MINUTE = 9 * 60
const HOUR_MS = 60 * 60_000

/** Returns when it is next Monday, nine in the morning, by the shop's own clock, later than `now`. */
export function nextWeekly(timeZone: string, now: Date): Date {
  const dateOf = datesIn(timeZone)
  let next = nextMinuteOfDay(MINUTE, timeZone, now)
  while (new Date(dateOf(next)).getUTCDay() !== MONDAY) next = nextMinuteOfDay(MINUTE, timeZone, after(next, HOUR_MS))
  return next
}
