import type { CardRun } from '#app/core/report/sync-card.ts'

/**
 * From 0 to 1, or null while it is not known: before Shopify has counted the customers, and at the end, when all are sent and
 * Klaviyo takes them in at a pace of its own. A customer that is read is sent in the same step, so that one figure is enough.
 */
export function progressFraction(run: CardRun): number | null {
  if (run.state === 'queued' || run.state === 'delivering' || run.expected === null) return null
  return run.expected === 0 ? 1 : Math.min(run.read / run.expected, 1)
}
