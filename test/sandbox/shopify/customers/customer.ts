import { isoSecond } from '../instants.ts'
import type { CompanyContact } from './company.ts'
import {
  type Address,
  type EmailAddress,
  emailAddressOf,
  type Metafield,
  type Money,
  type PhoneNumber,
  POINTS,
  phoneNumberOf,
  pointsOf,
  type StoreCreditAccount,
  TIER,
  tierOf,
} from './customer-values.ts'

/**
 * A customer as the Admin API shows it. Never changed in place: a change makes a new record, so that a bulk
 * operation can hold on to what it saw at its start.
 */
export interface Customer {
  /** Decimal text; may pass 2^53. */
  readonly id: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly displayName: string
  readonly locale: string
  readonly state: 'DECLINED' | 'DISABLED' | 'ENABLED' | 'INVITED'
  readonly verifiedEmail: boolean
  readonly tags: readonly string[]
  readonly numberOfOrders: string
  readonly amountSpent: Money
  readonly defaultEmailAddress: EmailAddress | null
  readonly defaultPhoneNumber: PhoneNumber | null
  readonly defaultAddress: Address | null
  /** By `namespace.key`. */
  readonly metafields: Readonly<Record<string, Metafield>>
  /** One for each currency. Store credit is no metafield. */
  readonly storeCreditAccounts: readonly StoreCreditAccount[]
  /** Empty for all but business customers. */
  readonly companyContactProfiles: readonly CompanyContact[]
}

/** What a customer is made from. `email`, `phone`, `points` and `tier` spare a test the records they stand for. */
export interface CustomerFields extends Partial<Omit<Customer, 'displayName'>> {
  readonly email?: string | null
  readonly phone?: string | null
  readonly points?: number | null
  readonly tier?: string | null
}

export interface Birth {
  readonly id: string
  readonly nowMs: number
  readonly currency: string
}

export function customerOf(fields: CustomerFields, birth: Birth): Customer {
  const createdAt = fields.createdAt ?? isoSecond(birth.nowMs)
  const updatedAt = fields.updatedAt ?? createdAt
  const firstName = fields.firstName ?? null
  const lastName = fields.lastName ?? null
  const email = fields.defaultEmailAddress ?? (fields.email ? emailAddressOf(fields.email) : null)
  const phone = fields.defaultPhoneNumber ?? (fields.phone ? phoneNumberOf(fields.phone) : null)
  return {
    id: fields.id ?? birth.id,
    createdAt,
    updatedAt,
    firstName,
    lastName,
    displayName: displayNameOf(firstName, lastName, email, phone),
    locale: fields.locale ?? 'en',
    state: fields.state ?? 'DISABLED',
    verifiedEmail: fields.verifiedEmail ?? true,
    tags: fields.tags ?? NO_TAGS,
    numberOfOrders: fields.numberOfOrders ?? '0',
    amountSpent: fields.amountSpent ?? { amount: '0.0', currencyCode: birth.currency },
    defaultEmailAddress: email,
    defaultPhoneNumber: phone,
    defaultAddress: fields.defaultAddress ?? null,
    metafields: fields.metafields ?? loyaltyOf(fields, updatedAt),
    storeCreditAccounts: fields.storeCreditAccounts ?? NO_STORE_CREDIT,
    companyContactProfiles: fields.companyContactProfiles ?? NO_COMPANIES,
  }
}

/** Shopify falls back from the name to the e-mail address and then to the phone number. */
export function displayNameOf(
  firstName: string | null,
  lastName: string | null,
  email: EmailAddress | null,
  phone: PhoneNumber | null,
): string {
  if (firstName && lastName) return `${firstName} ${lastName}`
  return firstName || lastName || email?.emailAddress || phone?.phoneNumber || ''
}

// Shared: a million customers are a million records already.
const NO_METAFIELDS: Readonly<Record<string, Metafield>> = {}
const NO_STORE_CREDIT: readonly StoreCreditAccount[] = []
const NO_COMPANIES: readonly CompanyContact[] = []
const NO_TAGS: readonly string[] = []

function loyaltyOf({ points, tier }: CustomerFields, updatedAt: string): Readonly<Record<string, Metafield>> {
  if (points == null && tier == null) return NO_METAFIELDS
  return {
    ...(points != null && { [POINTS]: pointsOf(points, updatedAt) }),
    ...(tier != null && { [TIER]: tierOf(tier, updatedAt) }),
  }
}
