import { after } from '#app/core/flow/instants.ts'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { KlaviyoGrant } from '#app/core/flow/klaviyo-grant.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { ConnectOutcome } from '#app/core/report/connect-outcome.ts'
import { SCOPES_OF_THE_SYNC } from '#app/klaviyo/endpoints.ts'
import { findAccount } from '#app/klaviyo/find-account.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { findShop } from '#app/store/shops.ts'
import { connectAccount, type HowToConnect } from './connect-account.ts'

export type OAuthConnectOutcome =
  | Extract<
      ConnectOutcome,
      { kind: 'connected' | 'account_shared' | 'prefix_taken' | 'scopes_missing' | 'klaviyo_unavailable' | 'throttled' }
    >
  /** The shop's profiles are in another account: the merchant has to say that this is meant. */
  | { readonly kind: 'another_account'; readonly accountName: string; readonly before: string }

/**
 * Connects a shop to the account for which a merchant allowed the app. A scope that only some features need may be missing (missingScopes). The
 * account that the shop was connected to before keeps its profiles, whether by a key or by OAuth; for another one the merchant is asked, unless
 * `anotherAccount` says that he was. After an outcome that asks, call it again with the same grant and the answer. Unless `connected` is returned,
 * nothing is stored.
 */
export async function connectWithOAuth(
  shop: ShopDomain,
  grant: KlaviyoGrant,
  { anotherAccount, ...how }: HowToConnect & { readonly anotherAccount: 'ask' | 'confirmed' },
): Promise<OAuthConnectOutcome> {
  const missing = SCOPES_OF_THE_SYNC.filter((scope) => !grant.scopes.includes(scope))
  if (missing.length > 0) return { kind: 'scopes_missing', scopes: missing }
  const access = accessOf(shop, grant)
  const answer = await findAccount(access)
  if (answer.kind === 'throttled') return { kind: 'throttled', againAt: after(how.now, answer.retryAfterMs) }
  if (answer.kind !== 'found') return { kind: 'klaviyo_unavailable' }
  const { accountId, accountName } = answer
  const recorded = (await findShop(shop))?.recordedAccount ?? null
  if (anotherAccount === 'ask' && recorded !== null && recorded !== accountId) {
    const connection = await findConnection(shop, autocommit)
    return { kind: 'another_account', accountName, before: connection?.accountName ?? recorded }
  }
  return connectAccount(shop, { made: { grant, accountId, accountName }, access }, how)
}

/** A grant that is not stored yet is not renewed: if Klaviyo refuses it, the merchant starts again. */
export function accessOf(shop: ShopDomain, { accessToken, scopes }: KlaviyoGrant): KlaviyoAccess {
  const token = async (refused: string | null) =>
    refused === accessToken ? ({ kind: 'unavailable' } as const) : ({ kind: 'token', accessToken } as const)
  return { kind: 'oauth', name: `${shop} to be connected`, scopes, token }
}
