/** What Shopify says of a customer elsewhere than in the customer's own record. */
export interface Standing {
  /** Global ids of the segments asked about that the customer is in. */
  readonly segments: ReadonlySet<string>
  /** The customer's places in companies; empty for one who is no contact of any. */
  readonly places: readonly CompanyPlace[]
}

export interface CompanyPlace {
  /** Global id. */
  readonly company: string
  /** By name, at whichever of the company's locations. */
  readonly roles: readonly string[]
}

/** Of customers whom no rule asks about. */
export const noStanding: Standing = { segments: new Set(), places: [] }

/** What must be asked of Shopify to judge customers by some rules. */
export interface StandingAsked {
  /** Global ids. */
  readonly segments: readonly string[]
  readonly places: boolean
}
