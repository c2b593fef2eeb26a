import type { AdminFailure } from './admin-answer.ts'

const DEFAULT_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60 * 60_000

/**
 * Returns what an answer of the Admin API other than 2xx means. Statuses: https://shopify.dev/docs/api/admin-graphql#status-and-error-codes
 */
export function failureOf({ status, headers }: Pick<Response, 'status' | 'headers'>, body: string): AdminFailure {
  switch (status) {
    case 401:
      return { kind: 'unauthorized' }
    case 402:
      return { kind: 'payment_due' }
    case 403:
      return { kind: forbiddenBecause(body) }
    case 404:
      return { kind: 'shop_not_found' }
    case 423:
      return { kind: 'shop_locked' }
    case 429:
      return { kind: 'throttled', retryAfterMs: retryAfterMs(headers.get('retry-after')) }
    default: // 5xx, and what a proxy in between may say
      return { kind: 'unavailable' }
  }
}

/**
 * The body says what is refused: an access scope, or the address the call came from. `forbidden` if it says neither. A page in HTML is not
 * the API's answer but that of something in front of it: its words say nothing of the app.
 */
function forbiddenBecause(body: string): 'access_denied' | 'address_not_allowed' | 'forbidden' {
  if (/^\s*</.test(body)) return 'forbidden'
  if (/\bscopes?\b/i.test(body)) return 'access_denied'
  return /\bip\b|allow[ -]?list|\baddress\b/i.test(body) ? 'address_not_allowed' : 'forbidden'
}

/** Returns what a Retry-After header asks for, in milliseconds. The header is in seconds, with or without a fraction. */
export function retryAfterMs(header: string | null): number {
  const ms = Number(header) * 1000
  return ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : DEFAULT_WAIT_MS
}
