const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 15 * 60_000

/** Attempts at one customer before it becomes an issue: with the waits below, about half an hour. */
export const MAX_ATTEMPTS = 12

/** Requests in a row that Shopify may leave unanswered before a run fails: with the waits below, about eighteen hours. */
export const MAX_UNANSWERED = 100

/**
 * Returns the number (from 1) of the next attempt in a row for something that is deferred for `cause`: failures of different kinds are
 * counted separately.
 */
export function attemptsFor<Cause>(
  cause: Cause,
  last: { readonly waitsFor: Cause | null; readonly attempt: number },
): number {
  return last.waitsFor === cause ? last.attempt + 1 : 1
}

/**
 * Returns how long to wait after the attempt-th failure (from 1), in milliseconds. The wait doubles each time, and up to half of it is
 * subtracted, so that attempts which failed together are not repeated together. The jitter is derived from `key`, so that a failing test
 * seed fails again.
 */
export function backoffMs(attempt: number, key: string): number {
  const fullMs = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS)
  return Math.round(fullMs * (1 - spreadOf(`${key}:${attempt}`) / 2))
}

/** Returns a number from 0 up to 1 (evenly distributed), always the same for the same text (FNV-1a). */
export function spreadOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}
