import { Banner, BlockStack } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { HeldSource } from '#app/core/loyalty/held-sources.ts'
import { pages } from '../pages.ts'

/** Mapped values cannot be read any more, and Klaviyo keeps what it has. Shown until they can be, or are no longer mapped. */
export function HeldBanner({ sources }: { sources: readonly HeldSource[] }) {
  const { t } = useTranslation()
  const reasons = [...Map.groupBy(sources, ({ reason }) => reason)]
  return (
    <Banner
      tone="warning"
      title={t('heldValues.title', { amount: sources.length, source: sources[0]?.source })}
      action={{ content: t('heldValues.action'), url: pages.mapping }}
    >
      <BlockStack gap="100">
        {reasons.map(([reason, held]) => (
          <p key={reason}>{t(`heldValues.${reason}`, { sources: held.map(({ source }) => source).join(', ') })}</p>
        ))}
        <p>{t('heldValues.kept')}</p>
      </BlockStack>
    </Banner>
  )
}
