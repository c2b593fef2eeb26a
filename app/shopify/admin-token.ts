import type { ShopDomain } from '#app/core/ids.ts'
import { sessionStorage } from '#app/shopify.server.ts'
import type { AdminFailure } from './admin-answer.ts'
import {
  askForApplicationToken,
  forgetApplicationToken,
  hasAppKey,
  heldApplicationToken,
} from './application-tokens.ts'
import { hasGoodOfflineToken, offlineTokenOf } from './offline-token.ts'

/**
 * Returns a token for a shop's Admin API: the stored offline token as long as it can be had, which is renewed as needed. Where it cannot, an
 * application-only token, if a private key of the app is configured.
 */
export async function adminTokenFor(shop: ShopDomain): Promise<string | AdminFailure> {
  // While there is one, the renewal that Shopify has refused is not asked for again with every call.
  const held = heldApplicationToken(shop)
  if (held && !(await hasGoodOfflineToken(shop))) return held
  const offline = await offlineTokenOf(shop)
  if (typeof offline === 'string' || offline.kind === 'unavailable' || !hasAppKey()) return offline
  const answer = await askForApplicationToken(shop)
  if (answer.kind === 'answered') return answer.token
  return answer.kind === 'shop_refused' ? offline : answer
}

/** Makes `adminTokenFor` return another token, because Shopify refuses this one, whatever end was named for it. */
export async function forgetAdminToken(shop: ShopDomain, token: string): Promise<void> {
  if (!forgetApplicationToken(shop, token)) await sessionStorage.expireToken(shop, token)
}
