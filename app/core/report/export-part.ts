import type { LiveName, UnsyncedCustomer } from './unsynced-customers.ts'

/** The next part of a list that is being exported. */
export type ExportPart =
  | {
      readonly kind: 'part'
      readonly customers: readonly (UnsyncedCustomer & LiveName)[]
      /** The cursor of the part after it; null if this is the last. */
      readonly next: string | null
    }
  /** Shopify does not answer now: the same part is to be asked for again after so many milliseconds. */
  | { readonly kind: 'wait'; readonly ms: number }
