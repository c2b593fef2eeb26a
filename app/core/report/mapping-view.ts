import type { HeldSource } from '../loyalty/held-sources.ts'
import type { Checks } from '../loyalty/how-heard.ts'
import type { Mapping } from '../profile/mapped-fields.ts'
import type { PropertyValue } from '../profile/profile.ts'
import type { LoyaltyLook } from './loyalty-look.ts'
import type { SettingView } from './setting-view.ts'

/** What the page about the mapping shows. */
export type MappingView = SettingView<Mapping> & MappingFacts

export interface MappingFacts {
  /** Customers whose profile is in sync: if something is to be cleared, each costs a call. */
  readonly inSync: number
  /** How many such calls Klaviyo accepts in a minute. */
  readonly clearsAMinute: number
  /** Names of the saved mapping under which other apps had written to profiles of the account when it was connected. */
  readonly writtenByOthers: readonly string[]
  /** What can be mapped; null if Shopify does not answer. */
  readonly definitions: readonly MetafieldDefinition[] | null
  /** Which loyalty apps the shop uses, and what else occurs on its customers. */
  readonly look: LoyaltyLook
  /** Mapped sources that cannot be read any more, so that Klaviyo keeps what it has. */
  readonly held: readonly HeldSource[]
  /** The checks that hear of what Shopify does not tell. */
  readonly checks: Checks
}

/** A metafield that the shop's customers may have. */
export interface MetafieldDefinition {
  readonly namespace: string
  readonly key: string
  /** The merchant's name for it. */
  readonly name: string
  /** Such as `number_integer`. */
  readonly type: string
  /** False if its owner lets no other app read it. */
  readonly readable: boolean
}

/** What would be sent of one customer, read live and not stored. */
export type MappingPreview =
  | {
      readonly kind: 'profile'
      readonly customerId: string
      readonly email: string
      /** Whether the profile differs from what was last delivered; `never` if nothing was. */
      readonly against: 'same' | 'differs' | 'never'
      readonly fields: readonly PreviewField[]
      /** Size of the text that would be sent; more than 100,000 bytes are not sent. */
      readonly bytes: number
      readonly tooLarge: string | null
    }
  | { readonly kind: 'not_sent'; readonly customerId: string; readonly code: 'no_email' | 'invalid_email' }
  | { readonly kind: 'not_found' }
  /** Shopify did not answer. */
  | { readonly kind: 'unavailable' }
  /** The names have to be corrected first. */
  | { readonly kind: 'mapping_invalid' }

export interface PreviewField {
  /** As Klaviyo names it: an attribute, `location.city`, or a property's own name. */
  readonly name: string
  readonly isProperty: boolean
  /** Null for a field that is no longer sent. */
  readonly value: PropertyValue | null
  readonly change: FieldChange
}

export type FieldChange =
  | 'changed'
  | 'unchanged'
  | 'new'
  /** Delivered before, but its value is not stored: whether it is the same is unknown. */
  | 'sent_before'
  /** Delivered before; cleared from the profile. */
  | 'cleared'
  /** Delivered before; stays in Klaviyo as it is. */
  | 'kept'
