/** How far a run had come when measuring its pace began, and how far it has come now. */
export interface RunPace {
  /** Null if nothing was delivered since it started or resumed. */
  readonly pacedSince: Date | null
  readonly pacedFrom: number | null
  readonly progressAt: Date
  readonly read: number
  /** Number of customers to read; null until Shopify has counted. */
  readonly expected: number | null
}

/**
 * Returns how many milliseconds the rest will take at the pace so far, counted from the last progress; null until two chunks have shown a
 * pace.
 */
export function remainingMsOf({ pacedSince, pacedFrom, progressAt, read, expected }: RunPace): number | null {
  if (!pacedSince || pacedFrom === null || expected === null) return null
  const [tookMs, done] = [progressAt.getTime() - pacedSince.getTime(), read - pacedFrom]
  if (tookMs <= 0 || done <= 0) return null
  return Math.round((Math.max(0, expected - read) * tookMs) / done)
}
