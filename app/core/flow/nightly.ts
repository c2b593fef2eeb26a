import type { ShopDomain } from '../ids.ts'
import { spreadOf } from './backoff.ts'
import { after } from './instants.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60

// Between one and five by the shop's own clock: after the day's business and before the next day's campaigns.
const FIRST_MINUTE = 60
const MINUTES = 4 * 60

/** Returns the minute of the shop's day at which its customers are compared: always the same for a shop, spread over shops. */
export function nightlyMinute(shop: ShopDomain): number {
  return FIRST_MINUTE + Math.floor(spreadOf(shop) * MINUTES)
}

/**
 * Returns when the shop's own clock next shows its nightly minute, later than `now`. In the night when clocks are set forward past that
 * minute, returns when it would have come by the old time. An unknown zone counts as UTC.
 */
export function nextNightly(shop: ShopDomain, timeZone: string, now: Date): Date {
  const minuteOfDay = clockIn(timeZone)
  const ahead = (from: Date) => (nightlyMinute(shop) - minuteOfDay(from) + DAY_MINUTES) % DAY_MINUTES
  const nextMinute = new Date((Math.floor(now.getTime() / MINUTE_MS) + 1) * MINUTE_MS)
  const guess = after(nextMinute, ahead(nextMinute) * MINUTE_MS)
  // If clocks are set in between, they show another minute then; the shorter difference is the one by which they moved.
  const off = ahead(guess)
  const corrected = after(guess, (off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off) * MINUTE_MS)
  return corrected > now && ahead(corrected) === 0 ? corrected : guess
}

/** Returns a function from an instant to the minute of the day, from 0 to 1439, in the zone. */
function clockIn(timeZone: string): (at: Date) => number {
  const format = formatIn(timeZone) ?? formatIn('UTC')!
  return (at) => {
    const parts = format.formatToParts(at)
    const part = (name: string) => Number(parts.find(({ type }) => type === name)?.value)
    return part('hour') * 60 + part('minute')
  }
}

function formatIn(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-u-nu-latn', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' })
  } catch {
    return null
  }
}
