import type { PresetId } from '../loyalty/preset-ids.ts'
import type { MappedValue, MetafieldKey } from '../profile/mapped-values.ts'

/** What a look at a shop's definitions, and at its recently changed customers, shows of its loyalty app. Read live and not stored. */
export type LoyaltyLook =
  | {
      readonly kind: 'looked'
      /** The apps whose fields were found, the most certain first; empty if none is known. */
      readonly apps: readonly FoundApp[]
      /** Every metafield that a customer of the sample has, or that is defined, by name. */
      readonly fields: readonly SeenField[]
      /** Beginnings of tags, up to a separator, that several customers of the sample have with different endings: `vip:`. */
      readonly tagPrefixes: readonly { readonly prefix: string; readonly endings: readonly string[] }[]
    }
  /** Shopify did not answer. */
  | { readonly kind: 'unavailable' }

export interface FoundApp {
  readonly id: PresetId
  /** As its maker writes it. */
  readonly name: string
  /** The rows that one press adds, or puts in place of rows with the same meaning. Those for which a name is mapped keep it. */
  readonly rows: readonly MappedValue[]
  /** At most three customers of the sample, with what each row would give; null where it gives nothing. */
  readonly samples: readonly { readonly customer: string; readonly values: readonly (string | null)[] }[]
  /** Fields of the app that exist, and that this app may not read. */
  readonly unreadable: readonly MetafieldKey[]
  /** Rows that every shop begins with, by sourceName, whose values no customer of the sample has: one press removes them. */
  readonly unused?: readonly string[] | undefined
  /** Whether all its rows are in the saved mapping already. */
  readonly isMapped: boolean
}

export interface SeenField extends MetafieldKey {
  readonly type: string
  /** The merchant's name for it; null without a definition. */
  readonly name: string | null
  /** False if its owner lets no other app read it: nothing is known of its values then. */
  readonly readable: boolean
  /** How many customers of the sample have it. */
  readonly customers: number
  /** Some of its values, each once, shortened; for a JSON metafield the whole text of one customer. */
  readonly values: readonly string[]
}
