import { after } from './instants.ts'

/**
 * How long Shopify may still show a customer as it was before a change, in milliseconds. A webhook's updated_at reveals most stale reads,
 * but not all: it has whole seconds, and a change of a metafield does not change it. A read sooner than this after a change is therefore
 * delivered at once, and read once more to confirm.
 */
const REPLICA_LAG_MS = 10_000

/** Returns from when on a read is certain to show what a webhook reported. */
export function replicaSafeFrom(markedAt: Date): Date {
  return after(markedAt, REPLICA_LAG_MS)
}

/** Returns the time of the newest mark that a read begun at `readAt` is certain to have seen. */
export function newestMarkSeenBy(readAt: Date): Date {
  return after(readAt, -REPLICA_LAG_MS)
}
