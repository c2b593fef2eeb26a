import { BlockStack, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { EndedReadBack } from '#app/core/report/read-back-report.ts'
import { readBackOutcome } from '../copy/read-back.ts'
import { Instant } from '../time/instant.tsx'
import { DifferingFields } from './differing-fields.tsx'

/** What a read-back that ended has shown. */
export function ReadBackResult({ readBack }: { readBack: EndedReadBack }) {
  const { t } = useTranslation()
  const { trigger, compared, skipped, end, endedAt, fields } = readBack
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" align="space-between" blockAlign="baseline">
        <Text as="p" variant="headingSm">
          {readBackOutcome(t, readBack)}
        </Text>
        <Text as="p" tone="subdued" variant="bodySm">
          {t(`readBack.names.${trigger}`)} · <Instant at={endedAt} />
        </Text>
      </InlineStack>
      {end !== 'finished' && compared > 0 && <Text as="p">{t(`readBack.ends.${end}`)}</Text>}
      {skipped > 0 && (
        <Text as="p" tone="subdued">
          {t('readBack.skipped', { skipped })}
        </Text>
      )}
      <DifferingFields fields={fields} />
    </BlockStack>
  )
}
