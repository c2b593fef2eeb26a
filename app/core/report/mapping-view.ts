import type { IntegrationStatus } from '../flow/integration-status.ts'
import type { Mapping } from '../profile/mapped-fields.ts'
import type { PropertyValue } from '../profile/profile.ts'

/** What the page about the mapping shows. */
export interface MappingView {
  /** Of the shop's settings; sent back with a change. */
  readonly version: number
  readonly mapping: Mapping
  /** IANA name, the shop's own. */
  readonly timeZone: string
  readonly status: IntegrationStatus
  readonly connected: boolean
  /** A run is open, so that a comparison would wait for its end. */
  readonly runIsOpen: boolean
  /** Customers whose profile is in sync: with something to clear, each costs a call. */
  readonly inStep: number
  /** Such calls that Klaviyo takes in a minute. */
  readonly clearsAMinute: number
  /** What can be mapped; null while Shopify does not say. */
  readonly definitions: readonly MetafieldDefinition[] | null
}

/** A metafield that the shop's customers may carry. */
export interface MetafieldDefinition {
  readonly namespace: string
  readonly key: string
  /** As the merchant calls it. */
  readonly name: string
  /** Such as `number_integer`. */
  readonly type: string
  /** False when its owner lets no other app read it. */
  readonly readable: boolean
}

/** What would be sent of one customer, read live; nothing of it is kept. */
export type MappingPreview =
  | {
      readonly kind: 'profile'
      readonly customerId: string
      readonly email: string
      /** Whether the profile differs from what was last delivered; `never` when nothing was. */
      readonly against: 'same' | 'differs' | 'never'
      readonly fields: readonly PreviewField[]
      /** Of the text that would travel; more than 100,000 are not sent. */
      readonly bytes: number
      readonly tooLarge: string | null
    }
  | { readonly kind: 'not_sent'; readonly customerId: string; readonly code: 'no_email' | 'invalid_email' }
  | { readonly kind: 'not_found' }
  /** Shopify did not answer. */
  | { readonly kind: 'unavailable' }
  /** The names are to be put right first. */
  | { readonly kind: 'mapping_invalid' }

export interface PreviewField {
  /** As Klaviyo has it: an attribute, `location.city`, or a property's own name. */
  readonly name: string
  readonly isProperty: boolean
  /** Null for one that is no longer sent. */
  readonly value: PropertyValue | null
  readonly change: FieldChange
}

export type FieldChange =
  | 'changed'
  | 'unchanged'
  | 'new'
  /** Delivered before, with a value that is not kept: whether it is the same cannot be known. */
  | 'sent_before'
  /** Delivered before; taken out of the profile. */
  | 'cleared'
  /** Delivered before; stays in Klaviyo as it is. */
  | 'left'
