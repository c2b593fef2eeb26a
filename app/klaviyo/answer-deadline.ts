const FULL_MS = 30_000
const FIRST_TRIAL_MS = 10_000

interface TimeOuts {
  readonly inARow: number
  readonly lastAt: number
}

/** Time-outs of endpoints that do not answer, by connection, method and kind of path. An endpoint that answers is removed. */
const timeOuts = new Map<string, TimeOuts>()

/** One call to Klaviyo: how long it may take, and functions to report how it ended. */
export interface TimedCall {
  readonly deadlineMs: number
  readonly answered: () => void
  readonly timedOut: () => void
}

/**
 * Begins a call. It may take 30 s. After a time-out the next call to the same endpoint may take only 10 s, so that a hanging account costs
 * little; each further time-out doubles that, up to 30 s again, so that an account that answers slowly but steadily recovers. Concurrent
 * calls count as one time-out.
 */
export function beginCall(connection: string, method: string, path: string, now = () => performance.now()): TimedCall {
  const endpoint = `${connection} ${method} ${path.split(/[/?]/, 3).join('/')}`
  const startedAt = now()
  const known = timeOuts.get(endpoint)
  return {
    deadlineMs: known ? Math.min(FULL_MS, FIRST_TRIAL_MS * 2 ** (known.inARow - 1)) : FULL_MS,
    answered: () => void timeOuts.delete(endpoint),
    timedOut: () => {
      const before = timeOuts.get(endpoint)
      if (before && before.lastAt > startedAt) return
      timeOuts.set(endpoint, { inARow: (before?.inARow ?? 0) + 1, lastAt: now() })
    },
  }
}
