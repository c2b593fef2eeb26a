import { Banner } from '@shopify/polaris'
import type { Stall } from '#app/core/report/sync-card.ts'
import type { Catalogue } from '../language/translation.ts'
import { SupportText } from '../support/support-text.tsx'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopClockTime, shopTimeInSentence, shopTimeSince } from '../time/shop-time.ts'

/** The causes for which changes stand still. What a refusal of Shopify's says has a banner of its own. */
export type StandStill = keyof Catalogue['standStill']

const tones: Record<StandStill, 'critical' | 'warning' | 'info'> = {
  klaviyo_away: 'warning',
  klaviyo_outdated: 'critical',
  klaviyo_misconfigured: 'critical',
  klaviyo_throttled: 'info',
  klaviyo_importing: 'info',
  shopify_away: 'warning',
  no_worker: 'critical',
}

/** Why no change reaches Klaviyo, since when, what to do, and when it is tried again. */
export function StandStillBanner({ stall }: { stall: Stall }) {
  const now = useShopNow()
  const { why } = stall
  if (!isStandStill(why)) return null
  const since = new Date(stall.since)
  const sinceWhen = shopTimeSince(since, now)
  const sentWhen = shopTimeInSentence(since, now)
  const next = stall.until ? shopClockTime(new Date(stall.until), now) : 'none'
  return (
    <Banner tone={tones[why]} title={now.t(`standStill.${why}.title`)}>
      <p>
        <SupportText>{now.t(`standStill.${why}.body`, { sinceWhen, sentWhen, next })}</SupportText>
      </p>
    </Banner>
  )
}

/** Whether the banner has something to say of it. */
export function isStandStill(why: Stall['why']): why is StandStill {
  return Object.hasOwn(tones, why)
}
