import type { LimitedRequest } from '#app/core/access/request-limits.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { countRequest } from '#app/store/request-limits.ts'

/** Counts a request that costs much. Returns null if it may be answered, otherwise after how many seconds one more may be, at least 1. */
export async function secondsUntilAllowed(shop: ShopDomain, kind: LimitedRequest, now: Date): Promise<number | null> {
  const until = await countRequest(shop, kind, now)
  return until && Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1_000))
}
