/** A customer's request to see what is held about them, as Shopify passed it on. */
export interface DataRequestView {
  readonly requestId: string
  readonly customerId: string
  readonly requestedAt: string
  /** Null when nothing is held about the customer. */
  readonly held: HeldAboutCustomer | null
}

/** All that is held: no value of any field, only the names of those that were delivered. */
export interface HeldAboutCustomer {
  readonly state: string
  readonly fieldNames: readonly string[]
  readonly klaviyoProfileId: string | null
  readonly lastSyncedAt: string | null
}
