/** One of Klaviyo's fixed-window limits: so many calls in so many milliseconds. */
export interface WindowLimit {
  readonly calls: number
  readonly spanMs: number
}

/** One of Klaviyo's operations; each has its own allowance. */
export interface Endpoint {
  readonly name: string
  readonly limits: readonly WindowLimit[]
}

/** The recent calls, in slots of a tenth of the window. `slots[i]` ended before `slots[i + 1]` began; the last is `slot`. */
export interface WindowUse {
  readonly slot: number
  readonly slots: readonly number[]
}

/** In the order of the endpoint's limits; empty if it was never called. */
export type BudgetUse = readonly WindowUse[]

export interface Grant {
  /** How many calls may be made now; at most as many as wanted. */
  readonly granted: number
  /** If fewer are granted than wanted: milliseconds until at least one more may be made. */
  readonly waitMs: number
  readonly use: BudgetUse
  /** How much of the tightest window is used after them, from 0 to 1. */
  readonly usedShare: number
}

const SLOTS = 10

// Klaviyo counts in fixed windows (one second and one minute, per account and endpoint) whose beginnings are unknown, so no window of that
// length, wherever it begins, may hold more calls than the limit. Eleven slots of a tenth cover any such window. A twentieth is kept in
// reserve, because calls may take different times to arrive. https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling
const SHARE = 0.95

/** Returns how many of `wanted` calls fit into every window now, and the use after they are made. */
export function grantCalls(limits: readonly WindowLimit[], use: BudgetUse, wanted: number, now: Date): Grant {
  const current = limits.map((limit, i) => slideTo(use[i], limit, now))
  const free = limits.map((limit, i) => Math.floor(limit.calls * SHARE) - sum(current[i]!.slots))
  const granted = Math.max(0, Math.min(wanted, ...free))
  const waitMs =
    granted === wanted ? 0 : Math.max(...limits.map((limit, i) => waitFor(limit, current[i]!, granted, now)))
  const usedShare = 1 - Math.min(...limits.map(({ calls }, i) => Math.max(0, free[i]! - granted) / (calls * SHARE)))
  return { granted, waitMs, use: current.map((window) => withCalls(window, granted)), usedShare }
}

function slideTo(window: WindowUse | undefined, limit: WindowLimit, now: Date): WindowUse {
  const slot = slotAt(limit, now)
  const slots = new Array<number>(SLOTS + 1).fill(0)
  if (!window) return { slot, slots }
  // If the clock was set back, spent calls must not be freed: the newest slot stays the newest.
  const moved = Math.max(0, slot - window.slot)
  for (let i = moved; i <= SLOTS; i++) slots[i - moved] = window.slots[i] ?? 0
  return { slot: window.slot + moved, slots }
}

function withCalls(window: WindowUse, calls: number): WindowUse {
  return { slot: window.slot, slots: window.slots.with(SLOTS, window.slots[SLOTS]! + calls) }
}

/** Returns the milliseconds until enough old slots have left the window; 0 if one more call fits. */
function waitFor(limit: WindowLimit, window: WindowUse, granted: number, now: Date): number {
  let over = sum(window.slots) + granted + 1 - Math.floor(limit.calls * SHARE)
  if (over <= 0) return 0
  for (let i = 0; i <= SLOTS; i++) {
    over -= window.slots[i]! + (i === SLOTS ? granted : 0)
    if (over > 0) continue
    const freedAtSlot = window.slot + i + 1
    return Math.max(1, Math.ceil(freedAtSlot * (limit.spanMs / SLOTS) - now.getTime()))
  }
  return limit.spanMs
}

function slotAt(limit: WindowLimit, now: Date): number {
  return Math.floor(now.getTime() / (limit.spanMs / SLOTS))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
