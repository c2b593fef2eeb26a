import type { ShopDomain } from '../ids.ts'
import { spreadOf } from './backoff.ts'
import { after } from './instants.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60

// Between one and five by the shop's own clock: after the day's business, before the next one's campaigns.
const FIRST_MINUTE = 60
const MINUTES = 4 * 60

/** The minute of the shop's day at which its customers are compared: always the same one, spread over shops. */
export function nightlyMinute(shop: ShopDomain): number {
  return FIRST_MINUTE + Math.floor(spreadOf(shop) * MINUTES)
}

/**
 * When the shop's own clock next shows its nightly minute, later than `now`. In the night in which clocks are set forward over
 * that minute, it comes when it would have by the old time. A zone nobody knows counts as UTC.
 */
export function nextNightly(shop: ShopDomain, timeZone: string, now: Date): Date {
  const minuteOfDay = clockIn(timeZone)
  const ahead = (from: Date) => (nightlyMinute(shop) - minuteOfDay(from) + DAY_MINUTES) % DAY_MINUTES
  const nextMinute = new Date((Math.floor(now.getTime() / MINUTE_MS) + 1) * MINUTE_MS)
  const guess = after(nextMinute, ahead(nextMinute) * MINUTE_MS)
  // Clocks set meanwhile show another minute then; the shorter way round is the way they moved.
  const off = ahead(guess)
  const corrected = after(guess, (off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off) * MINUTE_MS)
  return corrected > now && ahead(corrected) === 0 ? corrected : guess
}

/** Tells the minute of the day, from 0 to 1439, that a clock in the zone shows at an instant. */
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
