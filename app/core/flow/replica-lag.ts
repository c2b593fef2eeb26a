import { after } from './instants.ts'

/**
 * How long Shopify may go on showing a customer as they were before a change. A webhook's updated_at gives most stale reads
 * away, but not all: it knows whole seconds, and a change of a metafield does not move it. So a read sooner than this after a
 * change is delivered at once, and made sure of by one more.
 */
const REPLICA_LAG_MS = 10_000

/** From when on a read shows what a webhook spoke of for certain. */
export function certainFrom(markedAt: Date): Date {
  return after(markedAt, REPLICA_LAG_MS)
}

/** The newest mark that a read begun then is certain to have seen. */
export function certainlySeenBy(readAt: Date): Date {
  return after(readAt, -REPLICA_LAG_MS)
}
