import { Banner } from '@shopify/polaris'
import { countedChanges } from '../copy/counted-changes.ts'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

export function RefusedBanner({ refusedAt, pending }: { refusedAt: string; pending: number }) {
  const now = useShopNow()
  const since = shopTime(new Date(refusedAt), now)
  return (
    <Banner
      tone="critical"
      title={now.t('refusedKey.title')}
      action={{ content: now.t('refusedKey.action'), url: pages.settings }}
    >
      <p>{now.t('refusedKey.body', { since, changes: countedChanges(pending) })}</p>
    </Banner>
  )
}
