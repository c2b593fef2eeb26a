import { Banner } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { SupportText } from '../support/support-text.tsx'

/** Why Shopify refuses requests or withholds data. Shown until that is resolved. */
export function ShopifyTroubleBanner({ trouble }: { trouble: NonNullable<SyncCard['shopifyTrouble']> }) {
  const { t } = useTranslation()
  return (
    <Banner tone="critical" title={t(`shopifyTrouble.${trouble.why}.title`)}>
      <p>
        <SupportText>{t(`shopifyTrouble.${trouble.why}.whatToDo`)}</SupportText>
        {trouble.words && ` ${t('shopifyTrouble.fields', { fields: trouble.words })}`}
      </p>
    </Banner>
  )
}
