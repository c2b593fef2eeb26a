/** How many customers match certain rules, counted one by one. */
export type CustomerCount =
  | {
      readonly kind: 'counted'
      /** When Shopify was asked for the customers; later changes are not included. */
      readonly asOf: string
      readonly total: number
      readonly matching: number
      /** Of the matching customers, those that unsubscribed from e-mail. */
      readonly unsubscribed: number
      /** Of the matching customers, those without a valid e-mail address. */
      readonly cannotBeSynced: number
    }
  /** Shopify is still writing the customers into a file. `expected` is null if it does not say how many there are. */
  | { readonly kind: 'preparing'; readonly rowsWritten: number; readonly expected: number | null }
  /** The rules have to be corrected first. */
  | { readonly kind: 'audience_invalid' }
  /** The customers cannot be read from Shopify at present. */
  | { readonly kind: 'unavailable' }
