const FULL_MS = 30_000
const FIRST_TRIAL_MS = 10_000

interface TimeOuts {
  readonly inARow: number
  readonly lastAt: number
}

/** Of endpoints that do not answer: by key, method and kind of path. One that answers is not kept. */
const timeOuts = new Map<string, TimeOuts>()

/** One call to Klaviyo: how long it may take, and what is learnt from how it ends. */
export interface TimedCall {
  readonly deadlineMs: number
  readonly answered: () => void
  readonly timedOut: () => void
}

/**
 * Begins a call. It may take 30 s. After a time-out the next one to the same endpoint may take 10 s only, so that a hanging account costs little; each
 * further time-out doubles that, up to 30 s again, so that an account that answers slowly but steadily recovers. Calls that ran side by side count as
 * one time-out.
 */
export function beginCall(key: string, method: string, path: string, now = () => performance.now()): TimedCall {
  const endpoint = `${key} ${method} ${path.split(/[/?]/, 3).join('/')}`
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
