import { Banner } from '@shopify/polaris'
import type { Stall } from '#app/core/report/sync-card.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopClockTime, shopTime } from '../time/shop-time.ts'

/** Why no change reaches Klaviyo, since when, and when it is tried again. Shown until a call is answered. */
export function KlaviyoOutageBanner({ stall }: { stall: Stall }) {
  const now = useShopNow()
  const { why } = stall
  if (why !== 'klaviyo_away' && why !== 'klaviyo_outdated') return null
  const since = shopTime(new Date(stall.since), now)
  const next = stall.until ? shopClockTime(new Date(stall.until), now) : 'none'
  return (
    <Banner tone={why === 'klaviyo_outdated' ? 'critical' : 'warning'} title={now.t(`klaviyoOutage.${why}.title`)}>
      <p>{now.t(`klaviyoOutage.${why}.body`, { since, next })}</p>
    </Banner>
  )
}
