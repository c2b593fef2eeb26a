import type { ShopifyTrouble } from '#app/core/flow/shopify-trouble.ts'

/** What the Admin API made of a request. Every answer it can give is a case; only surprises are thrown. */
export type AdminAnswer<Data> =
  | {
      readonly kind: 'answered'
      readonly data: Data
      readonly pointsAvailable: number | null
      /** What could not be read, though the rest was: it is null in the data, or something above it is. */
      readonly faults: readonly FieldFault[]
    }
  | AdminFailure

export type AdminFailure =
  /** The shop's allowance is spent, or every call of the shop's is held back. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** No usable answer; trying again may help. */
  | { readonly kind: 'unavailable' }
  /** `words` are the fields that were refused, if Shopify named any. */
  | { readonly kind: ShopifyTrouble; readonly words?: string }

export interface FieldFault {
  /** From the top of the data, such as `nodes`, `3`, `tags`. */
  readonly path: readonly (string | number)[]
  /** The app may not see it, which will not change by asking again. */
  readonly denied: boolean
}
