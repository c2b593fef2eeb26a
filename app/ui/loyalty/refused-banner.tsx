import { Banner } from '@shopify/polaris'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

/** The key may not record events; profiles are still kept in sync. */
export function LoyaltyRefusedBanner({ refusedAt, timeZone }: { refusedAt: string; timeZone: string }) {
  const now = { ...useShopNow(), timeZone }
  const { t } = now
  return (
    <Banner
      tone="warning"
      title={t('loyalty.refused.title')}
      action={{ content: t('loyalty.refused.action'), url: pages.settings }}
    >
      <p>{t('loyalty.refused.body', { since: shopTime(new Date(refusedAt), now) })}</p>
    </Banner>
  )
}
