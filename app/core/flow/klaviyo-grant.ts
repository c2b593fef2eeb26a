/** What Klaviyo granted by OAuth: to be sealed wherever it is stored, and never logged. */
export interface KlaviyoGrant {
  /** Sent with each call. */
  readonly accessToken: string
  /** Gets the next access token. It dies when the app is uninstalled in Klaviyo, or after 90 days without use. */
  readonly refreshToken: string
  /** How long the access token is good from now on, in milliseconds. */
  readonly expiresInMs: number
  /** What was allowed, which may be less than was asked for. */
  readonly scopes: readonly string[]
}
