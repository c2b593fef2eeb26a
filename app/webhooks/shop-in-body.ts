import { z } from 'zod'

const named = z.object({
  /** Of the privacy webhooks. */
  shop_domain: z.string().optional(),
  /** Of the webhooks that carry the shop. */
  myshopify_domain: z.string().optional(),
  /** Of Flow. */
  shopify_domain: z.string().optional(),
})

/** The shop that a signed body names; null when it names none. Headers are not signed: what the body says counts. */
export function shopInBody(body: unknown): string | null {
  const { shop_domain, myshopify_domain, shopify_domain } = named.safeParse(body).data ?? {}
  return shop_domain ?? myshopify_domain ?? shopify_domain ?? null
}
