import { after } from '#app/core/flow/instants.ts'
import type { KlaviyoGrant } from '#app/core/flow/klaviyo-grant.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { Sharing } from '#app/core/profile/sharing.ts'
import type { AccountAnswer, LoginOutcome } from '#app/core/report/klaviyo-login.ts'
import { exchangeCode } from '#app/klaviyo/oauth-tokens.ts'
import {
  deleteUnreturned,
  keepAuthorization,
  type TakenAuthorization,
  takeAuthorization,
} from '#app/store/klaviyo-authorizations.ts'
import { connectWithOAuth } from '../connection/connect-with-oauth.ts'
import { leaveGrant } from '../connection/end-grants.ts'
import { klaviyoLoginEvent } from '../events.ts'

interface LoginEnd {
  readonly userId: string
  readonly ticket: string
  /** The one with which the login was begun. */
  readonly redirectUri: string
  readonly sharing: Sharing | null
  readonly account: AccountAnswer
}

/**
 * Ends a login for the member of staff who began it: exchanges the code and connects the shop. If something has to be asked first, or
 * Klaviyo is away, the login stays open under its ticket, and is ended by calling again. Otherwise nothing of it is kept.
 */
export async function endLogin(shop: ShopDomain, end: LoginEnd, now: Date): Promise<LoginOutcome> {
  const outcome = await outcomeOf(shop, end, now)
  klaviyoLoginEvent(shop, outcome.kind)
  return outcome
}

async function outcomeOf(shop: ShopDomain, end: LoginEnd, now: Date): Promise<LoginOutcome> {
  const taken = await takeAuthorization(shop, end, now)
  if (taken === null) return { kind: 'login_over' }
  const granted = await grantOf(taken, end.redirectUri, now)
  if (granted.kind !== 'granted') {
    const { found } = taken
    // The code may have been used, if no answer came. Trying it again tells.
    const isAway = granted.kind === 'klaviyo_unavailable' || granted.kind === 'throttled'
    if (isAway && found.kind === 'code') await keepAuthorization(shop, taken, found, now)
    return granted
  }
  const { grant } = granted
  if (end.account === 'keep') {
    await leaveGrant(shop, grant, now)
    return { kind: 'account_kept' }
  }
  const { first } = taken
  const anotherAccount = end.account === 'change' ? 'confirmed' : 'ask'
  const outcome = await connectWithOAuth(shop, grant, { sharing: end.sharing, first, now, anotherAccount })
  switch (outcome.kind) {
    case 'connected':
      await deleteUnreturned(shop, end.userId) // those that the merchant gave up before
      return { ...outcome, first }
    case 'another_account':
    case 'account_shared':
    case 'prefix_taken':
    case 'klaviyo_unavailable':
    case 'throttled':
      await keepAuthorization(shop, taken, { tokens: JSON.stringify({ grant, at: now }) }, now)
      return outcome
    default:
      return outcome
  }
}

type Granted = { readonly kind: 'granted'; readonly grant: KlaviyoGrant } | LoginOutcome

async function grantOf({ found, verifier }: TakenAuthorization, redirectUri: string, now: Date): Promise<Granted> {
  if (found.kind === 'refused') return { kind: found.refusal === 'access_denied' ? 'consent_refused' : 'login_failed' }
  if (found.kind === 'tokens') {
    const kept = JSON.parse(found.tokens) as { grant: KlaviyoGrant; at: string }
    const sinceMs = now.getTime() - new Date(kept.at).getTime()
    return { kind: 'granted', grant: { ...kept.grant, expiresInMs: Math.max(0, kept.grant.expiresInMs - sinceMs) } }
  }
  const answer = await exchangeCode({ code: found.code, verifier, redirectUri })
  switch (answer.kind) {
    case 'answered':
      return { kind: 'granted', grant: answer.grant }
    case 'grant_invalid':
    case 'verifier_wrong':
      return { kind: 'code_refused' }
    case 'client_invalid':
      return { kind: 'client_refused' }
    case 'throttled':
      return { kind: 'throttled', againAt: after(now, answer.retryAfterMs) }
    case 'unavailable':
      return { kind: 'klaviyo_unavailable' }
    default:
      return answer satisfies never
  }
}
