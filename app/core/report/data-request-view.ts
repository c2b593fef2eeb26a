/** A customer's request to see what is stored about them, as passed on by Shopify. */
export interface DataRequestView {
  readonly requestId: string
  readonly customerId: string
  readonly requestedAt: string
  /** Null if nothing is stored about the customer. */
  readonly held: HeldAboutCustomer | null
}

/** Everything that is stored: only the names of delivered fields, not their values; loyalty values while loyalty activity is on. */
export interface HeldAboutCustomer {
  readonly state: string
  readonly fieldNames: readonly string[]
  readonly klaviyoProfileId: string | null
  readonly lastSyncedAt: string | null
  /** Null if none are stored. */
  readonly loyalty: HeldLoyalty | null
}

export interface HeldLoyalty {
  readonly points: string | number | boolean | null
  readonly tier: string | number | boolean | null
  /** Changes that are not recorded in Klaviyo yet. */
  readonly eventsWaiting: number
}
