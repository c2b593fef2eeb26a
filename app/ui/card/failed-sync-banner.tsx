import { Banner } from '@shopify/polaris'
import { SupportText } from '../support/support-text.tsx'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

/** The newest full sync failed. Shown until the next one is started. */
export function FailedSyncBanner({ failedAt }: { failedAt: string }) {
  const now = useShopNow()
  return (
    <Banner tone="critical" title={now.t('failedSync.title')}>
      <p>
        <SupportText>{now.t('failedSync.body', { at: shopTime(new Date(failedAt), now) })}</SupportText>
      </p>
    </Banner>
  )
}
