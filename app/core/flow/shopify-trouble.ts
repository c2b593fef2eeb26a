/**
 * Why Shopify answers none of a shop's questions, until somebody does something about it. Statuses:
 * https://shopify.dev/docs/api/admin-graphql#status-and-error-codes
 */
export const shopifyTroubles = [
  /** No token of ours is good for this shop; opening the app in the admin makes a new one. */
  'unauthorized',
  /** 402: the shop is frozen until its owner pays Shopify. */
  'payment_due',
  /** 403: the app may not ask this shop. */
  'forbidden',
  /** 403 for the address the app asks from: it is not on the app's allowlist. https://shopify.dev/docs/apps/build/dev-dashboard/ip-allowlist */
  'address_not_allowed',
  /** 404: Shopify knows no such shop. */
  'shop_not_found',
  /** 423: the shop is locked. */
  'shop_locked',
  /** The app lacks an access scope, or may see nothing of what it asked for. */
  'access_denied',
] as const

export type ShopifyTrouble = (typeof shopifyTroubles)[number]

/** What stands in a shop's way at Shopify. `fields_withheld`: it answers, and keeps back some fields of every customer. */
export type ShopifyHindrance = ShopifyTrouble | 'fields_withheld'

/** Whether this is a reason for which Shopify answers none of a shop's questions. */
export function isShopifyTrouble(kind: string): kind is ShopifyTrouble {
  return (shopifyTroubles as readonly string[]).includes(kind)
}
