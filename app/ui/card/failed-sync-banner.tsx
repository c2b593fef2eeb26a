import { Banner } from '@shopify/polaris'
import { failedSyncCopy } from '../copy/full-sync.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

/** The newest full sync gave up. It goes away with the next one that is started. */
export function FailedSyncBanner({ failedAt }: { failedAt: string }) {
  const { timeZone } = useShopNow()
  return (
    <Banner tone="critical" title={failedSyncCopy.title}>
      <p>{failedSyncCopy.body(shopTime(new Date(failedAt), timeZone))}</p>
    </Banner>
  )
}
