/** How many customers some rules match, counted one by one. */
export type CustomerCount =
  | {
      readonly kind: 'counted'
      /** When Shopify was asked for the customers; no later change is in it. */
      readonly asOf: string
      readonly total: number
      readonly matching: number
      /** Of the matching: those who unsubscribed from e-mail. */
      readonly unsubscribed: number
      /** Of the matching: those without an e-mail address, or with one that is none. */
      readonly cannotBeSynced: number
    }
  /** Shopify is still writing the customers into a file. `expected` is null while it does not say how many there are. */
  | { readonly kind: 'gathering'; readonly gathered: number; readonly expected: number | null }
  /** The rules are to be put right first. */
  | { readonly kind: 'rules_invalid' }
  /** Shopify does not let the customers be read just now. */
  | { readonly kind: 'unavailable' }
