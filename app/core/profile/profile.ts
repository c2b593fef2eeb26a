/**
 * The Klaviyo profile that a customer is to have, in the terms of Klaviyo's API. A field that the customer lacks is left out: whether it
 * must be cleared depends on what was delivered before (field-names.ts).
 * https://developers.klaviyo.com/en/reference/create_or_update_profile
 */
export interface Profile {
  readonly email: string
  readonly external_id?: string
  readonly phone_number?: string
  readonly first_name?: string
  readonly last_name?: string
  readonly locale?: string
  readonly location?: ProfileLocation
  readonly properties: Readonly<Record<string, PropertyValue>>
}

export interface ProfileLocation {
  readonly address1?: string
  readonly address2?: string
  readonly city?: string
  readonly region?: string
  readonly zip?: string
  readonly country?: string
}

export type PropertyItem = string | number | boolean
export type PropertyValue = PropertyItem | readonly PropertyItem[]

/** The property that holds the number of the profile's Shopify customer. Always sent: a profile is recognised by it. */
export const OWNER_PROPERTY = 'shopify_customer_id'
