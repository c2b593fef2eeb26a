/** Longer than any shop is quiet while its customers change. */
const SILENT_FOR_MS = 24 * 60 * 60_000

/** The newest comparison that ended. */
export interface Comparison {
  readonly startedAt: Date
  readonly finishedAt: Date
  /** Customers it pushed who had changed in Shopify without a word to us. */
  readonly unannounced: number
}

/**
 * Whether Shopify's webhooks seem not to arrive: the comparison found customers who had changed without a word, and in the day
 * before it, and since, nothing at all was heard. A single lost webhook in a shop that is heard of is no such sign.
 */
export function isSilent(comparison: Comparison | null, lastHeardAt: Date | null): boolean {
  if (!comparison || comparison.unannounced === 0) return false
  return !lastHeardAt || comparison.startedAt.getTime() - lastHeardAt.getTime() > SILENT_FOR_MS
}
