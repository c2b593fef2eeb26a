import { Banner } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { SyncCard } from '#app/core/report/sync-card.ts'

/** Why Shopify refuses requests or withholds data. Shown until that is resolved. */
export function ShopifyTroubleBanner({ trouble }: { trouble: NonNullable<SyncCard['shopifyTrouble']> }) {
  const { t } = useTranslation()
  return (
    <Banner tone="critical" title={t(`shopifyTrouble.${trouble.why}.title`)}>
      <p>
        {t(`shopifyTrouble.${trouble.why}.whatToDo`)}
        {trouble.words && ` ${t('shopifyTrouble.fields', { fields: trouble.words })}`}
      </p>
    </Banner>
  )
}
