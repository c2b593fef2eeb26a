import { randomBytes } from 'node:crypto'
import { stateOf } from '#app/core/access/klaviyo-authorization.ts'
import type { FirstSync } from '#app/core/flow/first-sync.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { LoginStart, LoginView } from '#app/core/report/klaviyo-login.ts'
import { authorizeAddress, newVerifier } from '#app/klaviyo/authorize-address.ts'
import { deleteUnreturned, findUnreturned, saveAuthorization } from '#app/store/klaviyo-authorizations.ts'
import { klaviyoLoginEvent } from '../events.ts'

/** Begins a login at Klaviyo for a member of a shop's staff. `redirectUri` is where Klaviyo sends the merchant back. */
export async function beginLogin(
  shop: ShopDomain,
  { userId, first, redirectUri }: { userId: string; first: FirstSync; redirectUri: string },
  now: Date,
): Promise<LoginStart> {
  const state = stateOf(shop, randomBytes(32).toString('base64url'))
  const verifier = newVerifier()
  const address = authorizeAddress({ redirectUri, state, verifier })
  if (address === null) return { kind: 'not_offered' }
  const againAt = await saveAuthorization(shop, { userId, state, verifier, first }, now)
  if (againAt) return { kind: 'too_many', againAt }
  klaviyoLoginEvent(shop, 'begun')
  return { kind: 'started', address }
}

/** What the page about the connection says of logins to a member of staff; `userId` is null if it is not known who that is. */
export async function loadLogin(
  shop: ShopDomain,
  { userId, isOffered }: { userId: string | null; isOffered: boolean },
  now: Date,
): Promise<LoginView> {
  const unreturned = userId === null || !isOffered ? null : await findUnreturned(shop, userId, now)
  return { isOffered, unreturned: unreturned && { ...unreturned, since: unreturned.since.toISOString() } }
}

/** Forgets logins from which a member of staff was not sent back. */
export async function forgetUnreturned(shop: ShopDomain, userId: string): Promise<void> {
  await deleteUnreturned(shop, userId)
}
