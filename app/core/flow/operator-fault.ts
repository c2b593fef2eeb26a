import type { ShopifyHindrance } from './shopify-trouble.ts'

/** What Shopify refuses a shop for a reason that no merchant can change. */
const ofShops = [
  'forbidden',
  'address_not_allowed',
  'app_refused',
  'fields_withheld',
] as const satisfies readonly ShopifyHindrance[]

/** Faults that only the operator (the person who runs the app) can mend. The worker logs them as errors; docs/operating.md says what to do. */
export const operatorFaults = [
  ...ofShops,
  /** Bulk operations are not enabled for the app, or no more. Runs read pages meanwhile. */
  'bulk_refused',
  /** Shopify answers in another version of its API than asked for: the one asked for is no longer served. */
  'api_version_retired',
] as const

export type OperatorFault = (typeof operatorFaults)[number]

/** What is known of the installation: `null` for the version if no answer has said it yet. */
export interface InstallationFacts {
  readonly shopsByTrouble: ReadonlyMap<string, number>
  readonly isBulkRefused: boolean
  readonly isVersionServed: boolean | null
}

/** Returns the number of shops with a fault, 0 for one that is about no shop, null for a fault that is not present, `unknown` if that cannot be said now. */
export function presenceOf(fault: OperatorFault, facts: InstallationFacts): number | 'unknown' | null {
  switch (fault) {
    case 'bulk_refused':
      return facts.isBulkRefused ? 0 : null
    case 'api_version_retired':
      if (facts.isVersionServed === null) return 'unknown'
      return facts.isVersionServed ? null : 0
    default:
      return facts.shopsByTrouble.get(fault) ?? null
  }
}
