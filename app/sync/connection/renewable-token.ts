import { after } from '#app/core/flow/instants.ts'
import type { AccessToken, KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { KlaviyoGrant } from '#app/core/flow/klaviyo-grant.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { refreshTokens } from '#app/klaviyo/oauth-tokens.ts'
import { refuseConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { type GrantOf, lockGrant, type StoredToken, saveGrant } from '#app/store/klaviyo-grants.ts'
import { connectionRefused, tokenRenewed } from '../events.ts'
import { inRenewalPlace } from './renewal-places.ts'

/** So long before its expiry a token is no longer used: it must outlast the longest call, and clocks may differ. */
const EARLY_MS = 5 * 60_000

type TokenAnswer = (AccessToken & { readonly expiresAt: Date }) | Interruption

/** Returns the function that gives calls their token, starting from the stored one. Calls that are made at the same time share one renewal. */
export function renewableToken(
  of: GrantOf,
  stored: StoredToken,
  clock: () => Date,
): Extract<KlaviyoAccess, { kind: 'oauth' }>['token'] {
  let current: TokenAnswer & { kind: 'token' } = { kind: 'token', ...stored }
  let underWay: Promise<TokenAnswer> | null = null
  return async (refused) => {
    if (current.accessToken !== refused && clock() < after(current.expiresAt, -EARLY_MS)) return current
    underWay ??= renewToken(of, current.accessToken, clock).finally(() => (underWay = null))
    const answer = await underWay
    if (answer.kind === 'token') current = answer
    return answer
  }
}

/**
 * Renews a token. One process at a time does so for a connection; another that waited takes what the first one stored. Klaviyo's answer is
 * stored before it is used: the refresh token that was sent may be dead then. If the answer is lost, the old one is tried again next time. `old` is
 * the access token that is no longer good, or an instant: then the token is renewed unless it was after that.
 */
export async function renewToken(of: GrantOf, old: string | Date, clock: () => Date): Promise<TokenAnswer> {
  return (await inRenewalPlace(() => renewInPlace(of, old, clock))) ?? { kind: 'unavailable' }
}

async function renewInPlace(of: GrantOf, old: string | Date, clock: () => Date): Promise<TokenAnswer> {
  let granted: KlaviyoGrant | null = null
  const now = clock()
  const outcome = await transaction(async (on): Promise<TokenAnswer | 'ended'> => {
    // This transaction waits for an answer from outside, which is given up on before the database gives up on the transaction. It locks
    // nothing else, so that it is no part of a deadlock and runs once.
    const grant = await lockGrant(of, on)
    if (!grant) return { kind: 'unauthorized' }
    if (old instanceof Date ? grant.refreshedAt >= old : isAnother(grant, old, now)) return { kind: 'token', ...grant }
    const answer = await refreshTokens(grant.refreshToken)
    switch (answer.kind) {
      case 'answered':
        granted = answer.grant
        await saveGrant(of, granted, now, on)
        return tokenIn(granted, now)
      case 'grant_invalid':
        return 'ended'
      case 'client_invalid':
        return { kind: 'misconfigured' }
      case 'throttled':
        return answer
      case 'verifier_wrong': // not an answer to a refresh
      case 'unavailable':
        return { kind: 'unavailable' }
      default:
        return answer satisfies never
    }
  }).catch(async (error) => {
    if (!granted) throw error
    await saveGrant(of, granted, now, autocommit) // what was answered must not be lost with a connection to the database
    return tokenIn(granted, now)
  })
  if (granted) tokenRenewed(of.shop)
  if (outcome !== 'ended') return outcome
  await refuseConnection(of, now)
  connectionRefused(of.shop)
  return { kind: 'unauthorized' }
}

function isAnother({ accessToken, expiresAt }: StoredToken, old: string, now: Date): boolean {
  return accessToken !== old && now < after(expiresAt, -EARLY_MS)
}

function tokenIn(grant: KlaviyoGrant, now: Date): TokenAnswer {
  return { kind: 'token', accessToken: grant.accessToken, expiresAt: after(now, grant.expiresInMs) }
}
