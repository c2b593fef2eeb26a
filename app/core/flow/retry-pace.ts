/**
 * While a retry is marked little by little, at most as many of its customers wait as Shopify lets even a small shop read in some seconds: a
 * change that comes meanwhile waits no longer than that.
 */
export const RETRY_BATCH = 100
/** With very many, all are marked at once in batches of this size, and a catch-up run reads them: changes that come meanwhile go before it. */
export const RETRY_IN_BULK_BATCH = 5_000

/**
 * Returns how many customers to mark next: many, if a catch-up run will read them and none of another kind is in its way; otherwise few.
 * `catchUpMarks` is the number of marks from which on a catch-up run starts.
 */
export function retryBatch(shop: {
  remaining: number
  catchUpMarks: number
  hasOpenRun: boolean
  futureOnly: boolean
}): number {
  const inBulk = shop.remaining > shop.catchUpMarks && !shop.hasOpenRun && !shop.futureOnly
  return inBulk ? RETRY_IN_BULK_BATCH : RETRY_BATCH
}
