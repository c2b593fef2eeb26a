import type { LoyaltyValues } from '../profile/loyalty.ts'

/** A customer's request to see what is stored about them, as passed on by Shopify. */
export interface DataRequestView {
  readonly requestId: string
  readonly customerId: string
  readonly requestedAt: string
  /** Null if nothing is stored about the customer. */
  readonly held: HeldAboutCustomer | null
}

/** Everything that is stored: only the names of delivered fields, not their values; loyalty values while changes of them are recorded or sent. */
export interface HeldAboutCustomer {
  readonly state: string
  readonly fieldNames: readonly string[]
  readonly klaviyoProfileId: string | null
  readonly lastSyncedAt: string | null
  /** Null if none are stored. */
  readonly loyalty: HeldLoyalty | null
}

export interface HeldLoyalty {
  readonly values: LoyaltyValues
  /** ISO 8601; null if no change was seen. */
  readonly tierSince: string | null
  readonly changedAt: string | null
  /** Changes that are not recorded in Klaviyo yet. */
  readonly eventsWaiting: number
}
