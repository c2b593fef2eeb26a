export interface Money {
  readonly amount: string
  readonly currencyCode: string
}

export type OptInLevel = 'CONFIRMED_OPT_IN' | 'SINGLE_OPT_IN' | 'UNKNOWN'

export interface EmailAddress {
  readonly emailAddress: string
  readonly validFormat: boolean
  readonly marketingState: 'INVALID' | 'NOT_SUBSCRIBED' | 'PENDING' | 'SUBSCRIBED' | 'UNSUBSCRIBED'
  readonly marketingOptInLevel: OptInLevel | null
  readonly marketingUpdatedAt: string | null
}

export interface SmsConsent {
  readonly state: 'NEVER_SUBSCRIBED' | 'PENDING' | 'REDACTED' | 'SUBSCRIBED' | 'UNSUBSCRIBED'
  readonly optInLevel: OptInLevel | null
  readonly updatedAt: string | null
}

export interface PhoneNumber {
  readonly phoneNumber: string
  readonly smsMarketingConsent: SmsConsent
}

export interface Address {
  readonly address1: string | null
  readonly address2: string | null
  readonly city: string | null
  readonly province: string | null
  readonly provinceCode: string | null
  readonly zip: string | null
  readonly country: string | null
  readonly countryCodeV2: string | null
  readonly company: string | null
  readonly phone: string | null
  readonly timeZone: string | null
}

export interface Metafield {
  readonly value: string
  readonly type: string
  readonly updatedAt: string
  /** Without it, the instant of the last update. */
  readonly createdAt?: string
}

/** What a customer may pay with in one currency. */
export interface StoreCreditAccount {
  /** Global id. */
  readonly id: string
  readonly balance: Money
}

export function emailAddressOf(emailAddress: string): EmailAddress {
  return {
    emailAddress,
    validFormat: looksLikeEmail(emailAddress),
    marketingState: 'NOT_SUBSCRIBED',
    marketingOptInLevel: null,
    marketingUpdatedAt: null,
  }
}

export function phoneNumberOf(phoneNumber: string): PhoneNumber {
  return { phoneNumber, smsMarketingConsent: { state: 'NEVER_SUBSCRIBED', optInLevel: null, updatedAt: null } }
}

// Shopify does not publish its rule; this one calls good what every common rule calls good.
function looksLikeEmail(text: string): boolean {
  return (
    /^[^\s@<>()",;]+@[^\s@<>()",;.]+(\.[^\s@<>()",;.]+)+$/.test(text) && !text.includes('..') && !text.includes('.@')
  )
}

export const POINTS = 'loyalty.points'
export const TIER = 'loyalty.tier'

export function pointsOf(points: number, updatedAt: string): Metafield {
  return { value: String(points), type: 'number_integer', updatedAt }
}

export function tierOf(tier: string, updatedAt: string): Metafield {
  return { value: tier, type: 'single_line_text_field', updatedAt }
}
