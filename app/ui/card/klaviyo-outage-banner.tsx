import { Banner } from '@shopify/polaris'
import type { Stall } from '#app/core/report/sync-card.ts'
import { klaviyoOutageCopy } from '../copy/klaviyo-outage.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopClockTime, shopTime } from '../time/shop-time.ts'

/** Why no change reaches Klaviyo, since when, and when it is tried again. Shown until a call is answered. */
export function KlaviyoOutageBanner({ stall }: { stall: Stall }) {
  const now = useShopNow()
  const words = klaviyoOutageCopy[stall.why]
  if (!words) return null
  const next = stall.until ? shopClockTime(new Date(stall.until), now) : null
  return (
    <Banner tone={stall.why === 'klaviyo_outdated' ? 'critical' : 'warning'} title={words.title}>
      <p>{words.body(shopTime(new Date(stall.since), now), next)}</p>
    </Banner>
  )
}
