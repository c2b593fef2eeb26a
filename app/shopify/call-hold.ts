import type { ShopDomain } from '#app/core/ids.ts'

const heldUntil = new Map<ShopDomain, number>()

/** Holds back every call of this process to a shop: Shopify answered 429 and said for how long. */
export function holdCalls(shop: ShopDomain, forMs: number): void {
  heldUntil.set(shop, Math.max(heldUntil.get(shop) ?? 0, Date.now() + forMs))
}

/** How long the shop's calls are still held back, in milliseconds; 0 when they are not. */
export function heldFor(shop: ShopDomain): number {
  const leftMs = (heldUntil.get(shop) ?? 0) - Date.now()
  if (leftMs > 0) return leftMs
  heldUntil.delete(shop)
  return 0
}
