import type { Interruption } from './push-outcome.ts'

/** What a call to Klaviyo is let in with: a private key, or the access token of an app that the merchant allowed. Not to be logged or stored. */
export type KlaviyoAccess =
  | { readonly kind: 'key'; readonly key: string }
  | {
      readonly kind: 'oauth'
      /** Names the connection, for what is remembered of its calls in memory. */
      readonly name: string
      /** What the merchant allowed, when it was last heard. */
      readonly scopes: readonly string[]
      /** Returns the token for the next call, refreshed if it is about to expire or is the one that Klaviyo has just refused. */
      readonly token: (refused: string | null) => Promise<AccessToken | Interruption>
    }

export interface AccessToken {
  readonly kind: 'token'
  readonly accessToken: string
}
