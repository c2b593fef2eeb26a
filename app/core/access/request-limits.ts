/** How often a shop may ask for one thing, all its staff and processes together. */
interface RequestLimit {
  /** How many requests may come at once. */
  readonly atOnce: number
  /** After how long one more is allowed, in milliseconds. */
  readonly everyMs: number
}

/**
 * What costs Shopify's, Klaviyo's or the database's time at each press. People do not reach these limits, and neither do the pages, however
 * they are used; a program that repeats a page's requests does.
 */
export const requestLimits = {
  search: { atOnce: 60, everyMs: 1_000 },
  /** Each page of a list asks for its names. */
  names: { atOnce: 120, everyMs: 500 },
  sync_now: { atOnce: 60, everyMs: 1_000 },
  retry_list: { atOnce: 20, everyMs: 10_000 },
  /** A page asks again while Shopify counts. */
  count_customers: { atOnce: 240, everyMs: 1_000 },
  /** A page asks again while the merchant types. */
  preview: { atOnce: 120, everyMs: 1_000 },
  compare: { atOnce: 60, everyMs: 1_000 },
  dry_run: { atOnce: 20, everyMs: 30_000 },
  read_back: { atOnce: 20, everyMs: 30_000 },
  /** One part after the other of a list that may have a million customers. */
  export: { atOnce: 1_000, everyMs: 50 },
  support_file: { atOnce: 20, everyMs: 30_000 },
  connect: { atOnce: 20, everyMs: 15_000 },
  /** The block on a customer's page, for everybody who works in the Shopify admin. */
  extension_customer: { atOnce: 300, everyMs: 200 },
  extension_search: { atOnce: 60, everyMs: 1_000 },
  /** A bulk action sends 50,000 chosen customers in a hundred requests. */
  extension_sync: { atOnce: 400, everyMs: 200 },
  extension_segment: { atOnce: 120, everyMs: 500 },
} as const satisfies Readonly<Record<string, RequestLimit>>

export type LimitedRequest = keyof typeof requestLimits
