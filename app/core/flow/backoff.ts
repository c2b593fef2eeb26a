const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 15 * 60_000

/** Tries at one customer before it becomes an issue: with the waits below, some half an hour. */
export const MAX_ATTEMPTS = 12

/** Questions in a row that Shopify may leave unanswered before a run gives up: with the waits below, some eighteen hours. */
export const MOST_UNANSWERED = 100

/** Which try in a row follows, from 1, when something is put off for `cause`: failures of another kind are counted apart. */
export function triesFor<Cause>(
  cause: Cause,
  last: { readonly waitsFor: Cause | null; readonly attempt: number },
): number {
  return last.waitsFor === cause ? last.attempt + 1 : 1
}

/**
 * How long to wait after the attempt-th failure (from 1): doubling, with up to half taken off, so that what failed
 * together does not come back together. The jitter comes from `key`, so that a failing seed fails again.
 */
export function backoffMs(attempt: number, key: string): number {
  const fullMs = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS)
  return Math.round(fullMs * (1 - spreadOf(`${key}:${attempt}`) / 2))
}

/** From 0 up to 1, evenly, always the same for the same text (FNV-1a). */
export function spreadOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}
