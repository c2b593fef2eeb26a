const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/**
 * The longest time of each bucket in which changes are counted by how long they took from being heard to being accepted by Klaviyo, in
 * milliseconds. One more bucket counts those that took longer. Stored counts have this order: a bound is never moved.
 */
export const DELIVERY_BOUNDS_MS: readonly number[] = [
  ...[1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45].map((seconds) => seconds * SECOND_MS),
  ...[1, 1.5, 2, 3, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 6, 12, 24].map((hours) => hours * HOUR_MS),
]

/** How many buckets there are. */
export const DELIVERY_BUCKETS = DELIVERY_BOUNDS_MS.length + 1

/** Changes that took equally long: how long, in milliseconds, and how many. */
export interface Deliveries {
  readonly tookMs: number
  readonly changes: number
}

/** When changes were heard: seconds since 1970, and how many in each. */
export type HeardSeconds = readonly (readonly [second: number, changes: number])[]

/**
 * Takes changes that were not delivered after all out of what was heard. Of a customer's changes the last is known (`lastHeard`, seconds), and
 * the oldest is counted: the nearest at or before it is taken. Returns what remains, and for each whether there was one.
 */
export function withoutFailed(
  heard: HeardSeconds,
  lastHeard: readonly (number | null)[],
): { readonly remaining: HeardSeconds; readonly wasCounted: readonly boolean[] } {
  const left = heard.map(([second, changes]) => ({ second, changes })).sort((a, b) => b.second - a.second)
  const wasCounted = lastHeard.map((last) => {
    const found = left.find(({ second, changes }) => last !== null && changes > 0 && second <= last)
    if (found) found.changes--
    return found !== undefined
  })
  return { remaining: left.map(({ second, changes }) => [second, changes] as const), wasCounted }
}

/** Counts changes by bucket. Returns an empty list if there are none. */
export function bucketsOf(deliveries: readonly Deliveries[]): number[] {
  if (deliveries.length === 0) return []
  const buckets = new Array<number>(DELIVERY_BUCKETS).fill(0)
  for (const { tookMs, changes } of deliveries) {
    const found = DELIVERY_BOUNDS_MS.findIndex((bound) => tookMs <= bound)
    buckets[found === -1 ? DELIVERY_BUCKETS - 1 : found]! += changes
  }
  return buckets
}

/** How fast changes reached Klaviyo. */
export interface DeliverySpeed {
  readonly changes: number
  /** The time within which 95 % of the changes arrived, in milliseconds; null if it lies in the last bucket, which has no upper end. */
  readonly withinMs: number | null
}

const SHARE = 0.95

/** Returns how fast the changes that are counted by bucket reached Klaviyo; null if there are none. */
export function speedOf(hours: readonly (readonly number[])[]): DeliverySpeed | null {
  const buckets = Array.from({ length: DELIVERY_BUCKETS }, (_, i) =>
    hours.reduce((sum, hour) => sum + (hour[i] ?? 0), 0),
  )
  const changes = buckets.reduce((sum, inBucket) => sum + inBucket, 0)
  if (changes === 0) return null
  let seen = 0
  const reached = buckets.findIndex((inBucket) => {
    seen += inBucket
    return seen >= changes * SHARE
  })
  return { changes, withinMs: DELIVERY_BOUNDS_MS[reached] ?? null }
}
