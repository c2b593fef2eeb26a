/** A read of all customers, from which matches are counted. */
export interface RequestedCount {
  readonly askedAt: Date
  /** Shopify has accepted it. */
  readonly started: boolean
}

/** Why a new read might be requested. */
export type CountNeed =
  /** The figures are old. */
  | 'age'
  /** The merchant wants current figures. */
  | 'again'
  /** The result of the read is no longer available. */
  | 'lost'

const KEPT_MS = 60 * 60_000
const SOONEST_AGAIN_MS = 60_000
/** Longer than Shopify may take to accept a read, in milliseconds. After this, the process that requested it has died or was refused. */
const UNSTARTED_MS = 30_000

/** Whether all customers are to be read again. A shop is read at most once a minute, however often it is requested. */
export function isCountDue(known: RequestedCount | null, need: CountNeed, now: Date): boolean {
  if (!known) return true
  const ageMs = now.getTime() - known.askedAt.getTime()
  if (!known.started) return ageMs >= UNSTARTED_MS
  return ageMs >= (need === 'age' ? KEPT_MS : SOONEST_AGAIN_MS)
}
