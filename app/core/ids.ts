import { z } from 'zod'

type Branded<Brand extends string> = string & { readonly __brand: Brand }

/** A shop's permanent address, such as `ada.myshopify.com`. */
export type ShopDomain = Branded<'ShopDomain'>
/** A Shopify customer's number as decimal text: Shopify's ids exceed 2^53, above which a JSON number loses its last digits. */
export type CustomerId = Branded<'CustomerId'>

/** Only a host under myshopify.com is a shop; a header or token with anything else is ignored. */
export const shopDomain = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com$/)
  .transform((domain) => domain as ShopDomain)

const LARGEST_ID = 2n ** 63n - 1n

const customerDigits = z
  .string()
  .refine((digits) => /^[1-9]\d{0,18}$/.test(digits) && BigInt(digits) <= LARGEST_ID, 'not a customer number')
  .transform((digits) => digits as CustomerId)

/** A customer's number, as text or as a JSON number small enough to be exact. */
export const customerNumber = z.union([
  customerDigits,
  z.number().int().positive().max(Number.MAX_SAFE_INTEGER).transform(String).pipe(customerDigits),
])

const GID = 'gid://shopify/Customer/'

/** Shopify's global id of a customer, `gid://shopify/Customer/123`, parsed to its number. */
export const customerGid = z
  .string()
  .startsWith(GID)
  .transform((gid) => gid.slice(GID.length))
  .pipe(customerDigits)

/** Returns the global id that the Admin API expects for a customer. */
export function gidOf(customerId: CustomerId): string {
  return GID + customerId
}

const uuid = z.uuid()

/** Whether a text has the form of a run's id. */
export function isUuid(text: string): boolean {
  return uuid.safeParse(text).success
}
