import type { LoginOutcome, LoginStart } from '#app/core/report/klaviyo-login.ts'
import { listOf } from '../language/list-of.ts'
import type { ShopNow } from '../time/shop-clock.tsx'
import { shopClockTime } from '../time/shop-time.ts'

/** Why nothing is connected after a login; null if something is, or a question has to be answered first. It may name support. */
export function loginFault(
  now: ShopNow,
  outcome: LoginOutcome | Exclude<LoginStart, { kind: 'started' }>,
): string | null {
  switch (outcome.kind) {
    case 'connected':
    case 'account_shared':
    case 'another_account':
      return null
    case 'prefix_taken':
      return now.t('sharing.taken')
    case 'scopes_missing':
      return now.t('klaviyoLogin.outcomes.scopes_missing', {
        amount: outcome.scopes.length,
        scopes: listOf(outcome.scopes, now.language),
      })
    case 'throttled':
    case 'too_many':
      return now.t(`klaviyoLogin.outcomes.${outcome.kind}`, { againAt: shopClockTime(new Date(outcome.againAt), now) })
    default:
      return now.t(`klaviyoLogin.outcomes.${outcome.kind}`)
  }
}
