import { Banner } from '@shopify/polaris'
import type { ConnectedBy } from '#app/core/report/sync-card.ts'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

interface LoyaltyRefusedBannerProps {
  readonly by: ConnectedBy
  readonly refusedAt: string
  readonly timeZone: string
}

/** Lockstep may not record events; profiles are still kept in sync. */
export function LoyaltyRefusedBanner({ by, refusedAt, timeZone }: LoyaltyRefusedBannerProps) {
  const now = { ...useShopNow(), timeZone }
  const { t } = now
  const since = shopTime(new Date(refusedAt), now)
  const byLogin = by === 'login'
  return (
    <Banner
      tone="warning"
      title={t(byLogin ? 'klaviyoLogin.loyalty.title' : 'loyalty.refused.title')}
      action={{ content: t(byLogin ? 'refusedKey.action' : 'loyalty.refused.action'), url: pages.settings }}
    >
      <p>{t(byLogin ? 'klaviyoLogin.loyalty.body' : 'loyalty.refused.body', { since })}</p>
    </Banner>
  )
}
