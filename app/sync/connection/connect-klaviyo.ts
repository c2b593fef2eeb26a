import type { FirstSync } from '#app/core/flow/first-sync.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { Sharing } from '#app/core/profile/sharing.ts'
import type { ConnectOutcome } from '#app/core/report/connect-outcome.ts'
import { checkKey } from '#app/klaviyo/check-key.ts'
import { connectAccount } from './connect-account.ts'

/** The form of Klaviyo's private keys. Anything else is not sent anywhere. https://developers.klaviyo.com/en/docs/authenticate_ */
const PRIVATE_KEY = /^pk_[A-Za-z0-9_]{10,200}$/

/**
 * Connects a shop to the Klaviyo account of a private key, if the key has every scope that Lockstep needs, and starts the backfill unless the
 * integration is off. With `choose`, an account that is connected anew gets no profile before the merchant starts the sync, or an hour has
 * passed. `sharing` says what it writes beside other shops in the account; null if the merchant was not asked yet, as he is when
 * it has not been connected beside them. Unless `connected` is returned, nothing is stored.
 */
export async function connectKlaviyo(
  shop: ShopDomain,
  rawKey: string,
  now: Date,
  sharing: Sharing | null = null,
  first: FirstSync = 'sync',
): Promise<ConnectOutcome> {
  const key = rawKey.trim()
  if (key === '') return { kind: 'key_empty' }
  if (!PRIVATE_KEY.test(key)) return { kind: 'key_malformed' }
  const check = await checkKey(key)
  switch (check.kind) {
    case 'wrong':
      return { kind: 'key_wrong' }
    case 'scopes_missing':
      return { kind: 'scopes_missing', scopes: check.scopes }
    case 'unavailable':
    case 'misconfigured': // concerns tokens only
      return { kind: 'klaviyo_unavailable' }
    case 'outdated':
      return { kind: 'lockstep_outdated' }
    case 'throttled':
      return { kind: 'throttled', againAt: after(now, check.retryAfterMs) }
    case 'good':
      break
    default:
      return check satisfies never
  }
  const { accountId, accountName } = check
  const access = { kind: 'key', key } as const
  return connectAccount(shop, { made: { key, accountId, accountName }, access }, { sharing, first, now })
}
