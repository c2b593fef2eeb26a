import type { ShopDomain } from '#app/core/ids.ts'
import { makeStatusToken } from '#app/sync/access/status-tokens.ts'
import { clock } from '#test/support/clock.ts'

/** A new token of a shop, as the merchant copies it. */
export async function givenStatusToken(shop: ShopDomain, name = 'Agency'): Promise<string> {
  const made = await makeStatusToken(shop, name, clock())
  if (made.kind !== 'made') throw new Error(made.kind)
  return made.token
}
