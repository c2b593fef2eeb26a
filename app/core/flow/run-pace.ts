/** How far a run had come when its pace began to be measured, and how far it is. */
export interface RunPace {
  /** Null when nothing was delivered since it started or went on. */
  readonly pacedSince: Date | null
  readonly pacedFrom: number | null
  readonly progressAt: Date
  readonly read: number
  /** Null until Shopify has counted. */
  readonly expected: number | null
}

/** How long the rest will take at the pace so far, counted from the last progress; null until two chunks have shown one. */
export function leftMsOf({ pacedSince, pacedFrom, progressAt, read, expected }: RunPace): number | null {
  if (!pacedSince || pacedFrom === null || expected === null) return null
  const [tookMs, done] = [progressAt.getTime() - pacedSince.getTime(), read - pacedFrom]
  if (tookMs <= 0 || done <= 0) return null
  return Math.round((Math.max(0, expected - read) * tookMs) / done)
}
