/** Result of a request for a full sync. */
export type FullSyncStart =
  | { readonly kind: 'started'; readonly runId: string }
  /** A full sync was started less than an hour ago. */
  | { readonly kind: 'too_soon'; readonly againAt: Date }
  | { readonly kind: 'already_running' }
  | { readonly kind: 'not_connected' }
  /** The integration is turned off. */
  | { readonly kind: 'off' }
  /** Klaviyo refuses the key, so nothing could be delivered. */
  | { readonly kind: 'refused' }
