import type { ShopDomain } from '../ids.ts'
import { spreadOf } from './backoff.ts'
import { after, latest } from './instants.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** The first check of a shop looks back so far: the nightly check has seen what is older. */
const FIRST_LOOKS_BACK_MS = 24 * HOUR_MS
/** How long Shopify may take to list a customer under the time of a change. */
const LISTED_WITHIN_MS = 5 * MINUTE_MS

/** A page of ids and times costs a point a customer. */
export const CHANGED_PAGE = 250
/** With fewer points left than this, the rest of the check waits, so that live changes can be read. A standard shop has 2,000. */
const POINTS_LEFT_ALONE = 1_000
const WAIT_FOR_POINTS_MS = MINUTE_MS

/** Returns when the shop's hourly check is next due, later than `now`: at a minute that is always the same for a shop, spread over shops. */
export function nextHourly(shop: ShopDomain, now: Date): Date {
  const offsetMs = Math.floor(spreadOf(`hourly ${shop}`) * HOUR_MS)
  const hours = Math.floor((now.getTime() - offsetMs) / HOUR_MS) + 1
  return new Date(hours * HOUR_MS + offsetMs)
}

/** Where an hourly check stands. */
export interface HourlyCheck {
  /** Customers that changed since then are looked for; null before the first check. */
  readonly since: Date | null
  /** The newest change that this check has seen; null before its first page. */
  readonly newest: Date | null
  /** Where its next page begins; null for the first. */
  readonly cursor: string | null
}

/** Returns from when on a check looks for changes. */
export function looksBackTo({ since }: HourlyCheck, now: Date): Date {
  return since ?? after(now, -FIRST_LOOKS_BACK_MS)
}

/**
 * Returns where the check stands after a page, whose customers are listed by their last change, newest first; null as its cursor means that
 * it has ended. The next check begins a little before the newest change that this one saw, by Shopify's clock.
 */
export function afterPage(
  { newest, since }: HourlyCheck & { readonly since: Date },
  page: { readonly customers: readonly { readonly updatedAt: Date }[]; readonly next: string | null },
): HourlyCheck {
  const seen = newest ?? page.customers[0]?.updatedAt ?? null
  const isPast = page.customers.some(({ updatedAt }) => updatedAt < since)
  if (page.next !== null && !isPast) return { since, newest: seen, cursor: page.next }
  return { since: latest(since, seen && after(seen, -LISTED_WITHIN_MS)), newest: null, cursor: null }
}

/** Returns how long the check pauses after a page, in milliseconds, so that enough points are left. */
export function pauseMs(pointsAvailable: number | null): number {
  return (pointsAvailable ?? POINTS_LEFT_ALONE) < POINTS_LEFT_ALONE ? WAIT_FOR_POINTS_MS : 0
}
