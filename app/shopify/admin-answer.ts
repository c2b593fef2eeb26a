import type { ShopifyTrouble } from '#app/core/flow/shopify-trouble.ts'

/** The Admin API's answer to a request. Every expected answer is a case; only unexpected ones are thrown. */
export type AdminAnswer<Data> =
  | {
      readonly kind: 'answered'
      readonly data: Data
      readonly pointsAvailable: number | null
      /** What could not be read although the rest was: it is null in the data, or something above it is. */
      readonly faults: readonly FieldFault[]
    }
  | AdminFailure

export type AdminFailure =
  /** The shop's allowance is used up, or all calls to the shop are held back. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** No usable answer; a retry may help. */
  | { readonly kind: 'unavailable' }
  /** `words` lists the fields that were refused, if Shopify named any. */
  | { readonly kind: ShopifyTrouble; readonly words?: string }

export interface FieldFault {
  /** From the top of the data, such as `nodes`, `3`, `tags`. */
  readonly path: readonly (string | number)[]
  /** The app may not see it; a retry does not change that. */
  readonly denied: boolean
}

/** Thrown for an answer that a repeat would not change: Shopify refuses the document itself, or answers in another shape than asked for. */
export class UnreadableAnswer extends Error {}
