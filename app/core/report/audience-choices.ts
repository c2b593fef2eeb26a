import type { Named } from '../profile/rules.ts'

/** What a merchant may choose from to say who is synced, as it stands in Shopify. */
export interface AudienceChoices {
  /** Null when Shopify does not say just now. */
  readonly segments: readonly Named[] | null
  /** Segments and companies of the rules that Shopify no longer has: nobody is in them. */
  readonly gone: readonly Named[]
  /** Null in a shop that does not sell to companies, and when Shopify does not say just now. */
  readonly companies: readonly Named[] | null
  /** What contacts may be called in companies; null as above. */
  readonly roles: readonly string[] | null
  /** Whether the shop sells to companies. */
  readonly b2b: boolean
}
