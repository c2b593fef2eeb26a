import type { CustomerId } from '../ids.ts'

/** A Shopify customer as the mapping sees it: one shape, however it was read. Null means that Shopify has no value. */
export interface Customer {
  readonly id: CustomerId
  readonly updatedAt: Date
  readonly email: string | null
  readonly phone: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  /** As Shopify writes it, such as `en` or `pt-BR`. */
  readonly locale: string | null
  /** State of the customer's account: ENABLED, DISABLED, INVITED, DECLINED. */
  readonly state: string
  readonly tags: readonly string[]
  /** A whole number as Shopify writes it, of up to 64 bits. */
  readonly orderCount: string
  readonly amountSpent: Money
  /** SUBSCRIBED, UNSUBSCRIBED and so on, as in Shopify; null without an address. */
  readonly emailConsent: string | null
  readonly smsConsent: string | null
  readonly address: Address | null
  /** The metafields that were asked for and have a value, by Shopify's name, such as `loyalty.points`. */
  readonly metafields: Readonly<Record<string, Metafield>>
}

/** Why a customer that exists cannot be read. */
export interface Unreadable {
  /** `failed`: the read failed this time. `withheld`: the app may not see some fields. `odd`: the record has an unexpected shape. */
  readonly unreadable: 'failed' | 'withheld' | 'odd'
  /** The names of the fields that are withheld or malformed, never a value; null if unknown. */
  readonly words: string | null
}

/** Whether this is the reason why a customer cannot be read. */
export function isUnreadable(read: Customer | Unreadable): read is Unreadable {
  return 'unreadable' in read
}

export interface Money {
  /** Decimal text, such as `12.50`. */
  readonly amount: string
  /** ISO 4217. */
  readonly currency: string
}

export interface Address {
  readonly address1: string | null
  readonly address2: string | null
  readonly city: string | null
  readonly province: string | null
  readonly zip: string | null
  readonly country: string | null
  /** ISO 3166 alpha-2. */
  readonly countryCode: string | null
}

export interface Metafield {
  /** Shopify's text form of the value, whatever the type. */
  readonly value: string
  /** Such as `number_integer` or `single_line_text_field`. */
  readonly type: string
}
