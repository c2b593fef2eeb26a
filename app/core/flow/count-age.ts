/** A read of all customers by which matches are counted. */
export interface CountAsked {
  readonly askedAt: Date
  /** Shopify took it on. */
  readonly started: boolean
}

/** Why a new read might be asked for. */
export type CountNeed =
  /** Because time passes. */
  | 'age'
  /** Somebody wants the figures of this moment. */
  | 'again'
  /** What was read can be had no more. */
  | 'lost'

const KEPT_MS = 60 * 60_000
const SOONEST_AGAIN_MS = 60_000
/** Longer than Shopify may take to say that it takes a read on, so that only who died, or was turned away, is not waited for. */
const UNSTARTED_MS = 30_000

/** Whether all customers are to be read anew. A shop is asked no oftener than once a minute, whoever presses what. */
export function isCountDue(known: CountAsked | null, need: CountNeed, now: Date): boolean {
  if (!known) return true
  const ageMs = now.getTime() - known.askedAt.getTime()
  if (!known.started) return ageMs >= UNSTARTED_MS
  return ageMs >= (need === 'age' ? KEPT_MS : SOONEST_AGAIN_MS)
}
