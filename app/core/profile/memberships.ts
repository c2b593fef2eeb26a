/** What Shopify stores of a customer outside the customer's own record. */
export interface Memberships {
  /** Global ids of those segments in the query that the customer is in. */
  readonly segments: ReadonlySet<string>
  /** The companies that the customer is a contact of; empty if there are none. */
  readonly places: readonly CompanyPlace[]
}

export interface CompanyPlace {
  /** Global id. */
  readonly company: string
  /** Names of the roles, at any of the company's locations. */
  readonly roles: readonly string[]
}

/** For customers when no rule needs memberships. */
export const noMemberships: Memberships = { segments: new Set(), places: [] }

/** What must be asked of Shopify to apply certain rules. */
export interface MembershipQuery {
  /** Global ids. */
  readonly segments: readonly string[]
  readonly places: boolean
}
