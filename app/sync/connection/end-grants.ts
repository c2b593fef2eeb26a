import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { KlaviyoGrant } from '#app/core/flow/klaviyo-grant.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { findAccount } from '#app/klaviyo/find-account.ts'
import { revokeTokens } from '#app/klaviyo/oauth-tokens.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import {
  deferRevocation,
  deleteRevocation,
  isUsed,
  listDueRevocations,
  lockRevocation,
  saveRevocationOf,
} from '#app/store/klaviyo-revocations.ts'
import { grantEnded, sweepFailed } from '../events.ts'
import { accessOf } from './connect-with-oauth.ts'

const AT_A_TIME = 20
/** One that cannot even be read does not stand before the others all the time. */
const AFTER_A_FAILURE_MS = 60 * 60_000

/**
 * Ends grants at Klaviyo that no shop uses any more, which uninstalls the app from the account. A process that is killed in between leaves the
 * row, and ending a grant twice does no harm. Never ends one of an account in which a shop uses the app again.
 */
export async function endGrants({ clock, signal }: { clock: () => Date; signal: AbortSignal }): Promise<void> {
  for (const id of await listDueRevocations(clock(), AT_A_TIME)) {
    if (signal.aborted) return
    try {
      await endGrant(id, clock())
    } catch (error) {
      sweepFailed(error)
      await deferRevocation(id, { attempt: 1, notBefore: after(clock(), AFTER_A_FAILURE_MS) }, autocommit)
    }
  }
}

function endGrant(id: string, now: Date): Promise<void> {
  return transaction(async (on) => {
    // It waits for an answer from outside, as in renewable-token.ts.
    const revocation = await lockRevocation(id, on)
    if (!revocation) return
    const outcome = (await isUsed(revocation.accountId, null, on)) ? 'in_use' : await revoke(revocation.refreshToken)
    grantEnded(outcome)
    if (outcome === 'done' || outcome === 'in_use') return deleteRevocation(id, on)
    const attempt = revocation.attempt + 1
    await deferRevocation(id, { attempt, notBefore: after(now, backoffMs(attempt, id)) }, on)
  })
}

async function revoke(refreshToken: string): Promise<string> {
  return (await revokeTokens(refreshToken)).kind
}

/**
 * The merchant allowed the app in an account, and then decided against it: the grant is ended, unless a shop uses the app in that account. If
 * Klaviyo does not say which account it is, nothing is done: an unused grant ends by itself after 90 days.
 */
export async function leaveGrant(shop: ShopDomain, grant: KlaviyoGrant, now: Date): Promise<void> {
  const answer = await findAccount(accessOf(shop, grant))
  if (answer.kind !== 'found' || (await isUsed(answer.accountId, null, autocommit))) return
  const { accountId } = answer
  await saveRevocationOf({ accountId, refreshToken: grant.refreshToken }, now, autocommit)
}
