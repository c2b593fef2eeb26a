import { BlockStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { EndedReadBack } from '#app/core/report/read-back-report.ts'
import { readBackOutcome } from '../copy/read-back.ts'
import { Instant } from '../time/instant.tsx'

/** The read-backs before the last one, in a line each. */
export function EarlierReadBacks({ readBacks }: { readBacks: readonly EndedReadBack[] }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingSm">
        {t('readBack.earlier')}
      </Text>
      <dl className="ls-lines">
        {readBacks.map((readBack) => (
          <div className="ls-line" key={readBack.id}>
            <dt>
              {t(`readBack.names.${readBack.trigger}`)}{' '}
              <Text as="span" tone="subdued" variant="bodySm">
                <Instant at={readBack.endedAt} />
              </Text>
            </dt>
            <dd>{readBackOutcome(t, readBack)}</dd>
          </div>
        ))}
      </dl>
    </BlockStack>
  )
}
