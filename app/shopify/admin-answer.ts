/** What the Admin API made of a request. Every answer it can give is a case; only surprises are thrown. */
export type AdminAnswer<Data> =
  | { readonly kind: 'answered'; readonly data: Data; readonly pointsAvailable: number | null }
  /** The shop's allowance is spent. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** No usable answer; trying again may help. */
  | { readonly kind: 'unavailable' }
  /** No token of ours is good for this shop; opening the app in the admin makes a new one. */
  | { readonly kind: 'unauthorized' }
