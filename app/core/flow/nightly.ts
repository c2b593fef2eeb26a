import type { ShopDomain } from '../ids.ts'
import { spreadOf } from './backoff.ts'
import { nextMinuteOfDay } from './shop-clock.ts'

// Between one and five by the shop's own clock: after the day's business and before the next day's campaigns.
const FIRST_MINUTE = 60
const MINUTES = 4 * 60

/** Returns the minute of the shop's day at which its customers are compared: always the same for a shop, spread over shops. */
export function nightlyMinute(shop: ShopDomain): number {
  return FIRST_MINUTE + Math.floor(spreadOf(shop) * MINUTES)
}

/** Returns when the shop's own clock next shows its nightly minute, later than `now`. An unknown zone counts as UTC. */
export function nextNightly(shop: ShopDomain, timeZone: string, now: Date): Date {
  return nextMinuteOfDay(nightlyMinute(shop), timeZone, now)
}
