/** Result of connecting a shop to Klaviyo with a private API key. */
export type ConnectOutcome =
  | { readonly kind: 'connected'; readonly accountName: string }
  /** Other shops write to this account: what this shop writes has to be chosen. `prefix` is one that no other shop uses. */
  | { readonly kind: 'account_shared'; readonly accountName: string; readonly prefix: string }
  /** Another shop in the account uses the prefix. */
  | { readonly kind: 'prefix_taken' }
  | { readonly kind: 'key_empty' }
  /** Not the form of a private key, so Klaviyo was not asked. */
  | { readonly kind: 'key_malformed' }
  | { readonly kind: 'key_wrong' }
  /** The key is valid, but lacks permissions that the sync needs. */
  | { readonly kind: 'scopes_missing'; readonly scopes: readonly string[] }
  | { readonly kind: 'klaviyo_unavailable' }
  /** Klaviyo no longer accepts what this version of Lockstep sends. */
  | { readonly kind: 'lockstep_outdated' }
  | { readonly kind: 'throttled'; readonly againAt: Date }
