/** A customer's request to see what is held about them, as Shopify passed it on. */
export interface DataRequestView {
  readonly requestId: string
  readonly customerId: string
  readonly requestedAt: string
  /** Null when nothing is held about the customer. */
  readonly held: HeldAboutCustomer | null
}

/** All that is held: of the fields only the names of those that were delivered, and loyalty values while changes of them are told of. */
export interface HeldAboutCustomer {
  readonly state: string
  readonly fieldNames: readonly string[]
  readonly klaviyoProfileId: string | null
  readonly lastSyncedAt: string | null
  /** Null when none are held. */
  readonly loyalty: HeldLoyalty | null
}

export interface HeldLoyalty {
  readonly points: string | number | boolean | null
  readonly tier: string | number | boolean | null
  /** Changes that Klaviyo is still to record. */
  readonly eventsWaiting: number
}
