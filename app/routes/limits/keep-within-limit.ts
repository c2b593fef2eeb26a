import type { LimitedRequest } from '#app/core/access/request-limits.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { secondsUntilAllowed } from '#app/sync/access/count-request.ts'

/** Counts a request that costs much. Throws a 429 response, in whose place PageFailure has a sentence, if the shop asks too often. */
export async function keepWithinLimit(shop: ShopDomain, kind: LimitedRequest): Promise<void> {
  const seconds = await secondsUntilAllowed(shop, kind, databaseNow())
  if (seconds !== null) throw new Response(null, { status: 429, headers: { 'Retry-After': String(seconds) } })
}
