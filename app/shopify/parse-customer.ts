import { z } from 'zod'
import { shopifyInstant } from '#app/core/flow/instants.ts'
import { customerGid } from '#app/core/ids.ts'
import type { Customer, Metafield, Unreadable } from '#app/core/profile/customer.ts'
import { type MetafieldKey, metafieldName, STORE_CREDIT } from '#app/core/profile/mapped-values.ts'
import { metafieldAlias } from './customer.graphql.ts'
import { storableText } from './storable-text.ts'

const text = storableText.nullable()
const metafield = z.object({ value: storableText, type: z.string() }).nullish()
const storeCredit = z.object({
  nodes: z.array(z.object({ balance: z.object({ amount: storableText, currencyCode: storableText }) })),
})

const customer = z.object({
  id: customerGid,
  updatedAt: shopifyInstant,
  firstName: text,
  lastName: text,
  locale: text,
  state: storableText,
  tags: z.array(storableText),
  numberOfOrders: z.coerce.string().regex(/^\d+$/),
  amountSpent: z.object({ amount: storableText, currencyCode: storableText }),
  // An address is checked unchanged: without one of its characters it may be another person's.
  defaultEmailAddress: z.object({ emailAddress: z.string().nullable(), marketingState: storableText }).nullable(),
  defaultPhoneNumber: z
    .object({ phoneNumber: text, smsMarketingConsent: z.object({ state: storableText }).nullable() })
    .nullable(),
  defaultAddress: z
    .object({
      address1: text,
      address2: text,
      city: text,
      province: text,
      zip: text,
      country: text,
      countryCodeV2: text,
    })
    .nullable(),
})

/**
 * Parses a customer from the Admin API or a line of a bulk file. `asked` are the metafields of the query, in their order. Throws if it has
 * another shape.
 */
export function parseCustomer(raw: unknown, asked: readonly MetafieldKey[]): Customer {
  const { defaultEmailAddress, defaultPhoneNumber, defaultAddress, ...read } = customer.parse(raw)
  return {
    id: read.id,
    updatedAt: read.updatedAt,
    email: defaultEmailAddress?.emailAddress ?? null,
    phone: defaultPhoneNumber?.phoneNumber ?? null,
    firstName: read.firstName,
    lastName: read.lastName,
    locale: read.locale,
    state: read.state,
    tags: read.tags,
    orderCount: read.numberOfOrders,
    amountSpent: { amount: read.amountSpent.amount, currency: read.amountSpent.currencyCode },
    emailConsent: defaultEmailAddress?.marketingState ?? null,
    smsConsent: defaultPhoneNumber?.smsMarketingConsent?.state ?? null,
    address: defaultAddress && {
      address1: defaultAddress.address1,
      address2: defaultAddress.address2,
      city: defaultAddress.city,
      province: defaultAddress.province,
      zip: defaultAddress.zip,
      country: defaultAddress.country,
      countryCode: defaultAddress.countryCodeV2,
    },
    metafields: parseMetafields(raw as Record<string, unknown>, asked, read.amountSpent.currencyCode),
  }
}

/** The same, but for a record of another shape it returns what is unexpected about it. */
export function readCustomerRecord(raw: unknown, asked: readonly MetafieldKey[]): Customer | Unreadable {
  try {
    return parseCustomer(raw, asked)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    return { unreadable: 'odd', words: error.issues[0]?.path.join('.') || null }
  }
}

function parseMetafields(
  raw: Record<string, unknown>,
  asked: readonly MetafieldKey[],
  currency: string,
): Record<string, Metafield> {
  const metafields: Record<string, Metafield> = {}
  for (const [place, key] of asked.entries()) {
    const field = raw[metafieldAlias(place)]
    const read = key.namespace === STORE_CREDIT.namespace ? parseStoreCredit(field, currency) : metafield.parse(field)
    if (read) metafields[metafieldName(key)] = read
  }
  return metafields
}

/** Returns the balance in the shop's currency as Shopify writes money in a metafield; null without such an account. */
function parseStoreCredit(raw: unknown, currency: string): Metafield | null {
  const balance = storeCredit.parse(raw).nodes.find((account) => account.balance.currencyCode === currency)?.balance
  return balance
    ? { type: 'money', value: JSON.stringify({ amount: balance.amount, currency_code: balance.currencyCode }) }
    : null
}
