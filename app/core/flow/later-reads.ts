import { triggersOf } from '../loyalty/triggers.ts'
import type { MappedValue } from '../profile/mapped-values.ts'
import { after } from './instants.ts'

const MINUTE_MS = 60_000

/**
 * How long after an order its customer is read again, where a loyalty app writes what the order earned only later: the slowest that says so
 * takes an hour.
 */
const AFTER_ORDER_MS = [1, 5, 60].map((minutes) => minutes * MINUTE_MS)

/**
 * Whether any of the values may be written long after an order without Shopify telling of it: by an app that is known to take its time, or
 * a value of the loyalty programme that no trigger covers.
 */
export function lagsBehindOrders(values: readonly MappedValue[]): boolean {
  return values.some(({ on, source, meaning }) => {
    if (!on || source.kind === 'tag') return false
    const triggers = triggersOf(source)
    return triggers ? triggers.lagMs !== null : meaning !== null
  })
}

/** Returns when a customer that was read at `readAt` is to be read again because of an order; null if no read is left. */
export function nextLaterRead(orderedAt: Date | null, readAt: Date): Date | null {
  if (!orderedAt) return null
  return AFTER_ORDER_MS.map((ms) => after(orderedAt, ms)).find((at) => at > readAt) ?? null
}
