import type { Named } from '../settings/audience.ts'

/** What a merchant may choose from in the rules, as it is in Shopify. */
export interface AudienceOptions {
  /** Null if Shopify does not answer at present. */
  readonly segments: readonly Named[] | null
  /** Segments and companies in the rules that Shopify no longer has: no customer is in them. */
  readonly gone: readonly Named[]
  /** Null in a shop that does not sell to companies, and if Shopify does not answer at present. */
  readonly companies: readonly Named[] | null
  /** Names of the roles that contacts have in companies; null as above. */
  readonly roles: readonly string[] | null
  /** Whether the shop sells to companies. */
  readonly b2b: boolean
}
