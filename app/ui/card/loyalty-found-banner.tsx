import { Banner } from '@shopify/polaris'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { loyaltyFoundCopy } from '../copy/loyalty-found.ts'
import { pages } from '../pages.ts'

interface LoyaltyFoundBannerProps {
  readonly app: NonNullable<SyncCard['newLoyaltyApp']>
  readonly onDismiss?: (() => void) | undefined
}

/** A loyalty app was found in the shop. Shown until one of its values is mapped, or the merchant dismisses it. */
export function LoyaltyFoundBanner({ app, onDismiss }: LoyaltyFoundBannerProps) {
  return (
    <Banner
      tone="info"
      title={loyaltyFoundCopy.title(app.name)}
      action={{ content: loyaltyFoundCopy.action, url: pages.mapping }}
      {...(onDismiss && { onDismiss })}
    >
      <p>{loyaltyFoundCopy.body}</p>
    </Banner>
  )
}
