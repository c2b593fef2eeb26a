/** What came of the wish to sync customers now. */
export type SyncNow =
  | { readonly kind: 'asked'; readonly customers: number }
  /** They are marked, and are sent once the integration is connected and on. */
  | { readonly kind: 'kept'; readonly customers: number }
  /** They are marked, and are sent once the first sync has started. */
  | { readonly kind: 'not_started'; readonly customers: number }
  /** No customer has the reason any more, or all of them are being retried already. */
  | { readonly kind: 'nothing' }
