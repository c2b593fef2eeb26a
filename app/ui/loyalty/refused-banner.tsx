import { Banner } from '@shopify/polaris'
import { loyaltyRefusedCopy } from '../copy/loyalty.ts'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

/** The key may not record events; profiles are still kept in sync. */
export function LoyaltyRefusedBanner({ refusedAt, timeZone }: { refusedAt: string; timeZone: string }) {
  const now = { ...useShopNow(), timeZone }
  return (
    <Banner
      tone="warning"
      title={loyaltyRefusedCopy.title}
      action={{ content: loyaltyRefusedCopy.action, url: pages.settings }}
    >
      <p>{loyaltyRefusedCopy.body(shopTime(new Date(refusedAt), now))}</p>
    </Banner>
  )
}
