import type { Customer } from '../customers/customer.ts'
import type { Shop } from '../shop/shop.ts'

/** What the resolvers of one Admin API request may know. */
export interface AdminRequest {
  readonly shop: Shop
  readonly apiKey: string
  readonly scopes: readonly string[]
  /** Reads by id, through a replica that may lag. */
  readonly readCustomer: (id: string) => Customer | null
  /** `namespace.key` of metafields that their owner keeps from other apps. */
  readonly hiddenMetafields: ReadonlySet<string>
  /** Fields written `Customer.firstName` that this app is not approved to read, or that Shopify fails to. */
  readonly faultyFields: ReadonlyMap<string, 'denied' | 'failed'>
  /** How bulk operations are refused to this app; null when they are not. */
  /** A bulk query was started. */
  readonly bulkStarted: () => void
  readonly bulkRefused: () => 'errors' | 'user-errors' | null
  /** What Flow says against a trigger; null when nothing but the payload decides. */
  readonly flowRefused: () => string | null
  /** What `extensions.search` will say. */
  readonly searchWarnings: SearchWarning[]
}

export interface SearchWarning {
  readonly path: readonly string[]
  readonly query: string
  readonly warnings: readonly { readonly field: string; readonly message: string; readonly code: string }[]
}
