import { minuteOfDayIn, nextMinuteOfDay } from '../flow/shop-clock.ts'

/** Hours in which no message is sent, by the shop's own clock: minutes of the day. They may go past midnight. */
export interface QuietHours {
  readonly from: number
  readonly to: number
}

/** Returns when the quiet hours end that are on now; null if none are. An unknown zone counts as UTC. */
export function quietUntil(quiet: QuietHours | null, timeZone: string, now: Date): Date | null {
  if (quiet === null) return null
  const { from, to } = quiet
  const minute = minuteOfDayIn(timeZone)(now)
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to
  return isQuiet ? nextMinuteOfDay(to, timeZone, now) : null
}
