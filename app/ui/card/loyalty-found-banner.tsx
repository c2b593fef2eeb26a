import { Banner } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { pages } from '../pages.ts'

interface LoyaltyFoundBannerProps {
  readonly app: NonNullable<SyncCard['newLoyaltyApp']>
  readonly onDismiss?: (() => void) | undefined
}

/** A loyalty app was found in the shop. Shown until one of its values is mapped, or the merchant dismisses it. */
export function LoyaltyFoundBanner({ app, onDismiss }: LoyaltyFoundBannerProps) {
  const { t } = useTranslation()
  return (
    <Banner
      tone="info"
      title={t('loyaltyFound.title', { app: app.name })}
      action={{ content: t('loyaltyFound.action'), url: pages.mapping }}
      {...(onDismiss && { onDismiss })}
    >
      <p>{t('loyaltyFound.body')}</p>
    </Banner>
  )
}
