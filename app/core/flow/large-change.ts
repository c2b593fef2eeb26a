/** Fewer profiles than this are never held: of a small shop, a third is nothing unusual. */
const FEWEST_HELD = 100
/** A run that waits for a yes is cancelled after this long, in milliseconds: Shopify keeps the file for a week. */
export const LONGEST_HOLD_MS = 7 * 24 * 60 * 60_000

/** Whether a run is counted before it sends anything, waits for a yes, or may send. */
export type CheckState = 'counting' | 'held' | 'passed'

/** What was counted of a run before it sends anything. */
export interface ChangeCount {
  /** Profiles in sync when the counting began. */
  readonly of: number
  /** How many of them were counted so far. */
  readonly checked: number
  readonly wouldChange: number
  /** Of those that would change, how many would lose a value. */
  readonly wouldClear: number
}

/** Whether a run would change so many profiles that it is held; with `percent` null, none is. */
export function isLargeChange({ of, wouldChange }: Pick<ChangeCount, 'of' | 'wouldChange'>, percent: number | null) {
  if (percent === null) return false
  return wouldChange >= FEWEST_HELD && wouldChange > (of * percent) / 100
}

/** Whether a run can be held at all once the rest is counted: while it may be, the counting goes on. */
export function mayBecomeLarge({ of, checked, wouldChange }: ChangeCount, percent: number | null): boolean {
  return isLargeChange({ of, wouldChange: wouldChange + Math.max(0, of - checked) }, percent)
}
