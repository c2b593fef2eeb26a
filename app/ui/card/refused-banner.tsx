import { Banner } from '@shopify/polaris'
import type { CardConnection } from '#app/core/report/sync-card.ts'
import { countedChanges } from '../copy/counted-changes.ts'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

/** Klaviyo refuses the key, or the app was removed in Klaviyo. */
export function RefusedBanner({
  connection: { by, refusedAt },
  pending,
}: {
  connection: Extract<CardConnection, { kind: 'refused' }>
  pending: number
}) {
  const now = useShopNow()
  const since = shopTime(new Date(refusedAt), now)
  return (
    <Banner
      tone="critical"
      title={now.t(by === 'login' ? 'klaviyoLogin.ended.title' : 'refusedKey.title')}
      action={{ content: now.t('refusedKey.action'), url: pages.settings }}
    >
      <p>
        {now.t(by === 'login' ? 'klaviyoLogin.ended.body' : 'refusedKey.body', {
          since,
          changes: countedChanges(pending),
        })}
      </p>
    </Banner>
  )
}
