import type { TFunction } from 'i18next'
import type { ConnectOutcome } from '#app/core/report/connect-outcome.ts'
import { listOf } from '../language/list-of.ts'
import type { ShopNow } from '../time/shop-clock.tsx'
import { shopClockTime } from '../time/shop-time.ts'

const explainedScopes = [
  'accounts:read',
  'profiles:read',
  'profiles:write',
  'lists:read',
  'lists:write',
  'events:write',
  'data-privacy:write',
] as const

/** What a scope is for; null for one without words. */
export function whatForScope(t: TFunction, scope: string): string | null {
  const explained = explainedScopes.find((each) => each === scope)
  return explained ? t(`connection.scopes.${explained}`) : null
}

/** Why the key was refused; null if it was accepted. */
export function connectFault(now: ShopNow, outcome: ConnectOutcome): string | null {
  switch (outcome.kind) {
    case 'connected':
    case 'account_shared':
      return null
    case 'prefix_taken':
      return now.t('sharing.taken')
    case 'scopes_missing':
      return now.t('connection.faults.scopes_missing', {
        amount: outcome.scopes.length,
        scopes: listOf(outcome.scopes, now.language),
      })
    case 'throttled':
      return now.t('connection.faults.throttled', { againAt: shopClockTime(outcome.againAt, now) })
    default:
      return now.t(`connection.faults.${outcome.kind}`)
  }
}
