import { z } from 'zod'

const named = z.object({
  /** In privacy webhooks. */
  shop_domain: z.string().optional(),
  /** In webhooks about the shop. */
  myshopify_domain: z.string().optional(),
  /** In Flow action runs. */
  shopify_domain: z.string().optional(),
})

/** Returns the shop that a signed body names; null if it names none. Headers are not signed, so the body's shop is the one that counts. */
export function shopInBody(body: unknown): string | null {
  const { shop_domain, myshopify_domain, shopify_domain } = named.safeParse(body).data ?? {}
  return shop_domain ?? myshopify_domain ?? shopify_domain ?? null
}
