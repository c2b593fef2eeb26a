import type { ShopDomain } from '#app/core/ids.ts'

const heldUntil = new Map<ShopDomain, number>()

/** Holds back every call of this process to a shop for this many milliseconds, because Shopify answered 429. */
export function holdCalls(shop: ShopDomain, forMs: number): void {
  heldUntil.set(shop, Math.max(heldUntil.get(shop) ?? 0, Date.now() + forMs))
}

/** Returns how long the shop's calls are still held back, in milliseconds; 0 if they are not. */
export function heldFor(shop: ShopDomain): number {
  const remainingMs = (heldUntil.get(shop) ?? 0) - Date.now()
  if (remainingMs > 0) return remainingMs
  heldUntil.delete(shop)
  return 0
}
