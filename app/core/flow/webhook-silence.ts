/** Longer than any shop gets no webhooks while its customers change. */
const SILENT_FOR_MS = 24 * 60 * 60_000

/** The newest comparison that ended. */
export interface Comparison {
  readonly startedAt: Date
  readonly finishedAt: Date
  /** Customers it pushed that had changed in Shopify without a webhook. */
  readonly unannounced: number
}

/**
 * Whether Shopify's webhooks seem not to arrive: the comparison found customers that had changed without a webhook, and none arrived in the
 * day before it or since. A single lost webhook in a shop whose other webhooks arrive is not enough.
 */
export function isSilent(comparison: Comparison | null, lastReceivedAt: Date | null): boolean {
  if (!comparison || comparison.unannounced === 0) return false
  return !lastReceivedAt || comparison.startedAt.getTime() - lastReceivedAt.getTime() > SILENT_FOR_MS
}
