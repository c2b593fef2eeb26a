/**
 * Why Shopify refuses all of a shop's requests until the merchant or the operator acts. Statuses:
 * https://shopify.dev/docs/api/admin-graphql#status-and-error-codes
 */
export const shopifyTroubles = [
  /** 401: no stored access token is valid for this shop; opening the app in the admin creates a new one. */
  'unauthorized',
  /** 402: the shop is frozen until its owner pays Shopify. */
  'payment_due',
  /** 403: the app may not access this shop. */
  'forbidden',
  /** 403 for the app's IP address: it is not on the app's allowlist. https://shopify.dev/docs/apps/build/dev-dashboard/ip-allowlist */
  'address_not_allowed',
  /** Shopify accepts neither the app's client secret nor its private key, so that it gives no access token for any shop. */
  'app_refused',
  /** 404: Shopify knows no such shop. */
  'shop_not_found',
  /** 423: the shop is locked. */
  'shop_locked',
  /** The app lacks an access scope, or may not see anything it asked for. */
  'access_denied',
] as const

export type ShopifyTrouble = (typeof shopifyTroubles)[number]

/** Why a shop cannot be read completely. `fields_withheld`: Shopify answers, but withholds some fields of every customer. */
export type ShopifyHindrance = ShopifyTrouble | 'fields_withheld'

/** Whether this is a reason for which Shopify refuses all of a shop's requests. */
export function isShopifyTrouble(kind: string): kind is ShopifyTrouble {
  return (shopifyTroubles as readonly string[]).includes(kind)
}
