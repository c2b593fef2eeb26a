import { Banner } from '@shopify/polaris'
import { refusedBannerCopy } from '../copy/sync-card.ts'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

export function RefusedBanner({ refusedAt, pending }: { refusedAt: string; pending: number }) {
  const now = useShopNow()
  return (
    <Banner
      tone="critical"
      title={refusedBannerCopy.title}
      action={{ content: refusedBannerCopy.action, url: pages.settings }}
    >
      <p>{refusedBannerCopy.body(shopTime(new Date(refusedAt), now), pending)}</p>
    </Banner>
  )
}
