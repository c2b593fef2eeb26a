import { z } from 'zod'
import type { ShopDomain } from '#app/core/ids.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import { SHOP_FACTS } from './shop-facts.graphql.ts'

export interface ReadShopFacts {
  readonly name: string
  /** IANA name. */
  readonly timeZone: string
  readonly currency: string
  /** Granted to this app, separated by commas. */
  readonly scopes: string
  /** Whether it sells to companies: otherwise Shopify refuses every query about them. */
  readonly b2b: boolean
}

const facts = z.object({
  shop: z.object({
    name: z.string(),
    ianaTimezone: z.string(),
    currencyCode: z.string(),
    entitlements: z.object({ b2b: z.object({ enabled: z.boolean() }) }),
  }),
  currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }),
})

export async function readShopFacts(shop: ShopDomain): Promise<AdminAnswer<ReadShopFacts>> {
  const parse = facts.transform(({ shop, currentAppInstallation }) => ({
    name: shop.name,
    timeZone: shop.ianaTimezone,
    currency: shop.currencyCode,
    scopes: currentAppInstallation.accessScopes.map((scope) => scope.handle).join(','),
    b2b: shop.entitlements.b2b.enabled,
  }))
  return askAdmin(shop, SHOP_FACTS, { parse })
}
