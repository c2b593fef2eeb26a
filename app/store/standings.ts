import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { Standing } from '#app/core/profile/standing.ts'

/** The standing of these customers, as it was gathered for a holder; whoever has none is not in the map. */
export async function findStandings(
  _shop: ShopDomain,
  _holder: string,
  _customerIds: readonly CustomerId[],
): Promise<Map<CustomerId, Standing>> {
  return new Map()
}

/** Forgets what was gathered for a holder. */
export async function deleteStandings(_shop: ShopDomain, _holder: string): Promise<void> {}
