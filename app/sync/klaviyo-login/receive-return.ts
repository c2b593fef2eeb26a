import { randomBytes } from 'node:crypto'
import { shopNamedInState } from '#app/core/access/klaviyo-authorization.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type KlaviyoReturn, saveReturn } from '#app/store/klaviyo-authorizations.ts'

/** Where a merchant goes on who comes back from Klaviyo. */
export interface Returned {
  readonly shop: ShopDomain
  /** Ends the login, in the hands of the member of staff who began it. To nobody else it is of use. */
  readonly ticket: string
}

/**
 * Takes what Klaviyo sent back with a state. Whoever brings it is not known, so nothing is exchanged or connected yet: the ticket that is
 * returned leads into the shop's admin, and only a session of who began the login can end it there (decision 068). Null if the state is not
 * one that is waited for.
 */
export async function receiveReturn(state: string, returned: KlaviyoReturn, now: Date): Promise<Returned | null> {
  const shop = shopNamedInState(state)
  if (shop === null) return null
  const ticket = randomBytes(32).toString('base64url')
  return (await saveReturn(shop, { state, ticket, returned }, now)) ? { shop, ticket } : null
}
